// SPDX-License-Identifier: Apache-2.0
// A gap in the values of an enum.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

#ifdef REJECT
enum class region { eu = 0, us = 2 };
#else
enum class region { eu = 0, us = 1 };
#endif
struct order {
  pg::label<region> origin;
};

struct shop_metrics {
  pg::counter<order> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
