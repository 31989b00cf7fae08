// SPDX-License-Identifier: Apache-2.0
// Metrics named at run time without a bound.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::runtime_metrics<pg::sparse> custom{"Whatever plug-ins measure."};
#else
  pg::runtime_metrics<pg::at_most<200>> custom{"Whatever plug-ins measure."};
#endif
};
static_assert(pg::checked<shop_metrics>());
