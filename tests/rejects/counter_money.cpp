// SPDX-License-Identifier: Apache-2.0
// Dollars in a counter of 64 bits.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::counter<pg::usd> sales_usd_total{"Sales."};
#else
  pg::money_counter<> sales_usd_total{"Sales."};
#endif
};
static_assert(pg::checked<shop_metrics>());
