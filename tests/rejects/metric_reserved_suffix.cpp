// SPDX-License-Identifier: Apache-2.0
// A gauge called like the sample of a histogram.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::gauge<> cart_count{"Carts open now."};
#else
  pg::gauge<> carts{"Carts open now."};
#endif
};
static_assert(pg::checked<shop_metrics>());
