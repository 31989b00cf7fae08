// SPDX-License-Identifier: Apache-2.0
// A unit that is no base unit.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::gauge<pg::seconds> idle_milliseconds{"Time since the last order."};
#else
  pg::gauge<pg::seconds> idle_seconds{"Time since the last order."};
#endif
};
static_assert(pg::checked<shop_metrics>());
