// SPDX-License-Identifier: Apache-2.0
// A schema that tells its objects apart, added without saying which it is.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop {
  pg::label<pg::text> name;
};
struct shop_metrics {
  using instance = shop;
  pg::counter<> orders_total{"Orders placed."};
};

shop_metrics metrics;
void serve(pg::exposition& out) {
#ifdef REJECT
  out.add(metrics);
#else
  out.add(metrics, {.name = "north"});
#endif
}
