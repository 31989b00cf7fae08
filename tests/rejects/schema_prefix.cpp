// SPDX-License-Identifier: Apache-2.0
// A prefix that cannot start a name.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  static constexpr std::string_view prefix = "my-shop";
#else
  static constexpr std::string_view prefix = "my_shop";
#endif
  pg::counter<> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
