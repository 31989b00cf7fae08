// SPDX-License-Identifier: Apache-2.0
// Five texts in the labels of a bounded family.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct order {
  pg::label<pg::text> customer;
  pg::label<pg::text> agent;
  pg::label<pg::text> street;
  pg::label<pg::text> town;
#ifdef REJECT
  pg::label<pg::text> country;
#endif
};

struct shop_metrics {
  pg::counter<order, pg::at_most<1000>> orders_total{"Orders placed."};
};

shop_metrics metrics;
void serve(pg::exposition& out) { out.add(metrics); }
