// SPDX-License-Identifier: Apache-2.0
// Bounds in seconds for a histogram in bytes.
#include <chrono>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

struct shop_metrics {
#ifdef REJECT
  pg::histogram<pg::bytes, pg::buckets(10ms, 20ms)> payment_bytes{"Payments."};
#else
  pg::histogram<pg::bytes, pg::buckets(10, 20)> payment_bytes{"Payments."};
#endif
};
static_assert(pg::checked<shop_metrics>());
