// SPDX-License-Identifier: Apache-2.0
// A schema without a field.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifndef REJECT
  pg::counter<> orders_total{"Orders placed."};
#endif
};

shop_metrics metrics;
void serve(pg::exposition& out) { out.add(metrics); }
