// SPDX-License-Identifier: Apache-2.0
// No bound at all.
#include <chrono>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

struct shop_metrics {
#ifdef REJECT
  pg::histogram<pg::seconds, pg::buckets()> payment_seconds{"Payments."};
#else
  pg::histogram<pg::seconds, pg::buckets(10ms)> payment_seconds{"Payments."};
#endif
};
static_assert(pg::checked<shop_metrics>());
