// SPDX-License-Identifier: Apache-2.0
// An observed family whose series are not known before it is asked.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct cart {
  pg::label<pg::text> origin;
};

struct shop_metrics {
#ifdef REJECT
  pg::observed_gauge<cart, pg::at_most<9>> open_carts{"Carts open now."};
#else
  pg::gauge<cart, pg::at_most<9>> open_carts{"Carts open now."};
#endif
};
static_assert(pg::checked<shop_metrics>());
