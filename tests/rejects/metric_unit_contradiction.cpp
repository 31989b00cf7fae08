// SPDX-License-Identifier: Apache-2.0
// A name that says seconds, and an instrument that keeps bytes.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::gauge<pg::bytes> cache_seconds{"Age of the oldest entry."};
#else
  pg::gauge<pg::seconds> cache_seconds{"Age of the oldest entry."};
#endif
};
static_assert(pg::checked<shop_metrics>());
