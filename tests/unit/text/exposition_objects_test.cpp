// SPDX-License-Identifier: Apache-2.0
//
// Objects of a schema that come, go and share a family; chunks and sinks; numbers used again; metrics
// named while running; all of it from several threads.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "text_of.hpp"

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using reading::lines_with;
using reading::openmetrics;
using reading::prometheus;
using reading::text_of;

enum class colour { red, green };
struct by_colour {
  pg::label<colour> hue;
};
struct by_word {
  pg::label<pg::text> word;
};
struct which_pool {
  pg::label<pg::text> pool;
  pg::label<bool> primary;
};

struct pool_metrics {
  using instance = which_pool;
  pg::counter<> hits_total{"Hits."};
  pg::gauge<by_colour> sizes{"Sizes."};
  pg::histogram<pg::count, pg::buckets(2)> rows{"Rows."};
  pg::info<by_word> kind_info{"Kind."};
};

// ---- objects ----

TEST(objects, of_one_schema_are_merged_under_one_head) {
  pool_metrics orders, users;
  orders.hits_total.increment(1);
  users.hits_total.increment(2);
  users.sizes[{colour::green}].set(3);
  orders.rows.observe(2);
  users.rows.observe(3);
  users.kind_info.set({"big"});
  pg::exposition out;
  ASSERT_TRUE(out.add(orders, {.pool = "orders", .primary = true}));
  ASSERT_TRUE(out.add(users, {.pool = "\"u\\s\xFF\n", .primary = false}));
  EXPECT_EQ(
      text_of(out, prometheus),
      "# HELP pool_hits_total Hits.\n"
      "# TYPE pool_hits_total counter\n"
      "pool_hits_total{pool=\"orders\",primary=\"true\"} 1\n"
      "pool_hits_total{pool=\"\\\"u\\\\s\xEF\xBF\xBD\\n\",primary=\"false\"} 2\n"
      "# HELP pool_sizes Sizes.\n"
      "# TYPE pool_sizes gauge\n"
      "pool_sizes{pool=\"orders\",primary=\"true\",hue=\"red\"} 0\n"
      "pool_sizes{pool=\"orders\",primary=\"true\",hue=\"green\"} 0\n"
      "pool_sizes{pool=\"\\\"u\\\\s\xEF\xBF\xBD\\n\",primary=\"false\",hue=\"red\"} 0\n"
      "pool_sizes{pool=\"\\\"u\\\\s\xEF\xBF\xBD\\n\",primary=\"false\",hue=\"green\"} 3\n"
      "# HELP pool_rows Rows.\n"
      "# TYPE pool_rows histogram\n"
      "pool_rows_bucket{pool=\"orders\",primary=\"true\",le=\"2.0\"} 1\n"
      "pool_rows_bucket{pool=\"orders\",primary=\"true\",le=\"+Inf\"} 1\n"
      "pool_rows_sum{pool=\"orders\",primary=\"true\"} 2\n"
      "pool_rows_count{pool=\"orders\",primary=\"true\"} 1\n"
      "pool_rows_bucket{pool=\"\\\"u\\\\s\xEF\xBF\xBD\\n\",primary=\"false\",le=\"2.0\"} 0\n"
      "pool_rows_bucket{pool=\"\\\"u\\\\s\xEF\xBF\xBD\\n\",primary=\"false\",le=\"+Inf\"} 1\n"
      "pool_rows_sum{pool=\"\\\"u\\\\s\xEF\xBF\xBD\\n\",primary=\"false\"} 3\n"
      "pool_rows_count{pool=\"\\\"u\\\\s\xEF\xBF\xBD\\n\",primary=\"false\"} 1\n"
      "# HELP pool_kind_info Kind.\n"
      "# TYPE pool_kind_info gauge\n"
      "pool_kind_info{pool=\"\\\"u\\\\s\xEF\xBF\xBD\\n\",primary=\"false\",word=\"big\"} 1\n");
}

