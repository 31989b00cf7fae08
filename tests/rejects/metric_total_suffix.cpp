// SPDX-License-Identifier: Apache-2.0
// A gauge that is called as if it were a counter.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::gauge<> carts_total{"Carts open now."};
#else
  pg::gauge<> carts{"Carts open now."};
#endif
};
static_assert(pg::checked<shop_metrics>());
