// SPDX-License-Identifier: Apache-2.0
// A metric whose help text is empty.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::counter<> orders_total{""};
#else
  pg::counter<> orders_total{"Orders placed."};
#endif
};
static_assert(pg::checked<shop_metrics>());
