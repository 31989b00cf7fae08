// SPDX-License-Identifier: Apache-2.0
// A callback that takes nothing, for a family with labels.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
struct cart {
  pg::label<region> origin;
};
struct shop_metrics {
  pg::observed_gauge<cart> open_carts{"Carts open now."};
};

shop_metrics metrics;
void observe() {
#ifdef REJECT
  metrics.open_carts.observe([] { return 3; });
#else
  metrics.open_carts.observe([](auto& out) { out({.origin = region::eu}, 3); });
#endif
}
