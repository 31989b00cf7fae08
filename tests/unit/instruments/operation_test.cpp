// SPDX-License-Identifier: Apache-2.0
//
// One call, recorded everywhere, once: by its scope, by an explicit outcome, by an exception, on this
// thread or another; and what the hooks see of it.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using scraping::scrape;

enum class tool { search, read_document };
enum class outcome { success, error, timeout };

struct call_labels {
  pg::label<tool> tool_name;
  pg::label<pg::text> agent;
};
struct ended_labels {
  pg::label<pg::text> agent;
  pg::label<outcome> status;
  pg::label<tool> tool_name;
};
struct flying_labels {
  pg::label<tool> tool_name;
};

struct op_metrics {
  static constexpr std::string_view prefix = "op";
  pg::counter<ended_labels, pg::at_most<20>> calls_total{"Calls."};
  pg::histogram<pg::seconds, pg::buckets(1ms, 1s), call_labels, pg::at_most<3>> duration_seconds{
      "Times."};
  pg::up_down<flying_labels> calls_in_flight{"In flight."};
};

// A clock the test moves by hand, so that thresholds are met to the nanosecond.
struct hand_clock {
  static inline constinit std::uint64_t at = 0;
  static std::uint64_t now() noexcept { return at; }
  static std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) noexcept { return to - from; }
};

inline constexpr auto a_call = pg::operation_of<hand_clock>(
    "tool_call", &op_metrics::calls_total, &op_metrics::duration_seconds,
    &op_metrics::calls_in_flight, &ended_labels::status, pg::slow_after{.warn = 1s, .error = 5s});

// What the hooks heard, as sentences.
std::vector<std::string> heard;
std::string sentence(std::string_view hook, const pg::ended_operation& call) {
  std::string out(hook);
  ((out += ' ') += call.operation) += " {";
  for (const pg::label_text& label : call.labels) {
    ((((out += label.name) += '=') += label.value) += ' ');
  }
  ((out += "} ") += call.outcome) += ' ';
  out += std::to_string(call.elapsed.count()) + " ns";
  const char* const slow[] = {"", " slow", " too slow"};
  out += slow[static_cast<unsigned>(call.slow)];
  return out + " of " + std::to_string(call.threshold.count());
}
void hear_end(const pg::ended_operation& call) noexcept { heard.push_back(sentence("end", call)); }
void hear_slow(const pg::ended_operation& call) noexcept { heard.push_back(sentence("slow", call)); }

class operation : public testing::Test {
 protected:
  operation() {
    hand_clock::at = 1'000;
    heard.clear();
    [this] { ASSERT_TRUE(out.add(metrics)); }();
  }
  ~operation() override {
    pg::on_operation_end(nullptr);
    pg::on_slow_operation(nullptr);
    out.remove(metrics);
  }
  [[nodiscard]] auto begin(std::string_view agent = "planner") {
    return pg::begin(metrics, a_call, {.tool_name = tool::search, .agent = agent});
  }
  [[nodiscard]] std::uint64_t calls(std::string_view status, std::string_view agent = "planner") {
    const std::string series = "op_calls_total{agent=\"" + std::string(agent) + "\",status=\"" +
                               std::string(status) + "\",tool_name=\"search\"}";
    const scrape now(out);
    return now.has(series) ? now.count(series) : 0;
  }
  [[nodiscard]] std::string in_flight() {
    return scrape(out).number("op_calls_in_flight{tool_name=\"search\"}");
  }
  op_metrics metrics;
  pg::exposition out;
};

TEST_F(operation, that_ends_with_its_scope_is_a_success) {
  {
    auto call = begin();
    EXPECT_EQ(in_flight(), "1");
    EXPECT_EQ(scrape(out).total("op_calls_total"), 0u);
    hand_clock::at += 1'500'000;
  }
  EXPECT_EQ(in_flight(), "0");
  EXPECT_EQ(calls("success"), 1u);
  const scrape now(out);
  const std::string labels = "{tool_name=\"search\",agent=\"planner\"";
  EXPECT_EQ(now.number("op_duration_seconds_sum" + labels + "}"), "0.0015");
  EXPECT_EQ(now.count("op_duration_seconds_bucket" + labels + ",le=\"0.001\"}"), 0u);
  EXPECT_EQ(now.count("op_duration_seconds_bucket" + labels + ",le=\"1.0\"}"), 1u);
  EXPECT_EQ(now.total("op_calls_total"), 1u);
}

