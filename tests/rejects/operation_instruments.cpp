// SPDX-License-Identifier: Apache-2.0
// A gauge where the number in flight is counted up and down.
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
  pg::histogram<pg::seconds, pg::buckets(0.1, 1), place> order_seconds{"Time to place an order."};
#ifdef REJECT
  pg::gauge<place> orders_in_flight{"Orders being placed."};
#else
  pg::up_down<place> orders_in_flight{"Orders being placed."};
#endif
};
inline constexpr auto placing = pg::operation_of(
    "order", &shop_metrics::orders_total, &shop_metrics::order_seconds,
    &shop_metrics::orders_in_flight, &order::status);

shop_metrics metrics;
void record() { auto call = pg::begin(metrics, placing, {.origin = region::eu}); }
