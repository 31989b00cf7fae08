// SPDX-License-Identifier: Apache-2.0
// A bare number, which does not say its unit.
#include <chrono>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

struct shop_metrics {
  pg::counter<pg::seconds> busy_seconds_total{"Time spent at the counter."};
};

shop_metrics metrics;
void record() {
#ifdef REJECT
  metrics.busy_seconds_total.increment(12);
#else
  metrics.busy_seconds_total.increment(12ms);
#endif
}
