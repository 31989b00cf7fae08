// SPDX-License-Identifier: Apache-2.0
// A counter and a gauge that are one family in OpenMetrics.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
  pg::counter<> orders_total{"Orders placed."};
#ifdef REJECT
  pg::gauge<> orders{"Orders open now."};
#else
  pg::gauge<> open_orders{"Orders open now."};
#endif
};
static_assert(pg::checked<shop_metrics>());