TEST(objects, that_are_removed_are_shown_no_more_and_can_come_again) {
  pg::exposition out;
  pool_metrics stays;
  ASSERT_TRUE(out.add(stays, {"stays", true}));
  {
    pool_metrics goes;
    goes.hits_total.increment(7);
    ASSERT_TRUE(out.add(goes, {"goes", true}));
    EXPECT_EQ(lines_with(text_of(out, prometheus), "pool_hits_total{pool=\"goes\""), 1u);
    out.remove(goes);
    EXPECT_EQ(text_of(out, prometheus).find("goes"), std::string::npos);
    EXPECT_EQ(lines_with(text_of(out, prometheus), "pool_hits_total{pool=\"stays\""), 1u);
    ASSERT_TRUE(out.add(goes, {"goes", true}));  // its name is free again
    EXPECT_NE(text_of(out, prometheus).find("{pool=\"goes\",primary=\"true\"} 7\n"),
              std::string::npos);
    out.remove(goes);
  }
  stays.hits_total.increment(2);  // the first of two went: positions moved
  EXPECT_NE(text_of(out, prometheus).find("pool_hits_total{pool=\"stays\",primary=\"true\"} 2\n"),
            std::string::npos);
  out.remove(stays);
  EXPECT_EQ(text_of(out, prometheus), "");
  EXPECT_EQ(text_of(out, openmetrics), "# EOF\n");
  EXPECT_TRUE(out.problems().empty());
}

