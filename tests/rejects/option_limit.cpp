// SPDX-License-Identifier: Apache-2.0
// A family that may have no series.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct order {
  pg::label<pg::text> customer;
};

struct shop_metrics {
#ifdef REJECT
  pg::counter<order, pg::at_most<0>> orders_total{"Orders placed."};
#else
  pg::counter<order, pg::at_most<9>> orders_total{"Orders placed."};
#endif
};
static_assert(pg::checked<shop_metrics>());
