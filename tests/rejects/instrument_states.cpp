// SPDX-License-Identifier: Apache-2.0
// States that cannot be listed.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class state { open, closed };

struct shop_metrics {
#ifdef REJECT
  pg::state_set<int> door{"State of the door."};
#else
  pg::state_set<state> door{"State of the door."};
#endif
};
shop_metrics metrics;
void close() { metrics.door.set({}); }
void serve(pg::exposition& out) { out.add(metrics); }
