// SPDX-License-Identifier: Apache-2.0
//
// Every instrument once, filled with fixed values, as the text of a scrape or as a reference page:
//   golden_everything prometheus | openmetrics | page | pool_page
// The values were chosen so that every expected number can be worked out by hand.

#include <pantograph/catalog/markdown.hpp>
#include <pantograph/metrics.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

namespace golden {

namespace pg = pantograph;
using namespace std::chrono_literals;
using namespace pg::literals;

enum class route { plain, hostile };
enum class outcome { success, error, timeout };
enum class breaker { closed, half_open, open };

}  // namespace golden

template <>
inline constexpr std::array<std::string_view, 2> pantograph::spelling<golden::route>{
    "C:\\new", "say \"hi\"\n"};

namespace golden {

struct by_route {
  pg::label<route> way;
  pg::label<bool> urgent;
};
struct by_word {
  pg::label<pg::text> word;
  pg::label<outcome> status;
};
struct by_urgent {
  pg::label<bool> urgent;
};
struct by_outcome {
  pg::label<outcome> status;
};
struct build {
  pg::label<pg::text> version;
  pg::label<pg::text> quote;
};
struct pool_label {
  pg::label<pg::text> pool;
};

struct inner_metrics {
  pg::counter<> taken_total{"Things taken out of the inner part."};
  pg::gauge<pg::ratio> filled_ratio{"Share of the inner part that is filled."};
};

struct everything_metrics {
  static constexpr std::string_view prefix = "all";
  pg::counter<> plain_total{"Help with a \\ backslash, \"quotes\" and\na new line; caf\xE9."};
  pg::counter<by_route> routes_total{"Two labels; every series is shown, also at 0."};
  pg::counter<by_word, pg::at_most<4>> words_total{"A bounded family, with <b>|</b> in its help."};
  pg::counter<pg::joules> spent_joules_total{"Energy, kept as a double."};
  pg::counter<pg::seconds> busy_seconds_total{"Time, kept as nanoseconds."};
  pg::money_counter<> cost_usd_total{"Money, kept as pico-dollars."};
  pg::up_down<> balance{"Goes below zero."};
  pg::gauge<pg::bytes> size_bytes{"Set twice."};
  pg::gauge<pg::celsius> outside_celsius{"Below zero, too."};
  pg::histogram<pg::seconds, pg::buckets(5ms, 1s), by_urgent> wait_seconds{"Durations."};
  pg::histogram<pg::tokens, pg::buckets(1, 4, 16)> prompt_tokens{"Integers."};
  pg::histogram<pg::ratio, pg::buckets(0.25, 0.5)> share_ratio{"Doubles."};
  pg::observed_gauge<pg::kelvin> core_kelvin{"Asked for."};
  pg::observed_counter<by_outcome> seen_total{"Asked for, by label; not all are told."};
  pg::observed_gauge<> silent{"Has no callback, so it is not shown."};
  pg::info<build> build_info{"What was built."};
  pg::state_set<breaker> circuit{"One state at a time."};
  pg::runtime_metrics<pg::at_most<10>> custom{"Named while \"running\"."};
  inner_metrics inner;
};

// Two objects of one schema.
struct pool_metrics {
  using instance = pool_label;
  pg::counter<by_outcome> hits_total{"Hits."};
  pg::state_set<bool> draining{"Whether the pool takes nothing any more."};
};

void record_counters(everything_metrics& metrics) {
  metrics.plain_total.increment();
  std::thread([&] { metrics.plain_total.increment(41); }).join();  // a thread that ended

  metrics.routes_total[{route::plain, true}].increment(3);
  metrics.routes_total[{static_cast<route>(77), false}].increment(5);  // no such route

  metrics.words_total[{"plain", outcome::success}].increment(1);
  metrics.words_total[{"a\"b\\c\nd", outcome::error}].increment(2);
  metrics.words_total[{"caf\xE9", outcome::timeout}].increment(4);  // Latin-1
  metrics.words_total[{"{a=\"b\"} 1 # EOF\r\t", outcome::success}].increment(8);
  metrics.words_total[{"", outcome::success}].increment(16);       // empty: other
  metrics.words_total[{"a fifth", outcome::error}].increment(32);  // beyond the bound: other

  metrics.spent_joules_total.increment(0.1);
  metrics.spent_joules_total.increment(0.2);
  metrics.busy_seconds_total.increment(1h);
  metrics.busy_seconds_total.increment(1ns);
  metrics.busy_seconds_total.increment(-5ms);  // counts as 0
  metrics.cost_usd_total.increment(1'000'000.25_usd);
  metrics.cost_usd_total.increment(pg::pico_usd{1});
}

void record_values(everything_metrics& metrics) {
  metrics.balance.increment();
  metrics.balance.decrement(4);
  metrics.size_bytes.set(1);
  metrics.size_bytes.set(4096);
  metrics.outside_celsius.set(-40.5);
  for (const std::chrono::nanoseconds each :
       {5'000'000ns, 5'000'001ns, 1'000'000'000ns, 1'500'000'000ns, -1'000'000'000ns}) {
    metrics.wait_seconds[{.urgent = true}].observe(each);
  }
  for (const int each : {1, 2, 4, 5, 16, 17}) metrics.prompt_tokens.observe(each);
  for (const double each : {0.25, 0.5, 0.75}) metrics.share_ratio.observe(each);
}

void record_rest(everything_metrics& metrics) {
  metrics.core_kelvin.observe([] { return 293.15; });
  metrics.seen_total.observe([](auto& out) {
    out({.status = outcome::success}, 7);
    out({.status = outcome::timeout}, 0.5);
  });
  metrics.build_info.set({.version = "1.4.0", .quote = "\"\\\n"});
  metrics.circuit.set(breaker::half_open);
  metrics.custom.record("queue_depth", 4, {{"region", "us"}});
  metrics.custom.record("queue_depth", 3.5, {{"region", "eu"}, {"a", "\"\\\n"}});
  metrics.custom.record("load", -1);
  (void)metrics.custom.record("Not A Name", 1);
  (void)metrics.custom.record("load", 1, {{"le", "1"}});
  metrics.inner.taken_total.increment(2);
  metrics.inner.filled_ratio.set(0.875);
}

int write_scrape(pg::text_format format) {
  everything_metrics metrics;
  pool_metrics orders, users;
  record_counters(metrics);
  record_values(metrics);
  record_rest(metrics);
  orders.hits_total[{.status = outcome::success}].increment(2);
  users.hits_total[{.status = outcome::error}].increment(3);
  users.draining.set(true);

  pg::exposition out;
  const bool added = out.add(metrics) && out.add(orders, {.pool = "orders"}) &&
                     out.add(users, {.pool = "us\"ers"});
  auto print = [](std::string_view chunk) {
    return std::fwrite(chunk.data(), 1, chunk.size(), stdout) == chunk.size();
  };
  return added && out.write(pg::sink_to(print), format) ? 0 : 1;
}

int print(const std::string& page) { return std::fputs(page.c_str(), stdout) < 0 ? 1 : 0; }

}  // namespace golden

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  using namespace golden;
  if (what == "prometheus") return write_scrape(pg::text_format::prometheus_0_0_4);
  if (what == "openmetrics") return write_scrape(pg::text_format::openmetrics_1_0);
  if (what == "page") return print(pg::markdown_of(pg::catalog_of<everything_metrics>));
  if (what == "pool_page") return print(pg::markdown_of(pg::catalog_of<pool_metrics>));
  std::fputs("say what to print: prometheus, openmetrics, page or pool_page\n", stderr);
  return 2;
}
