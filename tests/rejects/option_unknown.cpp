// SPDX-License-Identifier: Apache-2.0
// An option that is none.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::counter<int> orders_total{"Orders placed."};
#else
  pg::counter<pg::count> orders_total{"Orders placed."};
#endif
};
static_assert(pg::checked<shop_metrics>());
