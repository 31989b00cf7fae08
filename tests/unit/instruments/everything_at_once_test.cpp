// SPDX-License-Identifier: Apache-2.0
//
// 64 threads that start, record on every kind of instrument, are scraped, and end, while instruments
// come and go: what the sanitizers are to look at. The sums are checked as well.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "everything.hpp"
#include "scrape.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using everything::all_metrics;
using everything::step;
using scraping::scrape;

enum class outcome { success, error };
struct of_call {
  pg::label<pg::text> agent;
  pg::label<step> at;
};
struct of_ended_call {
  pg::label<pg::text> agent;
  pg::label<outcome> status;
};
struct call_metrics {
  static constexpr std::string_view prefix = "call";
  pg::counter<of_ended_call, pg::at_most<100>> calls_total{"Calls."};
  pg::histogram<pg::seconds, pg::log_buckets(1us, 10s, 20), of_call, pg::at_most<100>>
      call_duration_seconds{"Times."};
  pg::up_down<> calls_in_flight{"In flight."};
  pg::observed_gauge<> heap_size{"Observed."};
  pg::observed_counter<everything::by_step> seen_total{"Observed by step."};
  pg::info<everything::build> build_info{"What runs."};
};
inline constexpr auto a_call =
    pg::operation_of<pg::tsc_clock>("a call", &call_metrics::calls_total,
                                    &call_metrics::call_duration_seconds,
                                    &call_metrics::calls_in_flight, &of_ended_call::status,
                                    pg::slow_after{.warn = 1ns, .error = 1h});

constinit std::atomic<std::uint64_t> ends_heard{0}, slow_ones_heard{0};
void hear_end(const pg::ended_operation& call) noexcept {
  if (call.labels.size() == 2 && call.labels[0].value.starts_with("agent-")) ++ends_heard;
}
// Nearly all: the processor's counter need not move between two readings.
void hear_slow(const pg::ended_operation&) noexcept { ++slow_ones_heard; }

TEST(everything_at_once, is_exact_and_clean_with_64_threads_that_come_and_go) {
  ends_heard = 0;
  slow_ones_heard = 0;
  all_metrics metrics;
  call_metrics calls;
  std::atomic<std::uint64_t> heap{1};
  calls.heap_size.observe([&heap] { return heap.load(); });
  calls.seen_total.observe([&heap](auto& out) { out({.at = step::run}, heap.load()); });
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  ASSERT_TRUE(out.add(calls));
  pg::on_operation_end(hear_end);
  pg::on_slow_operation(hear_slow);

  constexpr unsigned threads = 64, lives = 8, rounds = 25;
  std::atomic<unsigned> running{threads};
  std::vector<std::thread> all;
  for (unsigned t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      const std::string agent = "agent-" + std::to_string(t % 40);
      for (unsigned life = 0; life < lives; ++life) {
        std::thread([&] {
          if (t % 3 == 0) pg::attach_thread();
          for (unsigned r = 0; r < rounds; ++r) {
            everything::record(metrics, agent);
            heap.fetch_add(1, std::memory_order_relaxed);
            auto call = pg::begin(calls, a_call, {.agent = agent, .at = step::run});
            if (r % 2 == 0) call.end(outcome::error);
          }
          // An operation that begins here and ends on another thread.
          std::thread([call = pg::begin(calls, a_call, {.agent = agent, .at = step::print})]() mutable {
            call.end(outcome::success);
          }).join();
          all_metrics passing;
          everything::record(passing, agent);
          if (t % 16 == 0) {
            pg::exposition own;
            EXPECT_TRUE(own.add(passing));
            EXPECT_EQ(everything::differences(scrape(own), 1), "");
          }
        }).join();
      }
      running.fetch_sub(1, std::memory_order_release);
    });
  }
  std::thread scraper([&] {
    while (running.load(std::memory_order_acquire) != 0) {
      (void)scrape(out, pg::text_format::openmetrics_1_0);
      calls.build_info.set({.version = std::to_string(heap.load())});
    }
  });
  while (running.load(std::memory_order_acquire) != 0) {
    (void)scrape(out);
    call_metrics another;  // added and removed while others scrape
    pg::exposition own;
    EXPECT_TRUE(own.add(another));
    own.remove(another);
  }
  for (std::thread& each : all) each.join();
  scraper.join();
  pg::on_operation_end(nullptr);
  pg::on_slow_operation(nullptr);

  const scrape now(out);
  EXPECT_EQ(everything::differences(now, std::uint64_t{threads} * lives * rounds), "");
  constexpr std::uint64_t ended = std::uint64_t{threads} * lives * (rounds + 1);
  EXPECT_EQ(now.total("call_calls_total"), ended);
  EXPECT_EQ(now.total("call_call_duration_seconds_count"), ended);
  EXPECT_EQ(now.number("call_calls_in_flight"), "0");
  EXPECT_EQ(ends_heard.load(), ended);
  EXPECT_GT(slow_ones_heard.load(), 0u);
  EXPECT_LE(slow_ones_heard.load(), ended);
  EXPECT_EQ(now.count("call_heap_size"), heap.load());
  EXPECT_EQ(now.count("call_seen_total{at=\"run\"}"), heap.load());
}

}  // namespace
