// SPDX-License-Identifier: Apache-2.0
// A name in camel case.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::counter<> ordersPlaced_total{"Orders placed."};
#else
  pg::counter<> orders_placed_total{"Orders placed."};
#endif
};
static_assert(pg::checked<shop_metrics>());
