// SPDX-License-Identifier: Apache-2.0
//
// Metrics named while running: every reason to refuse a record, that equal tags are one series, and
// that what was refused is counted and nothing else.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

namespace pg = pantograph;
using pg::runtime_outcome;
using scraping::scrape;

struct app_metrics {
  static constexpr std::string_view prefix = "app";
  pg::runtime_metrics<pg::at_most<20>> custom{"Named while running."};
  pg::runtime_metrics<pg::at_most<2>> few{"Room for two."};
};

class runtime_metrics : public testing::Test {
 protected:
  runtime_metrics() { out.add(metrics); }

  app_metrics metrics;
  pg::exposition out;
};

TEST_F(runtime_metrics, keep_the_last_value_of_each_series) {
  EXPECT_EQ(metrics.custom.record("queue_depth", 3), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("queue_depth", -1.5), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("queue_depth", 8, {{"region", "eu"}}), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("a", std::numeric_limits<double>::quiet_NaN()),
            runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("b9", -std::numeric_limits<double>::infinity()),
            runtime_outcome::recorded);
  const scrape now(out);
  EXPECT_EQ(now.number("app_custom_queue_depth"), "-1.5");
  EXPECT_EQ(now.number("app_custom_queue_depth{region=\"eu\"}"), "8");
  EXPECT_EQ(now.number("app_custom_a"), "NaN");
  EXPECT_EQ(now.number("app_custom_b9"), "-Inf");
  EXPECT_EQ(now.numbers().size(), 4u + 2 * 4);  // and the refusals of both fields by reason
}

TEST_F(runtime_metrics, of_equal_tags_in_any_order_are_one_series_with_its_tags_sorted) {
  const auto record = [&](double value, std::initializer_list<pg::tag> tags) {
    EXPECT_EQ(metrics.custom.record("load", value, tags), runtime_outcome::recorded);
  };
  record(1, {{"zone", "z"}, {"host", "h"}, {"rack", "r"}});
  record(2, {{"host", "h"}, {"rack", "r"}, {"zone", "z"}});
  record(3, {{"rack", "r"}, {"zone", "z"}, {"host", "h"}});
  record(4, {{"rack", "r"}, {"zone", "z"}});
  const scrape now(out);
  EXPECT_EQ(now.number("app_custom_load{host=\"h\",rack=\"r\",zone=\"z\"}"), "3");
  EXPECT_EQ(now.number("app_custom_load{rack=\"r\",zone=\"z\"}"), "4");
  EXPECT_EQ(now.series("app_custom_load"), 2u);
}

TEST_F(runtime_metrics, are_written_family_by_family_by_name) {
  // By bytes alone `load_average` would stand between `load` and `load{...}`, and cut the family in two.
  (void)metrics.custom.record("load", 1, {{"host", "b"}});
  (void)metrics.custom.record("load_average", 2);
  (void)metrics.custom.record("load", 3);
  (void)metrics.custom.record("load", 4, {{"host", "a"}});
  const std::string text = scrape(out).text();
  EXPECT_EQ(text.substr(0, text.find("# HELP app_custom_refused_total")),
            "# HELP app_custom_load Named while running.\n"
            "# TYPE app_custom_load gauge\n"
            "app_custom_load 3\n"
            "app_custom_load{host=\"a\"} 4\n"
            "app_custom_load{host=\"b\"} 1\n"
            "# HELP app_custom_load_average Named while running.\n"
            "# TYPE app_custom_load_average gauge\n"
            "app_custom_load_average 2\n");
}

TEST_F(runtime_metrics, refuse_a_name_that_is_none) {
  for (const std::string_view name :
       {"", "9a", "_a", "a_", "a__b", "Queue", "queueDepth", "a-b", "a b", "a.b", "a:b", "a\n",
        "caf\xC3\xA9", "a{", "refused", "refused_total"}) {
    EXPECT_EQ(metrics.custom.record(name, 1), runtime_outcome::bad_name) << name;
    EXPECT_EQ(metrics.custom.record(name, 1, {{"Bad", ""}}), runtime_outcome::bad_name) << name;
  }
  EXPECT_EQ(metrics.custom.refused(runtime_outcome::bad_name), 32u);
  EXPECT_EQ(metrics.custom.record(std::string_view("a\0b", 3), 1), runtime_outcome::bad_name);
  const scrape now(out);
  EXPECT_EQ(now.number("app_custom_refused_total{reason=\"bad_name\"}"), "33");
  EXPECT_EQ(now.number("app_few_refused_total{reason=\"bad_name\"}"), "0");
  EXPECT_EQ(now.numbers().size(), 8u) << "a refused record became a series:\n" << now.text();
}

