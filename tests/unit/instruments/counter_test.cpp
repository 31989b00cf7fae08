// SPDX-License-Identifier: Apache-2.0
//
// Counters: what an amount becomes, what is never taken away, and to which series labels lead.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using namespace pg::literals;
using scraping::absent;
using scraping::scrape;

enum class verb { get, put, delete_ };
enum class kind : std::int8_t { known, other };
struct by_verb {
  pg::label<verb> method;
  pg::label<bool> cached;
};
struct by_agent {
  pg::label<pg::text> agent;
  pg::label<verb> method;
};
struct by_kind {
  pg::label<pg::text> agent;
  pg::label<kind> of;
};
struct four_texts {
  pg::label<pg::text> a, b, c, d;
};

struct app_metrics {
  static constexpr std::string_view prefix = "app";
  pg::counter<> events_total{"Integers."};
  pg::counter<pg::seconds> busy_seconds_total{"Nanoseconds."};
  pg::counter<pg::joules> energy_joules_total{"Doubles."};
  pg::counter<pg::seconds, pg::real> real_busy_seconds_total{"Seconds as doubles."};
  pg::counter<pg::shared> shared_total{"One cell."};
  pg::counter<by_verb> calls_total{"Dense."};
  pg::counter<by_verb, pg::sparse> rare_calls_total{"Sparse."};
  pg::counter<by_agent, pg::at_most<3>> agent_calls_total{"Bounded."};
  pg::counter<by_kind, pg::at_most<50>> kind_calls_total{"With an enumerator called other."};
  pg::counter<by_agent, pg::at_most<600>> text_calls_total{"Many texts."};
  pg::counter<four_texts, pg::at_most<50>> text4_calls_total{"Four texts."};
  pg::money_counter<> cost_usd_total{"Money."};
};

class counter : public testing::Test {
 protected:
  counter() { out.add(metrics); }
  std::string number(std::string_view series) { return scrape(out).number(series); }

  app_metrics metrics;
  pg::exposition out;
};

constexpr auto no_such_verb = static_cast<verb>(3);
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// ---- amounts ----

