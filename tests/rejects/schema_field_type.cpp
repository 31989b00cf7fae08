// SPDX-License-Identifier: Apache-2.0
// A field that is no instrument.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
  pg::up_down<> open_carts{"Carts holding at least one item."};
#ifdef REJECT
  int orders_total = 0;
#else
  pg::counter<> orders_total{"Orders placed."};
#endif
};
shop_metrics metrics;
void serve(pg::exposition& out) { out.add(metrics); }
