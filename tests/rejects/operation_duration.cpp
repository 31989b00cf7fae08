// SPDX-License-Identifier: Apache-2.0
// A histogram that is not in seconds.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
enum class outcome { success, error };
struct place {
  pg::label<region> origin;
};
struct order {
  pg::label<region> origin;
  pg::label<outcome> status;
};

struct shop_metrics {
  pg::counter<order> orders_total{"Orders placed."};
#ifdef REJECT
  pg::histogram<pg::count, pg::buckets(1, 10), place> order_seconds{"Time to place an order."};
#else
  pg::histogram<pg::seconds, pg::buckets(1, 10), place> order_seconds{"Time to place an order."};
#endif
  pg::up_down<place> orders_in_flight{"Orders being placed."};
};
inline constexpr auto placing = pg::operation_of(
    "order", &shop_metrics::orders_total, &shop_metrics::order_seconds,
    &shop_metrics::orders_in_flight, &order::status);

shop_metrics metrics;
void record() { auto call = pg::begin(metrics, placing, {.origin = region::eu}); }
