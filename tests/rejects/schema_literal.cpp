// SPDX-License-Identifier: Apache-2.0
// A help text that is forgotten: the schema cannot be made in a constant expression.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::counter<> orders_total;
#else
  pg::counter<> orders_total{"Orders placed."};
#endif
};
static_assert(pg::checked<shop_metrics>());