TEST(objects, behind_one_that_is_removed_keep_their_numbers) {
  pool_metrics first, second, third;
  first.hits_total.increment(1);
  second.hits_total.increment(2);
  second.rows.observe(5);
  third.hits_total.increment(3);
  third.rows.observe(7);
  pg::exposition out;
  ASSERT_TRUE(out.add(first, {"first", true}) && out.add(second, {"second", true}) &&
              out.add(third, {"third", true}));
  (void)text_of(out, prometheus);
  out.remove(first);
  const std::string text = text_of(out, prometheus);
  EXPECT_NE(text.find("pool_hits_total{pool=\"second\",primary=\"true\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("pool_hits_total{pool=\"third\",primary=\"true\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("pool_rows_sum{pool=\"second\",primary=\"true\"} 5\n"), std::string::npos);
  EXPECT_NE(text.find("pool_rows_sum{pool=\"third\",primary=\"true\"} 7\n"), std::string::npos);
}

TEST(objects, added_and_removed_between_two_writes_leave_nothing) {
  pg::exposition out;
  pool_metrics goes;
  ASSERT_TRUE(out.add(goes, {"goes", true}));
  out.remove(goes);
  EXPECT_EQ(text_of(out, prometheus), "");
}

struct shop_metrics {
  static constexpr std::string_view prefix = "shop";
  pg::counter<> things_total{"T."};
};
struct stall_metrics {  // shop_things is the family of shop_things_total in OpenMetrics
  static constexpr std::string_view prefix = "shop";
  pg::counter<> visits_total{"V."};
  pg::gauge<> things{"T."};
};

TEST(objects, of_two_schemas_with_the_same_family_are_refused_with_both_names) {
  pg::exposition out;
  shop_metrics shop;
  stall_metrics stall;
  ASSERT_TRUE(out.add(shop));
  EXPECT_FALSE(out.add(stall));
  ASSERT_EQ(out.problems().size(), 1u);
  EXPECT_TRUE(
      out.problems()[0].starts_with("[exposition/name-clash] shop_things clashes with "
                                    "shop_things_total of another schema: "))
      << out.problems()[0];
  // Nothing of the refused schema is there, and its other name is not taken.
  EXPECT_EQ(text_of(out, prometheus).find("visits"), std::string::npos);
  out.remove(shop);
  EXPECT_TRUE(out.add(stall));
}

TEST(objects, of_one_schema_with_the_same_labels_are_refused) {
  pg::exposition out;
  shop_metrics shop, second_shop;
  pool_metrics pool, second_pool, third_pool;
  ASSERT_TRUE(out.add(shop) && out.add(pool, {"a", true}) && out.add(second_pool, {"a", false}));
  EXPECT_FALSE(out.add(shop));
  EXPECT_FALSE(out.add(second_shop));
  EXPECT_FALSE(out.add(third_pool, {"a", true}));
  ASSERT_EQ(out.problems().size(), 3u);
  EXPECT_TRUE(out.problems()[1].starts_with("[exposition/instance-clash] shop_things_total is "))
      << out.problems()[1];
  EXPECT_TRUE(out.problems()[2].starts_with(
      "[exposition/instance-clash] pool_hits_total{pool=\"a\",primary=\"true\"} is "))
      << out.problems()[2];
  EXPECT_EQ(lines_with(text_of(out, prometheus), "pool_hits_total{"), 2u);
}

TEST(objects, with_instance_labels_above_1024_bytes_are_refused) {
  pg::exposition out;
  pool_metrics fits, too_long, escaped;
  // As text: pool="",primary="true" is 22 bytes without the name.
  EXPECT_TRUE(out.add(fits, {std::string(1002, 'x'), true}));
  EXPECT_FALSE(out.add(too_long, {std::string(1003, 'y'), true}));
  EXPECT_FALSE(out.add(escaped, {std::string(502, '"'), true}));  // 2 bytes each
  ASSERT_EQ(out.problems().size(), 2u);
  EXPECT_TRUE(out.problems()[0].starts_with("[exposition/instance-labels] ")) << out.problems()[0];
  EXPECT_NE(out.problems()[0].find(" 1025 bytes"), std::string::npos) << out.problems()[0];
  EXPECT_NE(out.problems()[1].find(" 1026 bytes"), std::string::npos) << out.problems()[1];
  EXPECT_EQ(lines_with(text_of(out, prometheus), "pool_hits_total{"), 1u);
}

// ---- chunks and sinks ----

struct long_metrics {
  pg::counter<by_word, pg::at_most<3000>> words_total{"W."};
};

// 3,000 series, over 300 KB of text: the expected text is put together here.
std::string record_long(long_metrics& metrics) {
  std::string text = "# HELP long_words_total W.\n# TYPE long_words_total counter\n";
  for (unsigned i = 0; i < 3000; ++i) {
    const std::string word = std::to_string(i) + std::string(i % 150, '.');
    metrics.words_total[{.word = word}].increment(i + 1);
    text += "long_words_total{word=\"" + word + "\"} " + std::to_string(i + 1) + "\n";
  }
  return text;
}

TEST(chunks, of_at_most_64_kib_are_the_whole_text_in_order) {
  long_metrics metrics;
  const std::string expected = record_long(metrics);
  ASSERT_GT(expected.size(), 4 * pg::largest_text_chunk);
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  for (int round = 0; round < 2; ++round) {
    std::string text;
    std::size_t chunks = 0, largest = 0;
    auto keep = [&](std::string_view chunk) {
      ++chunks;
      largest = chunk.size() > largest ? chunk.size() : largest;
      text += chunk;
    };
    EXPECT_TRUE(out.write(pg::sink_to(keep), openmetrics));
    std::string in_openmetrics = expected + "# EOF\n";
    for (const char* head : {"# HELP long_words_total", "# TYPE long_words_total"}) {
      const std::size_t at = in_openmetrics.find(head);
      in_openmetrics.erase(at + 17, 6);  // the family is called without _total
    }
    EXPECT_TRUE(text == in_openmetrics);
    EXPECT_LE(largest, pg::largest_text_chunk);
    EXPECT_LE(chunks, text.size() / (pg::largest_text_chunk / 2) + 1);  // no crumbs
  }
}

// A help longer than a chunk, and names of every length around its border.
constexpr auto long_help = [] {
  std::array<char, 70'001> out{};
  for (std::size_t i = 0; i + 1 < out.size(); ++i) out[i] = static_cast<char>('a' + i % 26);
  return out;
}();
struct border_metrics {
  pg::counter<> first_total{long_help.data()};
  pg::counter<by_word, pg::at_most<300>> words_total{"W."};
};

TEST(chunks, are_cut_anywhere_and_lose_nothing) {
  border_metrics metrics;
  std::string expected = "# HELP border_first_total " + std::string(long_help.data()) +
                         "\n# TYPE border_first_total counter\nborder_first_total 0\n"
                         "# HELP border_words_total W.\n# TYPE border_words_total counter\n";
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  for (unsigned i = 0; i < 300; ++i) {
    std::string word = std::to_string(i);
    word.append(256 - word.size(), '"');  // 512 bytes as text: the longest label there is
    metrics.words_total[{.word = word}].increment();
    std::string escaped;
    for (const char c : word) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
    expected += "border_words_total{word=\"" + escaped + "\"} 1\n";
    ASSERT_TRUE(text_of(out, prometheus) == expected) << i;
  }
}

TEST(chunks, stop_when_the_sink_says_so) {
  long_metrics metrics;
  const std::string expected = record_long(metrics);
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  for (int stop_after = 1; stop_after <= 3; ++stop_after) {
    int calls = 0;
    auto refuse = [&](std::string_view) { return ++calls < stop_after; };
    EXPECT_FALSE(out.write(pg::sink_to(refuse), prometheus));
    EXPECT_EQ(calls, stop_after);
  }
  EXPECT_TRUE(text_of(out, prometheus) == expected);  // the next reader gets all of it
}

TEST(chunks, stop_also_at_the_last) {
  shop_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  int calls = 0;
  auto refuse = [&](std::string_view) { return ++calls < 1; };
  EXPECT_FALSE(out.write(pg::sink_to(refuse), openmetrics));
  EXPECT_EQ(calls, 1);
}

// ---- numbers used again ----

struct aged_metrics {
  pg::counter<> done_total{"D."};
  pg::observed_gauge<> asked{"A."};
};

TEST(max_age, uses_numbers_again_within_it_and_reads_anew_without_it) {
  aged_metrics metrics;
  int asked = 0;
  metrics.asked.observe([&asked] { return ++asked; });
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const std::string first = text_of(out, prometheus, 1h);
  EXPECT_NE(first.find("aged_done_total 0\n"), std::string::npos);
  metrics.done_total.increment(5);
  EXPECT_EQ(text_of(out, prometheus, 1h), first);
  EXPECT_EQ(asked, 1);
  const std::string second = text_of(out, prometheus);  // no age: always new
  EXPECT_NE(second.find("aged_done_total 5\n"), std::string::npos);
  EXPECT_EQ(asked, 2);
  metrics.done_total.increment();
  EXPECT_NE(text_of(out, prometheus, 1ns).find("aged_done_total 6\n"), std::string::npos);
}

TEST(max_age, counts_for_both_formats_alike) {
  aged_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  (void)text_of(out, prometheus, 1h);
  metrics.done_total.increment(5);
  EXPECT_NE(text_of(out, openmetrics, 1h).find("aged_done_total 0\n"), std::string::npos);
}

TEST(max_age, does_not_hide_objects_that_came_or_went) {
  aged_metrics metrics;
  shop_metrics later;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  (void)text_of(out, prometheus, 1h);
  metrics.done_total.increment(3);
  later.things_total.increment(4);
  ASSERT_TRUE(out.add(later));
  std::string text = text_of(out, prometheus, 1h);
  EXPECT_NE(text.find("aged_done_total 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("shop_things_total 4\n"), std::string::npos) << text;
  out.remove(metrics);
  text = text_of(out, prometheus, 1h);
  EXPECT_EQ(text,
            "# HELP shop_things_total T.\n# TYPE shop_things_total counter\n"
            "shop_things_total 4\n");
}

struct words_metrics {
  pg::counter<by_word, pg::at_most<5>> words_total{"W."};
  pg::runtime_metrics<pg::at_most<5>> named{"N."};
};

TEST(max_age, leaves_a_new_series_for_the_next_reading) {
  words_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const std::string first = text_of(out, prometheus, 1h);
  metrics.words_total[{"new"}].increment();
  metrics.named.record("new", 1);
  EXPECT_EQ(text_of(out, prometheus, 1h), first);
  EXPECT_NE(text_of(out, prometheus).find("words_total{word=\"new\"} 1\n"), std::string::npos);
  EXPECT_NE(text_of(out, prometheus).find("words_named_new 1\n"), std::string::npos);
}

// ---- metrics named while running ----

struct custom_metrics {
  using instance = by_word;
  pg::runtime_metrics<pg::at_most<3>> custom{"Named \"here\"."};
};

TEST(runtime_metrics, of_several_objects_are_merged_and_sorted_by_name) {
  custom_metrics one, two;
  one.custom.record("queue", 1, {{"zone", "b"}, {"area", "x"}});
  two.custom.record("queue", 2);
  one.custom.record("load", 0.5);
  two.custom.record("load_high", 4);
  two.custom.record("load", 8, {{"zone", "\"a\"\n"}});
  pg::exposition out;
  ASSERT_TRUE(out.add(one, {"one"}) && out.add(two, {"two"}));
  EXPECT_EQ(text_of(out, prometheus),
            "# HELP custom_custom_load Named \"here\".\n"
            "# TYPE custom_custom_load gauge\n"
            "custom_custom_load{word=\"one\"} 0.5\n"
            "custom_custom_load{word=\"two\",zone=\"\\\"a\\\"\\n\"} 8\n"
            "# HELP custom_custom_load_high Named \"here\".\n"
            "# TYPE custom_custom_load_high gauge\n"
            "custom_custom_load_high{word=\"two\"} 4\n"
            "# HELP custom_custom_queue Named \"here\".\n"
            "# TYPE custom_custom_queue gauge\n"
            "custom_custom_queue{word=\"two\"} 2\n"
            "custom_custom_queue{word=\"one\",area=\"x\",zone=\"b\"} 1\n"
            "# HELP custom_custom_refused_total Records of run-time metrics that were refused.\n"
            "# TYPE custom_custom_refused_total counter\n"
            "custom_custom_refused_total{word=\"one\",reason=\"bad_name\"} 0\n"
            "custom_custom_refused_total{word=\"one\",reason=\"bad_tag\"} 0\n"
            "custom_custom_refused_total{word=\"one\",reason=\"too_long\"} 0\n"
            "custom_custom_refused_total{word=\"one\",reason=\"full\"} 0\n"
            "custom_custom_refused_total{word=\"two\",reason=\"bad_name\"} 0\n"
            "custom_custom_refused_total{word=\"two\",reason=\"bad_tag\"} 0\n"
            "custom_custom_refused_total{word=\"two\",reason=\"too_long\"} 0\n"
            "custom_custom_refused_total{word=\"two\",reason=\"full\"} 0\n");
  out.remove(one);
  const std::string text = text_of(out, openmetrics);
  EXPECT_EQ(text.find("word=\"one\""), std::string::npos) << text;
  EXPECT_NE(text.find("# HELP custom_custom_queue Named \\\"here\\\".\n"), std::string::npos);
  EXPECT_NE(text.find("# TYPE custom_custom_refused counter\n"), std::string::npos) << text;
}

TEST(runtime_metrics, count_what_they_refuse_by_reason) {
  custom_metrics metrics;
  using enum pg::runtime_outcome;
  auto& custom = metrics.custom;
  EXPECT_EQ(custom.record("one", 1), recorded);
  EXPECT_EQ(custom.record("two", 1, {{"a", "1"}, {"b", "2"}}), recorded);
  EXPECT_EQ(custom.record("two", 2, {{"b", "2"}, {"a", "1"}}), recorded);  // the same series
  EXPECT_EQ(custom.record("three", 1), recorded);
  EXPECT_EQ(custom.record("four", 1), full);
  EXPECT_EQ(custom.record("three", 3), recorded);  // a known one is
  for (const char* name : {"", "Upper", "1st", "dash-ed", "refused", "refused_total", "a b"}) {
    EXPECT_EQ(custom.record(name, 1), bad_name) << name;
  }
  EXPECT_EQ(custom.record("one", 1, {{"le", "1"}}), bad_tag);
  EXPECT_EQ(custom.record("one", 1, {{"empty", ""}}), bad_tag);
  EXPECT_EQ(custom.record("one", 1, {{"twice", "1"}, {"twice", "2"}}), bad_tag);
  EXPECT_EQ(custom.record("one", 1, {{"long", std::string(600, 'x')}}), too_long);
  EXPECT_EQ(custom.record("one", 1,
                          {{"a", "1"},
                           {"b", "1"},
                           {"c", "1"},
                           {"d", "1"},
                           {"e", "1"},
                           {"f", "1"},
                           {"g", "1"},
                           {"h", "1"},
                           {"i", "1"}}),
            too_long);
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics, {"x"}));
  const std::string text = text_of(out, prometheus);
  EXPECT_NE(text.find("custom_custom_two{word=\"x\",a=\"1\",b=\"2\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("custom_custom_three{word=\"x\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("{word=\"x\",reason=\"bad_name\"} 7\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"x\",reason=\"bad_tag\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"x\",reason=\"too_long\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"x\",reason=\"full\"} 1\n"), std::string::npos) << text;
}

// ---- several threads ----

TEST(threads, may_add_remove_and_write_at_the_same_time) {
  pg::exposition out;
  words_metrics stays;
  ASSERT_TRUE(out.add(stays));
  std::atomic<bool> done{false};
  std::atomic<int> refused{0}, torn{0};
  std::vector<std::thread> threads;
  for (int who = 0; who < 3; ++who) {
    threads.emplace_back([&, who] {
      for (int round = 0; round < 60; ++round) {
        pool_metrics mine;
        mine.hits_total.increment(3);
        if (!out.add(mine, {std::to_string(who), true})) ++refused;
        const std::string text = text_of(out, round % 2 == 0 ? prometheus : openmetrics, 1ms);
        // What was added before a write is in it, once, with the number it had.
        const std::string line =
            "pool_hits_total{pool=\"" + std::to_string(who) + "\",primary=\"true\"} 3\n";
        if (lines_with(text, line) != 1) ++torn;
        out.remove(mine);
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; !done.load(); ++i) {
      stays.words_total[{std::to_string(i % 9)}].increment();
      stays.named.record(i % 2 == 0 ? "even" : "odd", i);
      if (i % 16 == 0) std::this_thread::yield();
    }
  });
  threads.emplace_back([&] {
    while (!done.load()) {
      const std::string text = text_of(out, openmetrics);
      if (!text.ends_with("# EOF\n") || lines_with(text, "# TYPE words_words ") != 1) ++torn;
    }
  });
  for (int who = 0; who < 3; ++who) threads[static_cast<std::size_t>(who)].join();
  done = true;
  threads[3].join();
  threads[4].join();
  EXPECT_EQ(refused.load(), 0);
  EXPECT_EQ(torn.load(), 0);
  EXPECT_EQ(lines_with(text_of(out, prometheus), "pool_"), 0u);
}

}  // namespace
