// SPDX-License-Identifier: Apache-2.0
// A name that Prometheus makes itself: `up`, which no prefix keeps apart here.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
  static constexpr std::string_view prefix = "";
#ifdef REJECT
  pg::gauge<> up{"Whether the shop is open."};
#else
  pg::gauge<> open{"Whether the shop is open."};
#endif
};
static_assert(pg::checked<shop_metrics>());
