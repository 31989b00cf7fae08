// SPDX-License-Identifier: Apache-2.0
// A field of a label struct that is no label.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
struct order {
#ifdef REJECT
  region origin;
#else
  pg::label<region> origin;
#endif
};

struct shop_metrics {
  pg::counter<order> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
