// SPDX-License-Identifier: Apache-2.0
// A real number for a counter that keeps integers.
#include <chrono>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

struct shop_metrics {
  pg::counter<> orders_total{"Orders placed."};
};

shop_metrics metrics;
void record() {
#ifdef REJECT
  metrics.orders_total.increment(1.5);
#else
  metrics.orders_total.increment(1);
#endif
}
