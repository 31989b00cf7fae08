// SPDX-License-Identifier: Apache-2.0
//
// The two clocks agree, and a timing records once, or not at all. How fast they are is for the
// benchmarks; here only comparisons of one clock with another, with room for a busy machine.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using scraping::scrape;

struct timing_metrics {
  static constexpr std::string_view prefix = "timing";
  pg::histogram<pg::seconds, pg::log_buckets(1us, 10s, 10)> work_duration_seconds{"Times."};
};

// A clock that says what the test wants: each reading is 3 ms after the last.
struct counted_clock {
  static inline constinit thread_local std::uint64_t readings = 0;
  static std::uint64_t now() noexcept { return 3'000'000 * ++readings; }
  static std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) noexcept { return to - from; }
};

TEST(tsc_clock, agrees_with_the_steady_clock) {
  const bool by_counter = pg::tsc_clock::calibrate();
  RecordProperty("counter", by_counter ? "processor" : "system");
  // Five tries, because on a busy machine a thread may be stopped between two readings.
  double worst_of_best = 1;
  for (unsigned i = 0; i < 5 && worst_of_best > 0.05; ++i) {
    const std::uint64_t steady_from = pg::steady_clock::now();
    const std::uint64_t from = pg::tsc_clock::now();
    std::uint64_t steady_to = steady_from;
    while (steady_to - steady_from < 50'000'000) steady_to = pg::steady_clock::now();
    const std::uint64_t to = pg::tsc_clock::now();
    const double wanted = static_cast<double>(pg::steady_clock::elapsed(steady_from, steady_to));
    const double found = static_cast<double>(pg::tsc_clock::elapsed(from, to));
    const double off = found > wanted ? found / wanted - 1 : 1 - found / wanted;
    worst_of_best = off < worst_of_best ? off : worst_of_best;
  }
  EXPECT_LE(worst_of_best, 0.05);
}

TEST(tsc_clock, does_not_go_back_on_one_thread_and_never_gives_a_negative_time) {
  (void)pg::tsc_clock::calibrate();
  std::uint64_t last = pg::tsc_clock::now();
  for (unsigned i = 0; i < 10'000; ++i) {
    const std::uint64_t next = pg::tsc_clock::now();
    ASSERT_GE(next, last);
    EXPECT_LT(pg::tsc_clock::elapsed(last, next), 10'000'000'000u);  // no wrapped difference
    last = next;
  }
  EXPECT_EQ(pg::tsc_clock::elapsed(last, last - 1), 0u);  // read on another processor
  EXPECT_EQ(pg::tsc_clock::elapsed(last, last), 0u);
}

TEST(tsc_clock, measures_long_times_without_overflow) {
  (void)pg::tsc_clock::calibrate();
  const std::uint64_t day = pg::tsc_clock::elapsed(0, std::uint64_t{1} << 48);
  const std::uint64_t year = pg::tsc_clock::elapsed(0, std::uint64_t{1} << 56);
  // 2^8 times as many ticks are 2^8 times as long, but for what is rounded away.
  EXPECT_LE(day * 256, year);
  EXPECT_LE(year - day * 256, 256u);
}

TEST(steady_clock, measures_in_nanoseconds) {
  const std::uint64_t from = pg::steady_clock::now();
  const auto standard_from = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(2ms);
  const std::uint64_t took = pg::steady_clock::elapsed(from, pg::steady_clock::now());
  const auto standard = std::chrono::steady_clock::now() - standard_from;
  EXPECT_GE(took, 2'000'000u);
  EXPECT_LE(took, 2 * static_cast<std::uint64_t>(standard.count()));
}

class timing : public testing::Test {
 protected:
  timing() {
    counted_clock::readings = 0;
    [this] { ASSERT_TRUE(out.add(metrics)); }();
  }
  [[nodiscard]] auto start() { return metrics.work_duration_seconds.time<counted_clock>(); }
  // Times recorded so far, and their sum in seconds.
  void expect(std::uint64_t count, std::string_view sum) {
    const scrape now(out);
    EXPECT_EQ(now.count("timing_work_duration_seconds_count"), count);
    EXPECT_EQ(now.number("timing_work_duration_seconds_sum"), sum);
  }
  timing_metrics metrics;
  pg::exposition out;
};

TEST_F(timing, records_the_time_to_the_end_of_its_scope) {
  {
    auto running = start();
    expect(0, "0");
  }
  expect(1, "0.003");
  EXPECT_EQ(scrape(out).count("timing_work_duration_seconds_bucket{le=\"+Inf\"}"), 1u);
}

TEST_F(timing, stops_once) {
  auto running = start();
  running.stop();
  expect(1, "0.003");
  (void)counted_clock::now();
  running.stop();
  { auto moved = std::move(running); }
  expect(1, "0.003");
}

TEST_F(timing, records_nothing_when_it_was_cancelled) {
  {
    auto running = start();
    running.cancel();
    running.stop();
  }
  expect(0, "0");
}

TEST_F(timing, records_where_it_was_moved_to_and_only_there) {
  std::optional<decltype(start())> target;
  {
    auto running = start();
    target.emplace(std::move(running));
    running.stop();
  }
  expect(0, "0");
  (void)counted_clock::now();
  target.reset();
  expect(1, "0.006");
}

TEST_F(timing, may_end_on_another_thread) {
  auto running = metrics.work_duration_seconds.time();
  std::thread([moved = std::move(running)]() mutable { moved.stop(); }).join();
  EXPECT_EQ(scrape(out).count("timing_work_duration_seconds_count"), 1u);
  auto by_counter = metrics.work_duration_seconds.time<pg::tsc_clock>();
  std::thread([moved = std::move(by_counter)]() mutable { auto last = std::move(moved); }).join();
  EXPECT_EQ(scrape(out).count("timing_work_duration_seconds_count"), 2u);
}

TEST_F(timing, records_when_an_exception_leaves_the_scope) {
  try {
    auto running = start();
    throw 1;
  } catch (int) {
  }
  expect(1, "0.003");
}

}  // namespace
