// SPDX-License-Identifier: Apache-2.0
// An outcome that knows no error.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
#ifdef REJECT
enum class outcome { success, failure };
#else
enum class outcome { success, error };
#endif
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
  pg::up_down<place> orders_in_flight{"Orders being placed."};
};
inline constexpr auto placing = pg::operation_of(
    "order", &shop_metrics::orders_total, &shop_metrics::order_seconds,
    &shop_metrics::orders_in_flight, &order::status);

shop_metrics metrics;
void record() { auto call = pg::begin(metrics, placing, {.origin = region::eu}); }
