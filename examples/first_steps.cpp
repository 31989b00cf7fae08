// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdio>
#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

enum class region { eu, us };
enum class outcome { paid, declined, failed };
struct order { pg::label<region> ships_to; pg::label<outcome> status; };

struct checkout_metrics {                                         // the struct is the schema ...
  pg::counter<order> orders_total{"Orders, by region and outcome."};
  pg::histogram<pg::seconds, pg::buckets(100ms, 500ms, 2s)>
      payment_duration_seconds{"Time to take a payment."};
  pg::up_down<> open_carts{"Carts holding at least one item."};
};

checkout_metrics metrics;                                         // ... and the instruments
int main() {
  metrics.orders_total[{.ships_to = region::eu, .status = outcome::paid}].increment();
  metrics.payment_duration_seconds.observe(240ms);
  metrics.open_carts.increment(3);

  pg::exposition out;
  out.add(metrics);
  auto print = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  out.write(pg::sink_to(print), pg::text_format::prometheus_0_0_4);
}
