// SPDX-License-Identifier: Apache-2.0
// An old enum whose underlying type is not fixed.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

#ifdef REJECT
enum region { eu, us };
#else
enum region : unsigned char { eu, us };
#endif

struct order {
  pg::label<region> origin;
};

struct shop_metrics {
  pg::counter<order> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
