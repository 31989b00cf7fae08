// SPDX-License-Identifier: Apache-2.0
// A label that the schema also tells its objects apart by.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
struct order {
  pg::label<region> origin;
};
struct shop {
#ifdef REJECT
  pg::label<region> origin;
#else
  pg::label<region> place;
#endif
};

struct shop_metrics {
  using instance = shop;
  pg::counter<order> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
