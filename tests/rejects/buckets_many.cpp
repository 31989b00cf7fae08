// SPDX-License-Identifier: Apache-2.0
// 251 bounds.
#include <chrono>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

struct shop_metrics {
#ifdef REJECT
  pg::histogram<pg::seconds, pg::linear_buckets(0ms, 250ms, 251)> payment_seconds{"Payments."};
#else
  pg::histogram<pg::seconds, pg::linear_buckets(0ms, 249ms, 250)> payment_seconds{"Payments."};
#endif
};
static_assert(pg::checked<shop_metrics>());
