// SPDX-License-Identifier: Apache-2.0
// A label over all integers.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
struct order {
#ifdef REJECT
  pg::label<int> origin;
#else
  pg::label<region> origin;
#endif
};

struct shop_metrics {
  pg::counter<order> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
