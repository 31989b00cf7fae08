// SPDX-License-Identifier: Apache-2.0
// A counter without _total. It is found in a nested schema, too.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::counter<> orders{"Orders placed."};
#else
  pg::counter<> orders_total{"Orders placed."};
#endif
};
struct town_metrics {
  pg::up_down<> open_shops{"Shops open now."};
  shop_metrics shop;
};
static_assert(pg::checked<town_metrics>());
