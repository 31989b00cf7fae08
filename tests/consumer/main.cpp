// SPDX-License-Identifier: Apache-2.0
//
// A stranger's program: declares two instruments, records, and looks for its own numbers in the
// text. Exit code 1: they are not there. Built in every way a stranger may get Pantograph.

#include <pantograph/metrics.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace pg = pantograph;

enum class outcome { success, failure };

struct purchase {
  pg::label<outcome> status;
};

struct shop_metrics {
  pg::counter<purchase> purchases_total{"Purchases, by outcome."};
  pg::up_down<> customers{"Customers in the shop now."};
};

int main() {
  shop_metrics metrics;
  metrics.purchases_total[{.status = outcome::failure}].increment();
  metrics.purchases_total[{.status = outcome::failure}].increment();
  metrics.customers.increment();

  pg::exposition out;
  out.add(metrics);
  std::string text = "\n";
  auto keep = [&](std::string_view chunk) { text += chunk; };
  out.write(pg::sink_to(keep), pg::text_format::prometheus_0_0_4);

  for (const char* line :
       {"\nshop_purchases_total{status=\"success\"} 0\n",
        "\nshop_purchases_total{status=\"failure\"} 2\n", "\nshop_customers 1\n"}) {
    if (text.find(line) == std::string::npos) {
      std::fprintf(stderr, "not in the text:%stext:%s", line, text.c_str());
      return 1;
    }
  }
}
