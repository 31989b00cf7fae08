// SPDX-License-Identifier: Apache-2.0
// Doubles that are added and taken away again.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::up_down<pg::real> open_carts{"Carts open now."};
#else
  pg::up_down<pg::count> open_carts{"Carts open now."};
#endif
};
static_assert(pg::checked<shop_metrics>());
