// SPDX-License-Identifier: Apache-2.0
// Timing with a histogram that is not in seconds.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::histogram<pg::count, pg::buckets(1, 10)> payments{"Payments."};
#else
  pg::histogram<pg::seconds, pg::buckets(1, 10)> payments{"Payments."};
#endif
};

shop_metrics metrics;
void record() { auto timing = metrics.payments.time(); }
