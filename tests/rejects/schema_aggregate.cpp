// SPDX-License-Identifier: Apache-2.0
// A constructor makes the struct no aggregate any more.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  shop_metrics() {}
#endif
  pg::counter<> orders_total{"Orders placed."};
};

shop_metrics metrics;
void serve(pg::exposition& out) { out.add(metrics); }
