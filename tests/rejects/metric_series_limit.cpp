// SPDX-License-Identifier: Apache-2.0
// 11 shops times 11 doors are 121 series, more than the 100 that a family may have unasked.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class number { n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10 };
struct passage {
  pg::label<number> shop;
  pg::label<number> door;
};

struct shop_metrics {
#ifdef REJECT
  pg::counter<passage> guests_total{"Guests by door."};
#else
  pg::counter<passage, pg::at_most<121>> guests_total{"Guests by door."};
#endif
};
static_assert(pg::checked<shop_metrics>());
