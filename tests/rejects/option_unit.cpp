// SPDX-License-Identifier: Apache-2.0
// A histogram that starts with its labels.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct order {
  pg::label<pg::text> customer;
};

struct shop_metrics {
#ifdef REJECT
  pg::histogram<order, pg::buckets(1, 10), pg::at_most<9>> order_items{"Items."};
#else
  pg::histogram<pg::count, pg::buckets(1, 10), pg::at_most<9>, order> order_items{"Items."};
#endif
};
static_assert(pg::checked<shop_metrics>());
