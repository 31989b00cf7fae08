// SPDX-License-Identifier: Apache-2.0
// An infinite bound: +Inf is always there.
#include <chrono>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

struct shop_metrics {
#ifdef REJECT
  pg::histogram<pg::ratio, pg::buckets(1.0, std::numeric_limits<double>::infinity())> payment_ratio{"Payments."};
#else
  pg::histogram<pg::ratio, pg::buckets(1.0, 2.0)> payment_ratio{"Payments."};
#endif
};
static_assert(pg::checked<shop_metrics>());