TEST_F(runtime_metrics, refuse_a_tag_that_is_none) {
  std::uint64_t refused = 0;
  for (const std::string_view name : {"", "9a", "_a", "a_", "a__b", "Region", "a-b", "a:b", "a=\"",
                                      "caf\xC3\xA9", "le", "quantile", "job", "instance"}) {
    EXPECT_EQ(metrics.custom.record("a", 1, {{name, "x"}}), runtime_outcome::bad_tag) << name;
    EXPECT_EQ(metrics.custom.record("a", 1, {{"b", "x"}, {name, "x"}, {"c", "x"}}),
              runtime_outcome::bad_tag)
        << name;
    refused += 2;
  }
  EXPECT_EQ(metrics.custom.record("a", 1, {{"b", ""}}), runtime_outcome::bad_tag);
  EXPECT_EQ(metrics.custom.record("a", 1, {{"b", "x"}, {"b", "x"}}), runtime_outcome::bad_tag);
  EXPECT_EQ(metrics.custom.record("a", 1, {{"b", "x"}, {"c", "x"}, {"a", "x"}, {"b", "y"}}),
            runtime_outcome::bad_tag);
  refused += 3;
  EXPECT_EQ(metrics.custom.refused(runtime_outcome::bad_tag), refused);
  EXPECT_EQ(scrape(out).numbers().size(), 8u);
}

TEST_F(runtime_metrics, take_eight_tags_and_refuse_nine) {
  std::vector<pg::tag> tags{{"h", "8"}, {"a", "1"}, {"g", "7"}, {"b", "2"},
                            {"f", "6"}, {"c", "3"}, {"e", "5"}, {"d", "4"}};
  EXPECT_EQ(metrics.custom.record("full_hand", 1, std::span<const pg::tag>(tags)),
            runtime_outcome::recorded);
  tags.push_back({"i", "9"});
  EXPECT_EQ(metrics.custom.record("full_hand", 1, std::span<const pg::tag>(tags)),
            runtime_outcome::too_long);
  EXPECT_EQ(scrape(out).number("app_custom_full_hand{a=\"1\",b=\"2\",c=\"3\",d=\"4\",e=\"5\","
                               "f=\"6\",g=\"7\",h=\"8\"}"),
            "1");
}

