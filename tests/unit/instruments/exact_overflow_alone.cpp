// SPDX-License-Identifier: Apache-2.0
//
// Instruments that find no room in the arena get one of their own, of cells that all threads share:
// slower, just as exact, and given back whole when they end. A program of its own, because it is
// compiled with the smallest arena there may be.
#define PANTOGRAPH_CELLS 1024u

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "everything.hpp"
#include "forked.hpp"
#include "scrape.hpp"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace pg = pantograph;
using everything::all_metrics;
using everything::step;
using scraping::scrape;

// 1001 of the 1016 cells there are; what comes behind it overflows, but for the smallest.
struct filler_metrics {
  pg::counter<everything::by_agent, pg::at_most<1000>> calls_total{"Fills the arena."};
};

// Pages of address space the process has.
std::uint64_t mapped_pages() {
  unsigned long long pages = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  const int read = std::fscanf(file, "%llu", &pages);
  std::fclose(file);
  return read == 1 ? pages : 0;
}

class exact_overflow : public testing::Test {
 protected:
  exact_overflow() {
    filler_.calls_total[{.agent = "filler", .at = step::run}].increment(5);
    [this] { ASSERT_TRUE(out_.add(filler_)); }();
  }
  ~exact_overflow() override {
    EXPECT_EQ(scrape(out_).count("filler_calls_total{agent=\"filler\",at=\"run\"}"), 5u);
  }
  filler_metrics filler_;
  pg::exposition out_;
};

TEST_F(exact_overflow, sums_of_many_threads_are_exact) {
  all_metrics metrics;
  ASSERT_TRUE(out_.add(metrics));
  ASSERT_NE(pg::detail::process_arena.overflow, nullptr) << "this does not test what it should";
  EXPECT_EQ(everything::differences(scrape(out_), 0), "");
  std::vector<std::thread> all;
  for (unsigned t = 0; t < 16; ++t) {
    all.emplace_back([&, t] {
      for (unsigned i = 0; i < 200; ++i) {
        everything::record(metrics, "agent-" + std::to_string((t + i) % 40));
      }
    });
  }
  for (unsigned i = 0; i < 20; ++i) EXPECT_TRUE(scrape(out_).has("all_events_total"));
  for (std::thread& each : all) each.join();
  EXPECT_EQ(everything::differences(scrape(out_), 16 * 200), "");
  out_.remove(metrics);
}

TEST_F(exact_overflow, instruments_that_end_leave_nothing_behind) {
  const auto one = [this] {
    all_metrics metrics;
    ASSERT_TRUE(out_.add(metrics));
    EXPECT_EQ(everything::differences(scrape(out_), 0), "");
    everything::record(metrics, "one");
    std::thread([&] { everything::record(metrics, "two"); }).join();
    EXPECT_EQ(everything::differences(scrape(out_), 2), "");
    out_.remove(metrics);
  };
  for (unsigned i = 0; i < 5; ++i) one();
  const std::uint64_t before = mapped_pages();
  for (unsigned i = 0; i < 500 && !HasFailure(); ++i) one();
  // Some 20 instruments overflow each time. A page left of each would make 40 MiB.
  EXPECT_LT(mapped_pages(), before + 4 * 1024 * 1024 / static_cast<std::uint64_t>(getpagesize()));
  EXPECT_EQ(pg::detail::process_arena.overflow, nullptr);
}

TEST_F(exact_overflow, a_child_of_a_fork_begins_empty_there_too) {
  all_metrics metrics;
  ASSERT_TRUE(out_.add(metrics));
  for (unsigned i = 0; i < 7; ++i) everything::record(metrics, "main");
  EXPECT_EQ(forking::in_child([&] {
    const scrape first(out_);
    std::string found;
    if (first.count("all_events_total") != 0) found += "events are there\n";
    if (first.count("all_request_tokens_sum") != 0) found += "observations are there\n";
    if (first.count("all_steps_total{at=\"run\"}") != 0) found += "steps are there\n";
    if (first.count("all_agent_calls_total{agent=\"main\",at=\"run\"}") != 0) found += "calls\n";
    if (first.count("all_cache_size_bytes") != 4096) found += "the gauge is not kept\n";
    for (unsigned i = 0; i < 3; ++i) everything::record(metrics, "child");
    std::thread([&] { everything::record(metrics, "thread of the child"); }).join();
    return found + everything::differences(scrape(out_), 4);
  }), "");
  EXPECT_EQ(everything::differences(scrape(out_), 7), "");
  out_.remove(metrics);
}

}  // namespace
