// SPDX-License-Identifier: Apache-2.0
//
// Observed instruments: asked at each scrape, silent when there is nobody to ask or nothing to say.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace {

namespace pg = pantograph;
using scraping::absent;
using scraping::scrape;

enum class state { running, waiting };
struct by_state {
  pg::label<state> in;
  pg::label<bool> pinned;
};
enum class kind { known, other };
struct by_kind {
  pg::label<kind> of;
};

struct app_metrics {
  static constexpr std::string_view prefix = "app";
  pg::observed_gauge<pg::bytes> heap_bytes{"Bytes."};
  pg::observed_counter<> reads_total{"Reads."};
  pg::observed_gauge<by_state> threads{"Threads."};
  pg::observed_gauge<by_kind> things{"Things, of which one is called other."};
};

constexpr auto no_such_state = static_cast<state>(7);

class observed : public testing::Test {
 protected:
  observed() { out.add(metrics); }

  app_metrics metrics;
  pg::exposition out;
};

TEST_F(observed, is_absent_without_a_callback_and_after_it_was_cleared) {
  EXPECT_EQ(scrape(out).text(), "");
  metrics.heap_bytes.observe([] { return 5; });
  EXPECT_EQ(scrape(out).text(),
            "# HELP app_heap_bytes Bytes.\n"
            "# TYPE app_heap_bytes gauge\n"
            "app_heap_bytes 5\n");
  metrics.heap_bytes.clear();
  EXPECT_EQ(scrape(out).text(), "");
  metrics.heap_bytes.observe([] { return 6; });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "6");
}

TEST_F(observed, is_asked_once_a_scrape) {
  int asked = 0;
  metrics.reads_total.observe([&asked] { return ++asked; });
  EXPECT_EQ(scrape(out).number("app_reads_total"), "1");
  EXPECT_EQ(scrape(out).number("app_reads_total"), "2");
  EXPECT_EQ(asked, 2);
}

TEST_F(observed, a_later_callback_takes_the_place_of_the_first) {
  metrics.heap_bytes.observe([] { return 1; });
  std::uint64_t a = 2, b = 3;
  metrics.heap_bytes.observe([&a, &b] { return a + b; });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "5");
  metrics.heap_bytes.observe([](auto& to) { to(0.25); });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "0.25");
}

TEST_F(observed, may_hold_four_words) {
  const double a = 1, b = 20, c = 300, d = 4000;
  metrics.heap_bytes.observe([&a, &b, &c, &d] { return a + b + c + d; });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "4321");
}

TEST_F(observed, takes_any_number) {
  metrics.heap_bytes.observe([] { return std::numeric_limits<double>::quiet_NaN(); });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "NaN");
  metrics.heap_bytes.observe([] { return -std::numeric_limits<double>::infinity(); });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "-Inf");
  metrics.heap_bytes.observe([] { return -7L; });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "-7");
  metrics.heap_bytes.observe([] { return 2.5f; });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "2.5");
}

TEST_F(observed, has_no_series_of_which_the_callback_says_nothing) {
  bool works = false;
  metrics.heap_bytes.observe([&works](auto& to) {
    if (works) to(9);
  });
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), absent);
  works = true;
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), "9");
  works = false;
  EXPECT_EQ(scrape(out).number("app_heap_bytes"), absent);
}

TEST_F(observed, with_labels_has_the_series_that_are_reported) {
  metrics.threads.observe([](auto& to) {
    to({.in = state::waiting, .pinned = true}, 4);
    to({.in = state::running, .pinned = false}, 0);
  });
  const scrape now(out);
  EXPECT_EQ(now.number("app_threads{in=\"waiting\",pinned=\"true\"}"), "4");
  EXPECT_EQ(now.number("app_threads{in=\"running\",pinned=\"false\"}"), "0");
  EXPECT_EQ(now.series("app_threads"), 2u);
}

TEST_F(observed, with_labels_shows_the_last_of_what_is_reported_twice) {
  metrics.threads.observe([](auto& to) {
    to({.in = state::running, .pinned = true}, 1);
    to({.in = state::running, .pinned = true}, 2);
  });
  const scrape now(out);
  EXPECT_EQ(now.number("app_threads{in=\"running\",pinned=\"true\"}"), "2");
  EXPECT_EQ(now.twice(), "");
}

TEST_F(observed, a_value_outside_its_enumerators_is_the_one_other) {
  metrics.threads.observe([](auto& to) {
    to({.in = no_such_state, .pinned = true}, 8);
  });
  scrape now(out);
  EXPECT_EQ(now.number("app_threads{in=\"other\",pinned=\"other\"}"), "8");
  EXPECT_EQ(now.series("app_threads"), 1u);
  metrics.threads.observe([](auto& to) { to({.in = state::running, .pinned = true}, 1); });
  now = scrape(out);
  EXPECT_EQ(now.series("app_threads"), 1u) << "other was not reported this time";
}

TEST_F(observed, of_an_enum_with_its_own_other_has_that_series_once) {
  metrics.things.observe([](auto& to) {
    to({.of = kind::other}, 1);
    to({.of = static_cast<kind>(9)}, 2);
  });
  const scrape now(out);
  EXPECT_EQ(now.number("app_things{of=\"other\"}"), "2");
  EXPECT_EQ(now.series("app_things"), 1u);
  EXPECT_EQ(now.twice(), "");
}

TEST_F(observed, callbacks_may_lock_and_record_while_others_do) {
  struct guarded {
    std::mutex mutex;
    std::uint64_t reads = 0;
  } pool;
  metrics.reads_total.observe([&pool] {
    const std::lock_guard hold(pool.mutex);
    return pool.reads;
  });
  std::atomic<bool> done{false};
  std::thread worker([&] {
    while (!done.load()) {
      const std::lock_guard hold(pool.mutex);
      ++pool.reads;
      metrics.heap_bytes.observe([] { return 1; });  // another instrument of the same object
    }
  });
  double last = 0;
  for (int i = 0; i < 300; ++i) {
    const double now = std::strtod(scrape(out).number("app_reads_total").c_str(), nullptr);
    EXPECT_GE(now, last);
    last = now;
  }
  done = true;
  worker.join();
  EXPECT_EQ(scrape(out).number("app_reads_total"), std::to_string(pool.reads));
}

// `clear` waits for a call under way: what the callback reads may end right after it.
TEST_F(observed, is_not_called_any_more_once_clear_has_returned) {
  std::atomic<bool> done{false};
  std::thread scraper([&] {
    while (!done.load()) (void)scrape(out);
  });
  std::atomic<bool> alive{false};
  std::atomic<int> calls{0}, after{0};
  for (int i = 0; i < 50; ++i) {
    alive = true;
    calls = 0;
    metrics.heap_bytes.observe([&alive, &calls, &after] {
      calls.fetch_add(1);
      for (int look = 0; look < 500 && after.load() == 0; ++look) {
        if (!alive.load()) after.fetch_add(1);
      }
      return 1;
    });
    while (calls.load() == 0) std::this_thread::yield();  // a scrape is in it, or was just now
    metrics.heap_bytes.clear();
    alive = false;
  }
  done = true;
  scraper.join();
  EXPECT_EQ(after.load(), 0);
}

}  // namespace
