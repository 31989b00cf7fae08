// SPDX-License-Identifier: Apache-2.0
// The type of a metric in its name.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::gauge<> cart_gauge{"Carts open now."};
#else
  pg::gauge<> carts{"Carts open now."};
#endif
};
static_assert(pg::checked<shop_metrics>());