TEST_F(operation, that_an_exception_leaves_is_an_error) {
  try {
    auto call = begin();
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(calls("error"), 1u);
  EXPECT_EQ(calls("success"), 0u);
  EXPECT_EQ(in_flight(), "0");
}

// The scope ends as it should, although an exception is under way outside of it.
struct calls_while_unwinding {
  op_metrics& metrics;
  ~calls_while_unwinding() {
    auto call = pg::begin(metrics, a_call, {.tool_name = tool::search, .agent = "cleaner"});
  }
};
TEST_F(operation, that_begins_and_ends_while_another_exception_flies_is_a_success) {
  try {
    const calls_while_unwinding guard{metrics};
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(calls("success", "cleaner"), 1u);
  EXPECT_EQ(calls("error", "cleaner"), 0u);
}

TEST_F(operation, ends_once_with_the_outcome_it_was_given) {
  {
    auto call = begin();
    call.end(outcome::timeout);
    EXPECT_EQ(in_flight(), "0");
    call.end(outcome::error);
  }
  try {
    auto call = begin();
    call.end(outcome::timeout);
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(calls("timeout"), 2u);
  EXPECT_EQ(scrape(out).total("op_calls_total"), 2u);
  EXPECT_EQ(scrape(out).total("op_duration_seconds_count"), 2u);
}

TEST_F(operation, moves_and_is_counted_where_it_ended_only) {
  std::optional<decltype(begin())> kept;
  {
    auto call = begin();
    kept.emplace(std::move(call));
    call.end(outcome::error);  // moved from: nothing
  }
  EXPECT_EQ(in_flight(), "1");
  EXPECT_EQ(scrape(out).total("op_calls_total"), 0u);
  kept.reset();
  EXPECT_EQ(in_flight(), "0");
  EXPECT_EQ(calls("success"), 1u);
}

TEST_F(operation, may_end_on_another_thread_also_by_an_exception_there) {
  std::thread([call = begin()]() mutable { call.end(outcome::success); }).join();
  std::thread([call = begin()]() mutable {
    try {
      auto here = std::move(call);
      throw 1;
    } catch (int) {
    }
  }).join();
  EXPECT_EQ(calls("success"), 1u);
  EXPECT_EQ(calls("error"), 1u);
  EXPECT_EQ(in_flight(), "0");
}

// The text is only looked at while begin() runs; what the call refers to later is the family's copy.
TEST_F(operation, keeps_its_text_labels_when_the_text_is_gone) {
  pg::on_operation_end(hear_end);
  auto text = std::make_unique<std::string>("a text that is longer than a short string holds");
  auto call = begin(*text);
  text->assign(text->size(), '#');
  text.reset();
  call.end(outcome::success);
  EXPECT_EQ(calls("success", "a text that is longer than a short string holds"), 1u);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0],
            "end tool_call {tool_name=search agent=a text that is longer than a short string holds }"
            " success 0 ns of 0");
}

TEST_F(operation, beyond_the_bound_is_other_with_nothing_lost) {
  for (const char* agent : {"one", "two", "three", "four", "five"}) {
    auto call = begin(agent);
  }
  const scrape now(out);
  EXPECT_EQ(now.total("op_calls_total"), 5u);
  EXPECT_EQ(now.total("op_duration_seconds_count"), 5u);
  EXPECT_EQ(now.count("op_duration_seconds_count{tool_name=\"other\",agent=\"other\"}"), 2u);
  EXPECT_EQ(in_flight(), "0");
}

TEST_F(operation, tells_the_hooks_who_how_long_and_which_threshold) {
  pg::on_operation_end(hear_end);
  pg::on_slow_operation(hear_slow);
  for (const std::uint64_t took : {999'999'999ull, 1'000'000'000ull, 4'999'999'999ull, 5'000'000'000ull}) {
    auto call = begin();
    hand_clock::at += took;
    call.end(outcome::timeout);
  }
  const std::string who = "tool_call {tool_name=search agent=planner } timeout ";
  const std::vector<std::string> wanted = {
      "end " + who + "999999999 ns of 0",
      "end " + who + "1000000000 ns slow of 1000000000",
      "slow " + who + "1000000000 ns slow of 1000000000",
      "end " + who + "4999999999 ns slow of 1000000000",
      "slow " + who + "4999999999 ns slow of 1000000000",
      "end " + who + "5000000000 ns too slow of 5000000000",
      "slow " + who + "5000000000 ns too slow of 5000000000",
  };
  EXPECT_EQ(heard, wanted);
}

TEST_F(operation, tells_nobody_after_a_hook_was_taken_away) {
  pg::on_operation_end(hear_end);
  { auto call = begin(); }
  pg::on_operation_end(nullptr);
  { auto call = begin(); }
  EXPECT_EQ(heard.size(), 1u);
  EXPECT_EQ(calls("success"), 2u);
}

}  // namespace