TEST_F(counter, grows_by_any_integer_and_never_falls) {
  metrics.events_total.increment();
  metrics.events_total.increment(0);
  metrics.events_total.increment(2u);
  metrics.events_total.increment(std::int8_t{100});
  metrics.events_total.increment(true);
  EXPECT_EQ(number("app_events_total"), "104");
  metrics.events_total.increment(-1);
  metrics.events_total.increment(std::int8_t{-128});
  metrics.events_total.increment(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(number("app_events_total"), "104");
  metrics.events_total.increment(std::uint64_t{1} << 63);
  EXPECT_EQ(number("app_events_total"), "9223372036854775912");
  metrics.shared_total.increment(5);
  metrics.shared_total.increment(-4);
  EXPECT_EQ(number("app_shared_total"), "5");
}

TEST_F(counter, of_seconds_takes_durations_and_keeps_each_nanosecond) {
  metrics.busy_seconds_total.increment(1ns);
  metrics.busy_seconds_total.increment(12ms);
  metrics.busy_seconds_total.increment(1h);
  metrics.busy_seconds_total.increment(std::chrono::duration<double>(0.25));
  EXPECT_EQ(number("app_busy_seconds_total"), "3600.262000001");
  metrics.busy_seconds_total.increment(-1h);
  metrics.busy_seconds_total.increment(std::chrono::duration<double>(-7.5));
  EXPECT_EQ(number("app_busy_seconds_total"), "3600.262000001");
}

TEST_F(counter, of_doubles_takes_numbers_and_leaves_out_what_would_make_it_fall) {
  metrics.energy_joules_total.increment(0.5);
  metrics.energy_joules_total.increment(2);
  metrics.energy_joules_total.increment(0.25f);
  EXPECT_EQ(number("app_energy_joules_total"), "2.75");
  metrics.energy_joules_total.increment(-2.0);
  metrics.energy_joules_total.increment(-infinity);
  metrics.energy_joules_total.increment(nan);
  EXPECT_EQ(number("app_energy_joules_total"), "2.75");
}

TEST_F(counter, of_seconds_as_doubles_takes_durations_and_bare_seconds) {
  metrics.real_busy_seconds_total.increment(250ms);
  metrics.real_busy_seconds_total.increment(1.5);
  metrics.real_busy_seconds_total.increment(-1min);
  EXPECT_EQ(number("app_real_busy_seconds_total"), "1.75");
}

TEST_F(counter, of_money_is_exact_and_never_falls) {
  static_assert((10_usd).count == 10'000'000'000'000);
  static_assert((0.25_usd).count == 250'000'000'000);
  static_assert((0.000'000'000'001_usd).count == 1);
  static_assert((9'000'000.5_usd).count == 9'000'000'500'000'000'000);
  metrics.cost_usd_total.increment(0.000'000'000'001_usd);
  metrics.cost_usd_total.increment(0.999'999'999'999_usd);
  EXPECT_EQ(number("app_cost_usd_total"), "1");
  metrics.cost_usd_total.increment(pg::pico_usd{-5'000'000});
  metrics.cost_usd_total.increment(pg::pico_usd{0});
  EXPECT_EQ(number("app_cost_usd_total"), "1");
  // Three times nine million dollars are more pico-dollars than 64 bits hold.
  for (int i = 0; i < 3; ++i) metrics.cost_usd_total.increment(9'000'000.1_usd);
  EXPECT_EQ(number("app_cost_usd_total"), "27000001.3");
}

// ---- labels ----

TEST_F(counter, with_labels_counts_each_series_alone_and_shows_all_that_may_be) {
  metrics.calls_total[{.method = verb::delete_, .cached = false}].increment(2);
  metrics.calls_total[{.method = verb::put, .cached = true}].increment(3);
  const scrape now(out);
  EXPECT_EQ(now.number("app_calls_total{method=\"get\",cached=\"false\"}"), "0");
  EXPECT_EQ(now.number("app_calls_total{method=\"get\",cached=\"true\"}"), "0");
  EXPECT_EQ(now.number("app_calls_total{method=\"put\",cached=\"false\"}"), "0");
  EXPECT_EQ(now.number("app_calls_total{method=\"put\",cached=\"true\"}"), "3");
  EXPECT_EQ(now.number("app_calls_total{method=\"delete\",cached=\"false\"}"), "2");
  EXPECT_EQ(now.number("app_calls_total{method=\"delete\",cached=\"true\"}"), "0");
  EXPECT_EQ(now.series("app_calls_total"), 6u);
}

TEST_F(counter, has_one_other_for_all_values_outside_once_it_was_touched) {
  EXPECT_EQ(number("app_calls_total{method=\"other\",cached=\"other\"}"), absent);
  metrics.calls_total[{.method = no_such_verb, .cached = true}].increment();
  metrics.calls_total[{.method = static_cast<verb>(-1), .cached = false}].increment();
  metrics.calls_total[{.method = static_cast<verb>(1'000'000), .cached = false}].increment();
  const scrape now(out);
  EXPECT_EQ(now.number("app_calls_total{method=\"other\",cached=\"other\"}"), "3");
  EXPECT_EQ(now.total("app_calls_total"), 3u);
  EXPECT_EQ(now.series("app_calls_total"), 7u);
}

TEST_F(counter, that_is_sparse_shows_what_was_recorded) {
  EXPECT_EQ(scrape(out).series("app_rare_calls_total"), 0u);
  metrics.rare_calls_total[{.method = verb::get, .cached = true}].increment();
  const scrape now(out);
  EXPECT_EQ(now.number("app_rare_calls_total{method=\"get\",cached=\"true\"}"), "1");
  EXPECT_EQ(now.series("app_rare_calls_total"), 1u);
}

TEST_F(counter, of_text_counts_beyond_its_bound_in_other_and_loses_nothing) {
  for (int round = 0; round < 2; ++round) {
    for (const char* agent : {"planner", "coder", "tester", "critic", "poet"}) {
      metrics.agent_calls_total[{.agent = agent, .method = verb::get}].increment();
    }
  }
  const scrape now(out);
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"planner\",method=\"get\"}"), "2");
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"tester\",method=\"get\"}"), "2");
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"other\",method=\"other\"}"), "4");
  EXPECT_EQ(now.total("app_agent_calls_total"), 10u);
  EXPECT_EQ(now.series("app_agent_calls_total"), 4u);
}

TEST_F(counter, of_text_takes_1_to_256_bytes) {
  const std::string longest(256, 'x');
  const auto increment = [&](std::string_view agent) {
    metrics.agent_calls_total[{.agent = agent, .method = verb::put}].increment();
  };
  increment("");
  increment("a");
  increment(longest);
  increment(longest + "x");
  increment(std::string(100'000, 'x'));
  increment(std::string(86, '\xFF'));  // well-formed it would be 258 bytes
  const scrape now(out);
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"a\",method=\"put\"}"), "1");
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"" + longest + "\",method=\"put\"}"), "1");
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"other\",method=\"other\"}"), "4");
  EXPECT_EQ(now.series("app_agent_calls_total"), 3u);
}

