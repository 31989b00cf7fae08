// SPDX-License-Identifier: Apache-2.0
// A callback that owns a string: it cannot be kept in place.
#include <string>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
  pg::observed_gauge<> open_carts{"Carts open now."};
};

shop_metrics metrics;
void observe(const std::string& carts) {
#ifdef REJECT
  metrics.open_carts.observe([carts] { return carts.size(); });
#else
  metrics.open_carts.observe([&carts] { return carts.size(); });
#endif
}
