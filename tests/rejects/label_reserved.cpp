// SPDX-License-Identifier: Apache-2.0
// A label that Prometheus sets itself.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
struct order {
#ifdef REJECT
  pg::label<region> instance;
#else
  pg::label<region> region_of_order;
#endif
};

struct shop_metrics {
  pg::counter<order> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