// name{a="value"} : 6 bytes beside the name and the value.
TEST_F(runtime_metrics, take_512_bytes_of_text_and_refuse_513) {
  EXPECT_EQ(metrics.custom.record(std::string(512, 'n'), 1), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record(std::string(513, 'n'), 1), runtime_outcome::too_long);
  const std::string most(505, 'v');
  EXPECT_EQ(metrics.custom.record("n", 2, {{"a", most}}), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("n", 2, {{"a", most + "v"}}), runtime_outcome::too_long);
  EXPECT_EQ(metrics.custom.record("n", 2, {{"a", std::string(100'000, 'v')}}),
            runtime_outcome::too_long);
  // What is escaped is two bytes, and a replaced byte three.
  EXPECT_EQ(metrics.custom.record("n", 3, {{"a", std::string(252, '\n')}}), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("n", 3, {{"a", std::string(253, '\n')}}), runtime_outcome::too_long);
  EXPECT_EQ(metrics.custom.record("n", 4, {{"a", std::string(168, '\xFF')}}), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("n", 4, {{"a", std::string(169, '\xFF')}}), runtime_outcome::too_long);
  EXPECT_EQ(metrics.custom.refused(runtime_outcome::too_long), 5u);
  const scrape now(out);
  EXPECT_EQ(now.number("app_custom_" + std::string(512, 'n')), "1");
  EXPECT_EQ(now.number("app_custom_n{a=\"" + most + "\"}"), "2");
  EXPECT_EQ(now.series("app_custom_n"), 3u);
}

TEST_F(runtime_metrics, beyond_their_bound_are_refused_and_those_known_go_on) {
  EXPECT_EQ(metrics.few.record("a", 1), runtime_outcome::recorded);
  EXPECT_EQ(metrics.few.record("b", 1), runtime_outcome::recorded);
  EXPECT_EQ(metrics.few.record("c", 1), runtime_outcome::full);
  EXPECT_EQ(metrics.few.record("a", 1, {{"x", "y"}}), runtime_outcome::full);
  EXPECT_EQ(metrics.few.record("a", 5), runtime_outcome::recorded);
  EXPECT_EQ(metrics.few.record("C", 1), runtime_outcome::bad_name);
  EXPECT_EQ(metrics.few.refused(runtime_outcome::full), 2u);
  EXPECT_EQ(metrics.few.refused(runtime_outcome::recorded), 0u);
  const scrape now(out);
  EXPECT_EQ(now.number("app_few_a"), "5");
  EXPECT_EQ(now.number("app_few_b"), "1");
  EXPECT_EQ(now.number("app_few_refused_total{reason=\"full\"}"), "2");
  EXPECT_EQ(now.number("app_few_refused_total{reason=\"bad_name\"}"), "1");
  EXPECT_EQ(now.number("app_few_refused_total{reason=\"bad_tag\"}"), "0");
  EXPECT_EQ(now.number("app_few_refused_total{reason=\"too_long\"}"), "0");
  EXPECT_EQ(now.numbers().size(), 2u + 8);
}

TEST_F(runtime_metrics, values_of_tags_are_escaped_and_made_well_formed) {
  EXPECT_EQ(metrics.custom.record("a", 1, {{"path", "C:\\x\n\"q\""}}), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("b", 2, {{"t", "caf\xE9"}}), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("b", 3, {{"t", "caf\xEF\xBF\xBD"}}), runtime_outcome::recorded);
  EXPECT_EQ(metrics.custom.record("c", 4, {{"t", "\"} 1\nfake 2"}}), runtime_outcome::recorded);
  const scrape now(out);
  EXPECT_EQ(now.number("app_custom_a{path=\"C:\\\\x\\n\\\"q\\\"\"}"), "1");
  EXPECT_EQ(now.number("app_custom_b{t=\"caf\xEF\xBF\xBD\"}"), "3");
  EXPECT_EQ(now.number("app_custom_c{t=\"\\\"} 1\\nfake 2\"}"), "4");
  EXPECT_EQ(now.numbers().size(), 3u + 8);
}

TEST_F(runtime_metrics, named_by_many_threads_at_once_are_one_series_a_name) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        for (int i = 0; i < 25; ++i) {  // five more than there is room for
          (void)metrics.custom.record("n" + std::to_string(i), 7);
        }
      }
    });
  }
  for (std::thread& each : threads) each.join();
  const scrape now(out);
  EXPECT_EQ(now.numbers().size(), 20u + 8);
  // Five names never fit; which, depends on who came first.
  EXPECT_EQ(now.number("app_custom_refused_total{reason=\"full\"}"), std::to_string(8 * 200 * 5));
  EXPECT_EQ(now.twice(), "");
}

// Two threads meet at each new name.
TEST(runtime_metrics_at_once, a_name_that_two_threads_bring_is_kept_once) {
  constexpr int names = 15;
  for (int round = 0; round < 100; ++round) {
    app_metrics metrics;
    pg::exposition out;
    out.add(metrics);
    std::atomic<int> arrived{0};
    const auto work = [&] {
      for (int i = 0; i < names; ++i) {
        const std::string name = "n" + std::to_string(i);
        arrived.fetch_add(1);
        while (arrived.load() < 2 * (i + 1)) std::this_thread::yield();
        EXPECT_EQ(metrics.custom.record(name, i), runtime_outcome::recorded);
      }
    };
    std::thread one(work), two(work);
    one.join();
    two.join();
    const scrape now(out);
    ASSERT_EQ(now.twice(), "");
    ASSERT_EQ(now.numbers().size(), names + 8u);
  }
}

}  // namespace
