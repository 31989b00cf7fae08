// SPDX-License-Identifier: Apache-2.0
// A label in camel case.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
struct order {
#ifdef REJECT
  pg::label<region> orderRegion;
#else
  pg::label<region> order_region;
#endif
};

struct shop_metrics {
  pg::counter<order> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
