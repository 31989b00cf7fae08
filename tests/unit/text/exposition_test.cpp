// SPDX-License-Identifier: Apache-2.0
//
// What a scrape reads: heads, escapes, which series are there, numbers as decimals. Every expected
// line was written by hand after exposition format 0.0.4 and OpenMetrics 1.0.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <string_view>

#include "text_of.hpp"

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using namespace pg::literals;
using reading::openmetrics;
using reading::prometheus;
using reading::text_of;

enum class path { windows, quoted };
enum class colour { red, green };
enum class shade { dark, other };
enum class letter { a, b, c, d, e, f, g, h, i, j, k };  // 11 x 11 are more than 100
enum class breaker { closed, half_open, open };

}  // namespace

template <>
inline constexpr std::array<std::string_view, 2> pantograph::spelling<path>{"C:\\new", "a\"b\nc"};

namespace {

struct by_path {
  pg::label<path> file;
};
struct by_word {
  pg::label<pg::text> word;
};
struct by_colour {
  pg::label<colour> hue;
};
struct by_shade {
  pg::label<shade> tone;
};
struct by_word_and_shade {
  pg::label<pg::text> word;
  pg::label<shade> tone;
};
struct by_letters {
  pg::label<letter> first;
  pg::label<letter> second;
};

// ---- heads ----

TEST(exposition, without_objects_is_empty_and_in_openmetrics_only_the_end_mark) {
  pg::exposition out;
  EXPECT_EQ(text_of(out, prometheus), "");
  EXPECT_EQ(text_of(out, openmetrics), "# EOF\n");
}

struct help_metrics {
  pg::gauge<> size{"A \\ backslash, \"quotes\"\nand a second line."};
  pg::gauge<pg::bytes> memory_bytes{"caf\xE9 \xF0\x9F\x98 end"};  // Latin-1; an emoji cut short
};

TEST(exposition, escapes_help_as_each_format_wants_it) {
  help_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  // 0.0.4 escapes the backslash and the line feed; OpenMetrics the quote as well, and has a UNIT.
  EXPECT_EQ(text_of(out, prometheus),
            "# HELP help_size A \\\\ backslash, \"quotes\"\\nand a second line.\n"
            "# TYPE help_size gauge\n"
            "help_size 0\n"
            "# HELP help_memory_bytes caf\xEF\xBF\xBD \xEF\xBF\xBD end\n"
            "# TYPE help_memory_bytes gauge\n"
            "help_memory_bytes 0\n");
  EXPECT_EQ(text_of(out, openmetrics),
            "# HELP help_size A \\\\ backslash, \\\"quotes\\\"\\nand a second line.\n"
            "# TYPE help_size gauge\n"
            "help_size 0\n"
            "# HELP help_memory_bytes caf\xEF\xBF\xBD \xEF\xBF\xBD end\n"
            "# TYPE help_memory_bytes gauge\n"
            "# UNIT help_memory_bytes bytes\n"
            "help_memory_bytes 0\n"
            "# EOF\n");
}

// ---- labels ----

struct escape_metrics {
  pg::gauge<by_path> sizes{"S."};
  pg::gauge<by_word, pg::at_most<4>> words{"W."};
};

TEST(exposition, escapes_label_values_the_same_in_both_formats) {
  escape_metrics metrics;
  metrics.words[{.word = "\\n is no line feed"}].set(1);
  metrics.words[{.word = "\"\n\\"}].set(2);
  metrics.words[{.word = "tab\tand\rreturn {}=, # EOF"}].set(3);
  metrics.words[{.word = "\xC0\xAF"}].set(4);  // an overlong form: two parts, two U+FFFD
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const std::string text =
      "# HELP escape_sizes S.\n"
      "# TYPE escape_sizes gauge\n"
      "escape_sizes{file=\"C:\\\\new\"} 0\n"
      "escape_sizes{file=\"a\\\"b\\nc\"} 0\n"
      "# HELP escape_words W.\n"
      "# TYPE escape_words gauge\n"
      "escape_words{word=\"\\\\n is no line feed\"} 1\n"
      "escape_words{word=\"\\\"\\n\\\\\"} 2\n"
      "escape_words{word=\"tab\tand\rreturn {}=, # EOF\"} 3\n"
      "escape_words{word=\"\xEF\xBF\xBD\xEF\xBF\xBD\"} 4\n";
  EXPECT_EQ(text_of(out, prometheus), text);
  EXPECT_EQ(text_of(out, openmetrics), text + "# EOF\n");
}

// ---- which series are there ----

struct other_metrics {
  pg::counter<by_colour> known_total{"K."};
  pg::counter<by_shade> spelled_total{"S."};
  pg::counter<by_word, pg::at_most<1>> words_total{"W."};
  pg::counter<by_word_and_shade, pg::at_most<2>> pairs_total{"P."};
  pg::histogram<pg::count, pg::buckets(1), by_colour> sizes{"H."};
};

TEST(exposition, shows_the_series_other_only_once_it_was_recorded) {
  other_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  EXPECT_EQ(text_of(out, prometheus).find("hue=\"other\""), std::string::npos);
  EXPECT_EQ(text_of(out, prometheus).find("word=\"other\""), std::string::npos);

  metrics.known_total[{static_cast<colour>(2)}].increment(5);
  metrics.known_total[{static_cast<colour>(-1)}].increment(6);
  metrics.spelled_total[{static_cast<shade>(9)}].increment(
      7);  // the declared `other` is that series
  metrics.words_total[{"first"}].increment();
  metrics.words_total[{"beyond"}].increment(2);
  metrics.words_total[{""}].increment(4);
  metrics.words_total[{std::string(257, 'x')}].increment(8);
  metrics.pairs_total[{"x", static_cast<shade>(9)}].increment(3);
  metrics.pairs_total[{"other", shade::other}].increment(4);  // prints the same: one series
  metrics.sizes[{static_cast<colour>(77)}].observe(2);
  EXPECT_EQ(text_of(out, prometheus),
            "# HELP other_known_total K.\n"
            "# TYPE other_known_total counter\n"
            "other_known_total{hue=\"red\"} 0\n"
            "other_known_total{hue=\"green\"} 0\n"
            "other_known_total{hue=\"other\"} 11\n"
            "# HELP other_spelled_total S.\n"
            "# TYPE other_spelled_total counter\n"
            "other_spelled_total{tone=\"dark\"} 0\n"
            "other_spelled_total{tone=\"other\"} 7\n"
            "# HELP other_words_total W.\n"
            "# TYPE other_words_total counter\n"
            "other_words_total{word=\"first\"} 1\n"
            "other_words_total{word=\"other\"} 14\n"
            "# HELP other_pairs_total P.\n"
            "# TYPE other_pairs_total counter\n"
            "other_pairs_total{word=\"other\",tone=\"other\"} 7\n"
            "# HELP other_sizes H.\n"
            "# TYPE other_sizes histogram\n"
            "other_sizes_bucket{hue=\"red\",le=\"1.0\"} 0\n"
            "other_sizes_bucket{hue=\"red\",le=\"+Inf\"} 0\n"
            "other_sizes_sum{hue=\"red\"} 0\n"
            "other_sizes_count{hue=\"red\"} 0\n"
            "other_sizes_bucket{hue=\"green\",le=\"1.0\"} 0\n"
            "other_sizes_bucket{hue=\"green\",le=\"+Inf\"} 0\n"
            "other_sizes_sum{hue=\"green\"} 0\n"
            "other_sizes_count{hue=\"green\"} 0\n"
            "other_sizes_bucket{hue=\"other\",le=\"1.0\"} 0\n"
            "other_sizes_bucket{hue=\"other\",le=\"+Inf\"} 1\n"
            "other_sizes_sum{hue=\"other\"} 2\n"
            "other_sizes_count{hue=\"other\"} 1\n");
}

struct many_metrics {
  pg::counter<by_letters, pg::at_most<121>> pairs_total{"P."};
  pg::up_down<by_letters, pg::at_most<121>> open{"O."};
};

TEST(exposition, of_more_than_100_series_shows_those_recorded) {
  many_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const std::string heads[] = {"# HELP many_pairs_total P.\n# TYPE many_pairs_total counter\n",
                               "# HELP many_open O.\n# TYPE many_open gauge\n"};
  EXPECT_EQ(text_of(out, prometheus), heads[0] + heads[1]);
  metrics.pairs_total[{letter::k, letter::a}].increment(2);
  metrics.pairs_total[{letter::a, letter::k}].increment();
  EXPECT_EQ(text_of(out, prometheus), heads[0] +
                                          "many_pairs_total{first=\"a\",second=\"k\"} 1\n"
                                          "many_pairs_total{first=\"k\",second=\"a\"} 2\n" +
                                          heads[1]);
}

TEST(exposition, keeps_showing_an_up_down_that_is_back_at_zero) {
  many_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  metrics.open[{letter::b, letter::c}].increment();
  EXPECT_NE(text_of(out, prometheus).find("many_open{first=\"b\",second=\"c\"} 1\n"),
            std::string::npos);
  metrics.open[{letter::b, letter::c}].decrement();
  EXPECT_NE(text_of(out, prometheus).find("many_open{first=\"b\",second=\"c\"} 0\n"),
            std::string::npos);
}

struct override_metrics {
  pg::counter<by_letters, pg::at_most<121>, pg::dense> all_total{"A."};
  pg::counter<by_colour, pg::sparse> some_total{"S."};
  pg::gauge<pg::sparse> one{"O."};
};

TEST(exposition, of_a_family_declared_dense_or_sparse_does_as_declared) {
  override_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const std::string before = text_of(out, prometheus);
  EXPECT_EQ(reading::lines_with(before, "override_all_total{"), 121u);
  EXPECT_EQ(reading::lines_with(before, "override_some_total{"), 0u);
  EXPECT_EQ(before.find("\noverride_one "), std::string::npos);
  metrics.some_total[{colour::green}].increment();
  metrics.one.set(0.5);
  const std::string after = text_of(out, prometheus);
  EXPECT_EQ(reading::lines_with(after, "override_some_total{"), 1u);
  EXPECT_NE(after.find("override_some_total{hue=\"green\"} 1\n"), std::string::npos);
  EXPECT_NE(after.find("\noverride_one 0.5\n"), std::string::npos);
}

// ---- numbers ----

struct decimal_metrics {
  pg::money_counter<by_word, pg::at_most<9>> cost_usd_total{"C."};
  pg::counter<pg::seconds> busy_seconds_total{"B."};
  pg::gauge<by_word, pg::at_most<9>> levels{"L."};
};

TEST(exposition, prints_money_and_time_as_exact_decimals) {
  decimal_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const auto spend = [&](const char* word, pg::pico_usd amount) {
    metrics.cost_usd_total[{.word = word}].increment(amount);
  };
  spend("a pico", pg::pico_usd{1});
  spend("a dime", 0.1_usd);
  for (int i = 0; i < 3; ++i) spend("millions", 9'000'000_usd);
  for (int i = 0; i < 10; ++i) spend("carry", 0.000'000'999'999_usd);  // x10: 0.00000999999
  spend("none", pg::pico_usd{-5});                                     // counts as 0
  std::string text = text_of(out, prometheus);
  EXPECT_NE(text.find("{word=\"a pico\"} 0.000000000001\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"a dime\"} 0.1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"millions\"} 27000000\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"carry\"} 0.00000999999\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"none\"} 0\n"), std::string::npos) << text;

  const auto busy = [&](auto amount) {
    metrics.busy_seconds_total.increment(amount);
    text = text_of(out, prometheus);
    const std::string_view name = "\ndecimal_busy_seconds_total ";
    const std::size_t at = text.find(name) + name.size();
    return text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(busy(0ns), "0");
  EXPECT_EQ(busy(1ns), "0.000000001");
  EXPECT_EQ(busy(499'999'999ns), "0.5");
  EXPECT_EQ(busy(500ms), "1");
  EXPECT_EQ(busy(-1h), "1");
  EXPECT_EQ(busy(2h + 20ms), "7201.02");
}

TEST(exposition, prints_doubles_as_both_formats_spell_them) {
  decimal_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const double infinity = std::numeric_limits<double>::infinity();
  metrics.levels[{"inf"}].set(infinity);
  metrics.levels[{"-inf"}].set(-infinity);
  metrics.levels[{"nan"}].set(std::numeric_limits<double>::quiet_NaN());
  metrics.levels[{"tenth"}].set(0.1);
  metrics.levels[{"large"}].set(1e300);
  metrics.levels[{"below"}].set(-12);
  const std::string text = text_of(out, openmetrics);
  EXPECT_NE(text.find("{word=\"inf\"} +Inf\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"-inf\"} -Inf\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"nan\"} NaN\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"tenth\"} 0.1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"large\"} 1e+300\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{word=\"below\"} -12\n"), std::string::npos) << text;
}

// ---- info, state sets, what is observed ----

struct build {
  pg::label<pg::text> version;
  pg::label<colour> paint;
};
struct fact_metrics {
  pg::info<build> build_info{"B."};
  pg::state_set<breaker> circuit{"C."};
};

TEST(exposition, shows_info_and_state_sets_in_the_words_of_each_format) {
  fact_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const std::string_view states =
      "fact_circuit{fact_circuit=\"closed\"} 1\n"
      "fact_circuit{fact_circuit=\"half_open\"} 0\n"
      "fact_circuit{fact_circuit=\"open\"} 0\n";
  const std::string circuit = "# HELP fact_circuit C.\n# TYPE fact_circuit ";
  // An info that was never set is not there; the first state holds until another is set.
  EXPECT_EQ(text_of(out, prometheus), circuit + "gauge\n" + std::string(states));

  metrics.build_info.set({.version = "1\"\n\\", .paint = colour::green});
  EXPECT_EQ(text_of(out, prometheus),
            "# HELP fact_build_info B.\n"
            "# TYPE fact_build_info gauge\n"
            "fact_build_info{version=\"1\\\"\\n\\\\\",paint=\"green\"} 1\n" +
                circuit + "gauge\n" + std::string(states));
  EXPECT_EQ(text_of(out, openmetrics),
            "# HELP fact_build B.\n"
            "# TYPE fact_build info\n"
            "fact_build_info{version=\"1\\\"\\n\\\\\",paint=\"green\"} 1\n" +
                circuit + "stateset\n" + std::string(states) + "# EOF\n");

  metrics.build_info.set({.version = "2", .paint = colour::red});
  metrics.circuit.set(breaker::open);
  const std::string text = text_of(out, openmetrics);
  EXPECT_EQ(reading::lines_with(text, "fact_build_info{"), 1u);
  EXPECT_NE(text.find("fact_build_info{version=\"2\",paint=\"red\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("{fact_circuit=\"closed\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("{fact_circuit=\"open\"} 1\n"), std::string::npos);
}

TEST(exposition, shows_no_state_that_holds_after_one_that_does_not_exist) {
  fact_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  metrics.circuit.set(static_cast<breaker>(99));
  const std::string text = text_of(out, prometheus);
  EXPECT_EQ(reading::lines_with(text, "fact_circuit{"), 3u);
  EXPECT_EQ(text.find("\"} 1\n"), std::string::npos) << text;
}

struct observed_metrics {
  pg::observed_gauge<pg::kelvin> core_kelvin{"K."};
  pg::observed_counter<by_colour> seen_total{"S."};
};

TEST(exposition, shows_what_is_observed_only_while_somebody_observes) {
  observed_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  EXPECT_EQ(text_of(out, prometheus), "");
  EXPECT_EQ(text_of(out, openmetrics), "# EOF\n");

  double kelvin = 2.5;
  metrics.core_kelvin.observe([&kelvin] { return kelvin; });
  metrics.seen_total.observe([](auto& tell) { tell({.hue = colour::green}, 4); });
  const std::string rest =
      "# HELP observed_seen_total S.\n"
      "# TYPE observed_seen_total counter\n"
      "observed_seen_total{hue=\"green\"} 4\n";
  const std::string head = "# HELP observed_core_kelvin K.\n# TYPE observed_core_kelvin gauge\n";
  EXPECT_EQ(text_of(out, prometheus), head + "observed_core_kelvin 2.5\n" + rest);
  kelvin = 3;
  EXPECT_EQ(text_of(out, prometheus), head + "observed_core_kelvin 3\n" + rest);
  metrics.core_kelvin.clear();
  EXPECT_EQ(text_of(out, prometheus), rest);
  metrics.seen_total.observe([](auto& tell) { tell({static_cast<colour>(8)}, 1); });
  EXPECT_NE(text_of(out, prometheus).find("{hue=\"other\"} 1\n"), std::string::npos);
}

}  // namespace
