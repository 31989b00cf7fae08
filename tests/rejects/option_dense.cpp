// SPDX-License-Identifier: Apache-2.0
// A bounded family whose series are not known, and all of which shall be exported.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct order {
  pg::label<pg::text> customer;
};

struct shop_metrics {
#ifdef REJECT
  pg::counter<order, pg::at_most<9>, pg::dense> orders_total{"Orders placed."};
#else
  pg::counter<order, pg::at_most<9>, pg::sparse> orders_total{"Orders placed."};
#endif
};
static_assert(pg::checked<shop_metrics>());
