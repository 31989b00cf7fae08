// SPDX-License-Identifier: Apache-2.0
#pragma once

// A schema with every kind of instrument and every option, filled with known values.

#include <pantograph/metrics.hpp>

#include <chrono>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "hostile.hpp"
#include "recorded.hpp"

namespace parity {

namespace pg = pantograph;
using namespace std::chrono_literals;
using namespace pg::literals;

enum class colour { red, green_, other };  // "other" is also the word for what was not declared
enum class letter { a, b, c, d, e, f, g, h, i, j, k };
enum class breaker { closed, half_open, open };

struct by_word {
  pg::label<pg::text> word;
};
struct by_colour {
  pg::label<colour> hue;
  pg::label<bool> bright;
};
struct by_letters {
  pg::label<letter> first;
  pg::label<letter> second;
};
struct by_word_and_letter {
  pg::label<pg::text> word;
  pg::label<letter> initial;
  pg::label<pg::text> language;
};
struct build {
  pg::label<pg::text> version;
  pg::label<pg::text> quote;
  pg::label<colour> paint;
};
struct pool_label {
  pg::label<pg::text> pool;
};

struct inner_metrics {
  pg::counter<> taken_total{"Things taken out of the inner part."};
  pg::gauge<pg::ratio> filled_ratio{"Share of the inner part that is filled."};
};

struct everything_metrics {
  pg::counter<> plain_total{"Help with a \\ backslash, \"quotes\" and\na new line."};
  pg::counter<by_word, pg::at_most<23>> words_total{"Hostile words."};
  pg::counter<by_colour> dense_total{"A dense family."};
  pg::counter<by_letters, pg::at_most<121>> sparse_total{"A family that shows what was recorded."};
  pg::counter<by_word_and_letter, pg::at_most<2>, pg::shared> mixed_total{"Two texts and an enum."};
  pg::counter<pg::seconds> busy_seconds_total{"Time."};
  pg::counter<pg::joules> spent_joules_total{"Energy, in doubles."};
  pg::counter<pg::bytes, pg::shared> moved_bytes_total{"Bytes, on one shared cell."};
  pg::money_counter<by_word, pg::at_most<5>> price_usd_total{"Money."};
  pg::up_down<by_colour, pg::sparse> balance{"Goes below zero."};
  pg::gauge<pg::bytes> size_bytes{"Set."};
  pg::gauge<pg::celsius, by_colour> temperature_celsius{"Set, with labels; not all of them."};
  pg::histogram<pg::seconds, pg::buckets(1ms, 1s), by_colour> wait_seconds{"Durations."};
  pg::histogram<pg::bytes, pg::log_buckets(1, 1000, 4), by_word, pg::at_most<3>> packet_bytes{
      "Integers."};
  pg::histogram<pg::ratio, pg::buckets(0.1, 0.5)> share_ratio{"Doubles."};
  pg::observed_counter<pg::seconds> observed_seconds_total{"Asked for."};
  pg::observed_counter<by_colour> observed_total{"Asked for, by label."};
  pg::observed_gauge<pg::kelvin> observed_kelvin{"Asked for."};
  pg::observed_gauge<by_colour> observed_states{"Asked for, by label; not all are told."};
  pg::observed_gauge<> silent{"Asked for, and says nothing."};
  pg::info<build> build_info{"What was built."};
  pg::state_set<breaker> circuit_breaker{"One state at a time."};
  pg::runtime_metrics<pg::at_most<10>> custom{"Named while running."};
  inner_metrics inner;
};

// Two objects of one schema, told apart by their instance labels.
struct pool_metrics {
  using instance = pool_label;
  pg::counter<by_colour> hits_total{"Hits."};
  pg::histogram<pg::seconds, pg::buckets(1s)> wait_seconds{"Waiting."};
  pg::info<by_word> flavour_info{"What the pool is made of."};
  pg::state_set<breaker> state{"What the pool does."};
};

inline void populate_counters(everything_metrics& metrics, recorded& list) {
  const std::string in = "everything_";
  metrics.plain_total.increment();
  std::thread([&] { metrics.plain_total.increment(41); }).join();  // a thread that ended
  list.sample(in + "plain_total", {}, 42);

  // 21 of the hostile words are kept under their own name; "other", "" and the one too long are the
  // one series `other`, and so is a 24th word, which is beyond at_most<23>.
  long long n = 0, other = 0;
  for (const hostile_text& word : hostile_texts()) {
    metrics.words_total[{.word = word.recorded}].increment(++n);
    if (word.seen.empty() || word.seen == "other") {
      other += n;
    } else {
      list.sample(in + "words_total", {{"word", word.seen}}, n);
    }
  }
  for (const char* word : {"one more", "and another", "beyond the bound"}) {
    metrics.words_total[{.word = word}].increment(1000);
  }
  list.sample(in + "words_total", {{"word", "one more"}}, 1000);
  list.sample(in + "words_total", {{"word", "and another"}}, 1000);
  list.sample(in + "words_total", {{"word", "other"}}, other + 1000);

  metrics.dense_total[{colour::green_, true}].increment(3);
  metrics.dense_total[{static_cast<colour>(77), false}].increment(5);  // no such colour
  for (const char* hue : {"red", "green", "other"}) {
    for (const char* bright : {"false", "true"}) {
      const bool it = std::string(hue) == "green" && std::string(bright) == "true";
      list.sample(in + "dense_total", {{"hue", hue}, {"bright", bright}}, it ? 3 : 0);
    }
  }
  list.sample(in + "dense_total", {{"hue", "other"}, {"bright", "other"}}, 5);

  metrics.sparse_total[{letter::a, letter::k}].increment(1);
  metrics.sparse_total[{letter::k, letter::a}].increment(2);
  list.sample(in + "sparse_total", {{"first", "a"}, {"second", "k"}}, 1);
  list.sample(in + "sparse_total", {{"first", "k"}, {"second", "a"}}, 2);

  metrics.mixed_total[{"a\"\n", letter::c, "de"}].increment(1);
  metrics.mixed_total[{"other", letter::a, "other"}].increment(2);  // not all labels are `other`
  metrics.mixed_total[{"third", letter::c, "de"}].increment(4);     // beyond the bound
  metrics.mixed_total[{"a\"\n", static_cast<letter>(200), "de"}].increment(8);
  list.sample(in + "mixed_total", {{"word", "a\"\n"}, {"initial", "c"}, {"language", "de"}}, 1);
  list.sample(in + "mixed_total", {{"word", "other"}, {"initial", "a"}, {"language", "other"}}, 2);
  list.sample(in + "mixed_total", {{"word", "other"}, {"initial", "other"}, {"language", "other"}},
              12);

  metrics.busy_seconds_total.increment(1'000'000'001ns);
  metrics.busy_seconds_total.increment(-5s);  // counts as 0
  list.sample(in + "busy_seconds_total", {}, "1.000000001");
  metrics.spent_joules_total.increment(0.125);
  metrics.spent_joules_total.increment(1e21);
  list.sample(in + "spent_joules_total", {}, "1e21");
  metrics.moved_bytes_total.increment(std::uint64_t{1} << 53);
  list.sample(in + "moved_bytes_total", {}, 9'007'199'254'740'992);

  metrics.price_usd_total[{.word = "a"}].increment(0.000000000001_usd);
  metrics.price_usd_total[{.word = "a"}].increment(10_usd);
  metrics.price_usd_total[{.word = "\\"}].increment(pg::pico_usd{999'999});
  list.sample(in + "price_usd_total", {{"word", "a"}}, "10.000000000001");
  list.sample(in + "price_usd_total", {{"word", "\\"}}, "0.000000999999");
}

inline void populate_gauges(everything_metrics& metrics, recorded& list) {
  const std::string in = "everything_";
  metrics.balance[{colour::red, false}].decrement(7);
  list.sample(in + "balance", {{"hue", "red"}, {"bright", "false"}}, -7);
  metrics.size_bytes.set(4096.5);
  list.sample(in + "size_bytes", {}, "4096.5");

  constexpr double infinity = std::numeric_limits<double>::infinity();
  metrics.temperature_celsius[{colour::red, false}].set(-273.15);
  metrics.temperature_celsius[{colour::red, true}].set(infinity);
  metrics.temperature_celsius[{colour::green_, false}].set(-infinity);
  metrics.temperature_celsius[{colour::green_, true}].set(std::numeric_limits<double>::quiet_NaN());
  metrics.temperature_celsius[{colour::other, false}].set(5e-324);  // the smallest double
  const char* const set[] = {"-273.15", "+Inf", "-Inf", "NaN", "5e-324", "0"};
  std::size_t at = 0;
  for (const char* hue : {"red", "green", "other"}) {
    for (const char* bright : {"false", "true"}) {
      list.sample(in + "temperature_celsius", {{"hue", hue}, {"bright", bright}}, set[at++]);
    }
  }

  metrics.observed_seconds_total.observe([] { return 0.1; });
  list.sample(in + "observed_seconds_total", {}, "0.1");
  metrics.observed_total.observe([](const auto& out) {
    out({colour::red, true}, 5);
    out({static_cast<colour>(9), true}, 6);
  });
  list.sample(in + "observed_total", {{"hue", "red"}, {"bright", "true"}}, 5);
  list.sample(in + "observed_total", {{"hue", "other"}, {"bright", "other"}}, 6);
  metrics.observed_kelvin.observe([] { return 1e-300; });
  list.sample(in + "observed_kelvin", {}, "1e-300");
  metrics.observed_states.observe([](const auto& out) { out({colour::green_, false}, -0.5); });
  list.sample(in + "observed_states", {{"hue", "green"}, {"bright", "false"}}, "-0.5");
  metrics.silent.observe([](const auto&) {});

  metrics.build_info.set({.version = "1.2\n3", .quote = "\"\\\xFF", .paint = colour::green_});
  list.sample(in + "build_info",
              {{"version", "1.2\n3"}, {"quote", "\"\\\xEF\xBF\xBD"}, {"paint", "green"}}, 1);
  metrics.circuit_breaker.set(breaker::half_open);
  list.sample(in + "circuit_breaker", {{"everything_circuit_breaker", "closed"}}, 0);
  list.sample(in + "circuit_breaker", {{"everything_circuit_breaker", "half_open"}}, 1);
  list.sample(in + "circuit_breaker", {{"everything_circuit_breaker", "open"}}, 0);
}

inline void populate_histograms(everything_metrics& metrics, recorded& list) {
  const std::string in = "everything_";
  auto wait = metrics.wait_seconds[{colour::red, true}];
  for (const auto each : {1'000'000ns, 1'000'001ns, 999'999'999ns, 1'000'000'000ns})
    wait.observe(each);
  wait.observe(-1s);  // in the first bucket, and nothing to the sum
  for (const char* hue : {"red", "green", "other"}) {
    for (const char* bright : {"false", "true"}) {
      const bool it = std::string(hue) == "red" && std::string(bright) == "true";
      list.histogram(
          in + "wait_seconds", {{"hue", hue}, {"bright", bright}}, {"0.001", "1.0"},
          it ? std::vector{0.001, 0.001000001, 0.999999999, 1.0, -1.0} : std::vector<double>{},
          it ? "2.002" : "0");
    }
  }
  metrics.packet_bytes[{.word = "a,b=\"c\""}].observe(10);
  metrics.packet_bytes[{.word = "a,b=\"c\""}].observe(1001);
  list.histogram(in + "packet_bytes", {{"word", "a,b=\"c\""}}, {"1.0", "10.0", "100.0", "1000.0"},
                 {10, 1001}, "1011");
  for (const double each : {0.1, 0.25, 0.5, 0.75}) metrics.share_ratio.observe(each);
  list.histogram(in + "share_ratio", {}, {"0.1", "0.5"}, {0.1, 0.25, 0.5, 0.75}, "1.6");
}

inline void populate_runtime(everything_metrics& metrics, recorded& list) {
  const std::string in = "everything_custom_";
  metrics.custom.record("queue_depth", 3.5, {{"region", "eu"}, {"a", "\"\\\n"}});
  metrics.custom.record("queue_depth", 4, {{"region", "us"}});
  metrics.custom.record("load", -1);
  (void)metrics.custom.record("Not A Name", 1);
  (void)metrics.custom.record("load", 1, {{"le", "1"}});
  list.sample(in + "queue_depth", {{"region", "eu"}, {"a", "\"\\\n"}}, "3.5");
  list.sample(in + "queue_depth", {{"region", "us"}}, 4);
  list.sample(in + "load", {}, -1);
  list.sample(in + "refused_total", {{"reason", "bad_name"}}, 1);
  list.sample(in + "refused_total", {{"reason", "bad_tag"}}, 1);
  list.sample(in + "refused_total", {{"reason", "too_long"}}, 0);
  list.sample(in + "refused_total", {{"reason", "full"}}, 0);
  list.family(in + "queue_depth", "gauge", "", "Named while running.");
  list.family(in + "load", "gauge", "", "Named while running.");
  list.family(in + "refused_total", "counter", "",
              "Records of run-time metrics that were refused.");

  metrics.inner.taken_total.increment(2);
  metrics.inner.filled_ratio.set(0.875);
  list.sample("everything_inner_taken_total", {}, 2);
  list.sample("everything_inner_filled_ratio", {}, "0.875");
}

inline void populate_everything(everything_metrics& metrics, recorded& list) {
  populate_counters(metrics, list);
  populate_gauges(metrics, list);
  populate_histograms(metrics, list);
  populate_runtime(metrics, list);
  list.families_of<everything_metrics>({"everything_silent"});
}

inline void populate_pool(pool_metrics& metrics, const std::string& name, long long n,
                          recorded& list) {
  metrics.hits_total[{colour::red, false}].increment(n);
  metrics.wait_seconds.observe(500ms);
  metrics.flavour_info.set({.word = name});
  metrics.state.set(breaker::open);
  const label_list pool{{"pool", name}};
  for (const char* hue : {"red", "green", "other"}) {
    for (const char* bright : {"false", "true"}) {
      const bool it = std::string(hue) == "red" && std::string(bright) == "false";
      list.sample("pool_hits_total", with(with(pool, "hue", hue), "bright", bright), it ? n : 0);
    }
  }
  list.histogram("pool_wait_seconds", pool, {"1.0"}, {0.5}, "0.5");
  list.sample("pool_flavour_info", with(pool, "word", name), 1);
  for (const char* state : {"closed", "half_open", "open"}) {
    list.sample("pool_state", with(pool, "pool_state", state),
                std::string(state) == "open" ? 1 : 0);
  }
}

}  // namespace parity
