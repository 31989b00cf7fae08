// SPDX-License-Identifier: Apache-2.0
//
// The child of a fork starts with empty counters and histograms and keeps what gauges were set to;
// the parent notices nothing. A program of its own, because it forks.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "everything.hpp"
#include "forked.hpp"
#include "scrape.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace pg = pantograph;
using everything::all_metrics;
using everything::step;
using forking::in_child;
using scraping::scrape;

// What a child must see before it records anything: no count left, set values kept.
std::string not_as_a_child_begins(const scrape& now) {
  std::string out;
  for (const auto& [series, digits] : now.numbers()) {
    std::string wanted = "0";
    if (series == "all_cache_size_bytes") wanted = "4096";
    if (series == "all_queue_length{at=\"print\"}") wanted = "7";
    if (series == "all_machine_mode{all_machine_mode=\"busy\"}") wanted = "1";
    if (series == "all_custom_queue_depth{region=\"eu\"}") wanted = "3";
    if (digits != wanted) out += series + " is " + digits + ", not " + wanted + '\n';
  }
  if (now.numbers().size() < 60) out += "too few series\n";
  return out;
}

TEST(exact_fork, child_begins_empty_keeps_gauges_and_is_exact_while_the_parent_stays_as_it_was) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  for (unsigned i = 0; i < 10; ++i) everything::record(metrics, "main");
  std::thread([&] { everything::record(metrics, "ended"); }).join();
  ASSERT_EQ(everything::differences(scrape(out), 11), "");

  const std::string wrong = in_child([&] {
    std::string found = not_as_a_child_begins(scrape(out));
    // A family that was there keeps its text series, at zero.
    if (scrape(out).count("all_agent_calls_total{agent=\"main\",at=\"run\"}") != 0) {
      found += "the series of agent main is gone\n";
    }
    everything::record(metrics, "main");
    everything::record(metrics, "new in the child");
    std::thread([&] { everything::record(metrics, "thread of the child"); }).join();
    found += everything::differences(scrape(out), 3);
    pg::exposition own;
    if (!own.add(metrics)) found += "cannot be added\n";
    found += everything::differences(scrape(own, pg::text_format::prometheus_0_0_4), 3);
    return found;
  });
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(everything::differences(scrape(out), 11), "");
  EXPECT_FALSE(scrape(out).has("all_agent_calls_total{agent=\"new in the child\",at=\"run\"}"));
  everything::record(metrics, "main");
  EXPECT_EQ(everything::differences(scrape(out), 12), "");
}

// Blocks of threads that do not exist in the child must not be counted there; nor may a lock that
// such a thread held at the moment of the fork stop the child.
TEST(exact_fork, child_is_empty_and_free_while_threads_of_the_parent_record_and_insert) {
  SKIP_UNDER_SANITIZERS();
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  everything::record(metrics, "main");  // sets the gauges
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> calls{1};
  std::vector<std::thread> all;
  for (unsigned t = 0; t < 3; ++t) {
    all.emplace_back([&, t] {
      std::uint64_t mine = 0;
      while (!stop.load(std::memory_order_relaxed)) {
        // Ever new instruments with ever new text tuples: the locks are in use all the time.
        all_metrics passing;
        everything::record(passing, "passing " + std::to_string(mine));
        everything::record(metrics, "agent-" + std::to_string((mine * 3 + t) % 50));
        ++mine;
        if (t == 0) {
          std::thread([&] { everything::record(metrics, "short"); }).join();
          ++mine;
        }
      }
      calls.fetch_add(mine);
    });
  }
  for (unsigned i = 0; i < 60 && !HasFailure(); ++i) {
    const std::string wrong = in_child([&] {
      pg::exposition own;
      std::string found;
      if (!own.add(metrics)) found += "cannot be added\n";
      found += not_as_a_child_begins(scrape(own));
      everything::record(metrics, "main");
      everything::record(metrics, "new in child " + std::to_string(i));
      all_metrics fresh;  // takes the lock and cells
      everything::record(fresh, "fresh");
      pg::exposition of_fresh;
      if (!of_fresh.add(fresh)) found += "cannot be added\n";
      found += everything::differences(scrape(of_fresh), 1);
      std::thread([&] {
        for (unsigned k = 0; k < 5; ++k) everything::record(metrics, "thread of the child");
      }).join();
      found += everything::differences(scrape(own), 7);
      return found;
    });
    EXPECT_EQ(wrong, "") << "fork " << i;
  }
  stop = true;
  for (std::thread& each : all) each.join();
  EXPECT_EQ(everything::differences(scrape(out), calls), "");
}

// A scrape of the parent that is under way holds locks of its exposition, so a child has its own.
TEST(exact_fork, child_can_scrape_with_an_exposition_of_its_own_while_the_parent_scrapes) {
  SKIP_UNDER_SANITIZERS();
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  everything::record(metrics, "main");
  std::atomic<bool> stop{false};
  std::thread scraper([&] {
    while (!stop.load(std::memory_order_relaxed)) (void)scrape(out);
  });
  for (unsigned i = 0; i < 60 && !HasFailure(); ++i) {
    EXPECT_EQ(in_child([&] {
      pg::exposition own;
      if (!own.add(metrics)) return std::string("cannot be added");
      std::string found = not_as_a_child_begins(scrape(own));
      everything::record(metrics, "child");
      return found + everything::differences(scrape(own), 1);
    }), "") << "fork " << i;
  }
  stop = true;
  scraper.join();
  EXPECT_EQ(everything::differences(scrape(out), 1), "");
}

// A fork in a fork in a fork; each begins at zero and does not disturb the ones before.
std::string generation(all_metrics& metrics, pg::exposition& out, unsigned left) {
  std::string found = not_as_a_child_begins(scrape(out));
  for (unsigned i = 0; i <= left; ++i) everything::record(metrics, "generation");
  std::thread([&] { everything::record(metrics, "ended"); }).join();
  if (left != 0) found += in_child([&] { return generation(metrics, out, left - 1); });
  return found + everything::differences(scrape(out), left + 2);
}

TEST(exact_fork, works_from_generation_to_generation_and_again_and_again) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  everything::record(metrics, "main");
  EXPECT_EQ(in_child([&] { return generation(metrics, out, 4); }), "");
  for (unsigned i = 0; i < 50; ++i) {
    EXPECT_EQ(in_child([&] {
      everything::record(metrics, "child");
      return everything::differences(scrape(out), 1);
    }), "");
    everything::record(metrics, "main");
  }
  EXPECT_EQ(everything::differences(scrape(out), 51), "");
}

// The thread that forks need not be the main one; the child's only thread is then that one.
TEST(exact_fork, from_another_thread_leaves_that_thread_its_own_cells) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  everything::record(metrics, "main");
  std::string wrong;
  std::thread([&] {
    everything::record(metrics, "forks");
    wrong = in_child([&] {
      std::string found = not_as_a_child_begins(scrape(out));
      everything::record(metrics, "forks");
      std::thread([&] { everything::record(metrics, "ended"); }).join();
      return found + everything::differences(scrape(out), 2);
    });
  }).join();
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(everything::differences(scrape(out), 2), "");
}

}  // namespace
