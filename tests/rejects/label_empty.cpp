// SPDX-License-Identifier: Apache-2.0
// A type without fields where a label struct is expected: text is the value of a label.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct order {
  pg::label<pg::text> customer;
};

struct shop_metrics {
#ifdef REJECT
  pg::counter<pg::text, pg::at_most<1000>> orders_total{"Orders placed."};
#else
  pg::counter<order, pg::at_most<1000>> orders_total{"Orders placed."};
#endif
};
static_assert(pg::checked<shop_metrics>());
