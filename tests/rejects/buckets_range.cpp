// SPDX-License-Identifier: Apache-2.0
// A range that goes down.
#include <chrono>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

struct shop_metrics {
#ifdef REJECT
  pg::histogram<pg::seconds, pg::log_buckets(10s, 5ms, 12)> payment_seconds{"Payments."};
#else
  pg::histogram<pg::seconds, pg::log_buckets(5ms, 10s, 12)> payment_seconds{"Payments."};
#endif
};
static_assert(pg::checked<shop_metrics>());