TEST_F(counter, with_an_enum_outside_keeps_no_text_for_it) {
  for (const char* agent : {"a", "b", "c", "d"}) {
    metrics.agent_calls_total[{.agent = agent, .method = no_such_verb}].increment();
  }
  metrics.agent_calls_total[{.agent = "e", .method = verb::get}].increment();
  const scrape now(out);
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"e\",method=\"get\"}"), "1");
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"other\",method=\"other\"}"), "4");
}

TEST_F(counter, of_texts_that_print_alike_is_one_series) {
  metrics.agent_calls_total[{.agent = "caf\xE9", .method = verb::get}].increment();
  metrics.agent_calls_total[{.agent = "caf\xFF", .method = verb::get}].increment();
  metrics.agent_calls_total[{.agent = "caf\xEF\xBF\xBD", .method = verb::get}].increment();
  const scrape now(out);
  EXPECT_EQ(now.number("app_agent_calls_total{agent=\"caf\xEF\xBF\xBD\",method=\"get\"}"), "3");
  EXPECT_EQ(now.series("app_agent_calls_total"), 1u);
}

TEST_F(counter, of_a_text_called_other_never_exports_a_series_twice) {
  metrics.kind_calls_total[{.agent = "other", .of = kind::other}].increment();
  metrics.kind_calls_total[{.agent = "", .of = kind::known}].increment();
  metrics.kind_calls_total[{.agent = "a", .of = static_cast<kind>(-5)}].increment();
  metrics.kind_calls_total[{.agent = "other", .of = kind::known}].increment();
  const scrape now(out);
  EXPECT_EQ(now.number("app_kind_calls_total{agent=\"other\",of=\"other\"}"), "3");
  EXPECT_EQ(now.number("app_kind_calls_total{agent=\"other\",of=\"known\"}"), "1");
  EXPECT_EQ(now.twice(), "");
}

// Texts of every size, of which any one byte makes another: short ones take a way of their own.
TEST_F(counter, tells_texts_apart_by_each_of_their_bytes) {
  for (std::size_t size = 1; size <= 33; ++size) {
    for (std::size_t changed = 0; changed < size; ++changed) {
      std::string agent(size, 'a');
      agent[changed] = 'b';
      for (std::size_t i = 0; i <= changed; ++i) {
        metrics.text_calls_total[{.agent = agent, .method = verb::put}].increment();
      }
    }
  }
  const scrape now(out);
  EXPECT_EQ(now.series("app_text_calls_total"), 561u);  // 1 + 2 + .. + 33
  for (std::size_t size = 1; size <= 33; ++size) {
    for (std::size_t changed = 0; changed < size; ++changed) {
      std::string agent(size, 'a');
      agent[changed] = 'b';
      EXPECT_EQ(now.count("app_text_calls_total{agent=\"" + agent + "\",method=\"put\"}"), changed + 1);
    }
  }
}

TEST_F(counter, of_four_texts_does_not_mistake_where_one_ends) {
  const auto increment = [&](const char* a, const char* b, const char* c, const char* d) {
    metrics.text4_calls_total[{.a = a, .b = b, .c = c, .d = d}].increment();
  };
  increment("ab", "c", "d", "e");
  increment("a", "bc", "d", "e");
  increment("a", "b", "cd", "e");
  increment("a", "b", "c", "de");
  increment("long-text", "textlong-", "four", "sixteen-letters-");
  increment("textlong-", "long-text", "four", "sixteen-letters-");
  increment("long-text", "textlong-", "sixteen-letters-", "four");
  increment("ab", "c", "d", "e");
  const scrape now(out);
  EXPECT_EQ(now.series("app_text4_calls_total"), 7u);
  EXPECT_EQ(now.number("app_text4_calls_total{a=\"ab\",b=\"c\",c=\"d\",d=\"e\"}"), "2");
  EXPECT_EQ(now.number("app_text4_calls_total{a=\"a\",b=\"b\",c=\"c\",d=\"de\"}"), "1");
  EXPECT_EQ(now.number("app_text4_calls_total{a=\"textlong-\",b=\"long-text\",c=\"four\","
                       "d=\"sixteen-letters-\"}"),
            "1");
}

TEST_F(counter, a_series_may_be_kept_and_copied) {
  const auto hot = metrics.calls_total[{.method = verb::get, .cached = true}];
  const auto copy = hot;
  hot.increment();
  copy.increment(4);
  EXPECT_EQ(number("app_calls_total{method=\"get\",cached=\"true\"}"), "5");
}

}  // namespace
