// SPDX-License-Identifier: Apache-2.0
// A colon belongs to the names of recording rules.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  static constexpr std::string_view prefix = "job:shop";
#else
  static constexpr std::string_view prefix = "job_shop";
#endif
  pg::counter<> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
