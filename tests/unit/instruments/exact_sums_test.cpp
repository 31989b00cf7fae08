// SPDX-License-Identifier: Apache-2.0
//
// Sums are right to the last count: whatever threads do and however they end, while a scrape runs
// and after it. Every expectation is a number of calls counted by the test itself.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "everything.hpp"
#include "scrape.hpp"

#include <pthread.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define LEAKS_ARE_LOOKED_FOR
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_LOOKED_FOR
#endif
#endif

namespace {

#ifdef LEAKS_ARE_LOOKED_FOR
constexpr bool leaks_are_looked_for = true;
#else
constexpr bool leaks_are_looked_for = false;
#endif

namespace pg = pantograph;
using namespace std::chrono_literals;
using everything::all_metrics;
using everything::step;
using scraping::scrape;

std::string agent_name(unsigned i) { return "agent-" + std::to_string(i); }

// Watches a set of samples that must never fall from one scrape to the next.
class monotone_watch {
 public:
  void look(const scrape& now) {
    for (const auto& [series, digits] : now.numbers()) {
      const bool grows = series.find("_total") != std::string::npos ||
                         series.find("_bucket") != std::string::npos ||
                         series.find("_count") != std::string::npos ||
                         series.find("_sum") != std::string::npos;
      if (!grows) continue;
      const double value = std::strtod(digits.c_str(), nullptr);
      double& before = highest_[series];
      if (value < before) {
        fell_ += series + " fell from " + std::to_string(before) + " to " + digits + '\n';
      }
      before = value;
    }
    for (const std::string_view name :
         {"all_request_tokens", "all_hit_ratio", "all_work_duration_seconds"}) {
      check_count(now, name);
    }
    ++looks_;
  }
  [[nodiscard]] const std::string& fell() const { return fell_; }
  [[nodiscard]] std::size_t looks() const { return looks_; }

 private:
  // In every single scrape, _count is the +Inf bucket.
  void check_count(const scrape& now, std::string_view name) {
    std::uint64_t infinite = 0;
    for (const auto& [series, digits] : now.numbers()) {
      if (series.starts_with(std::string(name) + "_bucket") && series.ends_with("le=\"+Inf\"}")) {
        infinite += std::strtoull(digits.c_str(), nullptr, 10);
      }
    }
    const std::uint64_t count = now.total(std::string(name) + "_count");
    if (infinite != count) fell_ += std::string(name) + "_count is not its +Inf bucket\n";
  }

  std::map<std::string, double> highest_;
  std::string fell_;
  std::size_t looks_ = 0;
};

TEST(exact_sums, of_one_thread_are_what_it_recorded) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  EXPECT_EQ(everything::differences(scrape(out), 0), "");
  for (unsigned i = 0; i < 100; ++i) everything::record(metrics, agent_name(i % 8));
  const scrape now(out);
  EXPECT_EQ(everything::differences(now, 100), "");
  EXPECT_EQ(now.count("all_agent_calls_total{agent=\"agent-0\",at=\"run\"}"), 13u);  // 0, 8, .. 96
  EXPECT_EQ(now.count("all_agent_calls_total{agent=\"agent-7\",at=\"run\"}"), 12u);
  EXPECT_EQ(now.number("all_agent_cost_usd_total{agent=\"agent-7\",at=\"run\"}"), "3");
}

TEST(exact_sums, survive_threads_that_ended) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  for (unsigned round = 0; round < 20; ++round) {
    std::thread one([&] {
      for (unsigned i = 0; i < 50; ++i) everything::record(metrics, agent_name(i % 4));
    });
    one.join();
    EXPECT_EQ(everything::differences(scrape(out), 50 * (round + 1)), "");
  }
}

TEST(exact_sums, of_64_threads_at_once_are_exact_before_and_after_they_end) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  constexpr unsigned threads = 64, calls = 200;
  std::atomic<unsigned> recorded{0};
  std::atomic<bool> may_end{false};
  std::vector<std::thread> all;
  for (unsigned t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      for (unsigned i = 0; i < calls; ++i) everything::record(metrics, agent_name((t + i) % 16));
      recorded.fetch_add(1, std::memory_order_release);
      while (!may_end.load(std::memory_order_acquire)) std::this_thread::yield();
    });
  }
  while (recorded.load(std::memory_order_acquire) != threads) std::this_thread::yield();
  EXPECT_EQ(everything::differences(scrape(out), threads * calls), "");
  may_end.store(true, std::memory_order_release);
  for (std::thread& each : all) each.join();
  EXPECT_EQ(everything::differences(scrape(out), threads * calls), "");
}

TEST(exact_sums, never_fall_while_threads_start_record_and_end_under_continuous_scrapes) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  constexpr unsigned starters = 4, generations = 40, calls = 25;
  std::atomic<unsigned> running{starters};
  monotone_watch watch;
  std::vector<std::thread> all;
  for (unsigned s = 0; s < starters; ++s) {
    all.emplace_back([&, s] {
      for (unsigned g = 0; g < generations; ++g) {
        std::thread short_lived([&, s, g] {
          for (unsigned i = 0; i < calls; ++i) {
            everything::record(metrics, agent_name((s * generations + g) % 60));
          }
        });
        short_lived.join();
      }
      running.fetch_sub(1, std::memory_order_release);
    });
  }
  while (running.load(std::memory_order_acquire) != 0) watch.look(scrape(out));
  for (std::thread& each : all) each.join();
  watch.look(scrape(out));
  EXPECT_EQ(watch.fell(), "");
  EXPECT_GE(watch.looks(), 2u);
  EXPECT_EQ(everything::differences(scrape(out), starters * generations * calls), "");
}

// What a user's own thread_local does when its thread ends.
struct records_when_destroyed {
  all_metrics* metrics = nullptr;
  ~records_when_destroyed() {
    for (unsigned i = 0; metrics != nullptr && i < 10; ++i) everything::record(*metrics, "at the end");
  }
};

// Not touched before the first record, so destroyed before the core's own: still an own block.
records_when_destroyed& made_late() {
  static thread_local records_when_destroyed one;
  return one;
}
// Touched before the first record, so destroyed after the core's own: no block any more.
records_when_destroyed& made_early() {
  static thread_local records_when_destroyed one;
  return one;
}

TEST(exact_sums, keep_what_thread_local_destructors_record_before_and_after_the_block_went) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  for (unsigned round = 0; round < 10; ++round) {
    std::thread one([&] {
      made_early().metrics = &metrics;
      everything::record(metrics, "alive");
      made_late().metrics = &metrics;
    });
    one.join();
  }
  const scrape now(out);
  EXPECT_EQ(everything::differences(now, 10 * 21), "");
  EXPECT_EQ(now.count("all_agent_calls_total{agent=\"at the end\",at=\"run\"}"), 200u);
}

TEST(exact_sums, keep_the_first_record_of_a_thread_when_a_destructor_makes_it) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  for (unsigned round = 0; round < 10; ++round) {
    std::thread one([&] { made_early().metrics = &metrics; });
    one.join();
  }
  EXPECT_EQ(everything::differences(scrape(out), 10 * 10), "");
}

// Destructors of pthread keys run after all thread_local ones. (A first record as late as that is
// kept as well, but the thread's block, and 32 bytes of the C library, are not given back: leak
// checkers say so, and it is left out where one is.)
TEST(exact_sums, keep_what_the_destructor_of_a_pthread_key_records) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  pthread_key_t key{};
  ASSERT_EQ(pthread_key_create(&key, [](void* at) {
    for (unsigned i = 0; i < 10; ++i) everything::record(*static_cast<all_metrics*>(at), "key");
  }), 0);
  std::uint64_t calls = 0;
  for (const bool record_before : {true, false}) {
    if (!record_before && leaks_are_looked_for) continue;
    std::thread one([&] {
      pthread_setspecific(key, &metrics);
      if (record_before) everything::record(metrics, "alive");
    });
    one.join();
    calls += record_before ? 11 : 10;
  }
  pthread_key_delete(key);
  EXPECT_EQ(everything::differences(scrape(out), calls), "");
}

TEST(exact_sums, of_detached_threads_are_exact) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  constexpr unsigned threads = 16, calls = 100;
  // Tells the test that the thread has recorded all, its thread_local destructor included.
  static constinit std::atomic<unsigned> ended{0};
  ended = 0;
  struct tells_end {
    bool armed = false;
    ~tells_end() {
      if (armed) ended.fetch_add(1, std::memory_order_release);
    }
  };
  for (unsigned t = 0; t < threads; ++t) {
    std::thread([&metrics, t] {
      static thread_local tells_end last;  // made first, so destroyed last
      last.armed = true;
      made_early().metrics = &metrics;
      for (unsigned i = 0; i < calls; ++i) everything::record(metrics, agent_name(t));
    }).detach();
  }
  while (ended.load(std::memory_order_acquire) != threads) std::this_thread::yield();
  EXPECT_EQ(everything::differences(scrape(out), threads * (calls + 10)), "");
}

TEST(exact_sums, of_up_downs_are_zero_when_one_thread_raises_and_another_lowers) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  constexpr unsigned rounds = 10'000;
  std::atomic<unsigned> raised{0};
  std::thread up([&] {
    for (unsigned i = 0; i < rounds; ++i) {
      metrics.open_things.increment();
      metrics.open_steps[{.at = step::run}].increment(5);
      raised.fetch_add(1, std::memory_order_release);
    }
  });
  std::thread down([&] {
    for (unsigned i = 0; i < rounds; ++i) {
      while (raised.load(std::memory_order_acquire) <= i) std::this_thread::yield();
      metrics.open_things.decrement();
      metrics.open_steps[{.at = step::run}].decrement(5);
    }
  });
  up.join();
  down.join();
  const scrape now(out);
  EXPECT_EQ(now.number("all_open_things"), "0");
  EXPECT_EQ(now.number("all_open_steps{at=\"run\"}"), "0");
}

TEST(exact_sums, of_presences_follow_them_to_other_threads) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  for (unsigned i = 0; i < 100; ++i) {
    auto here = metrics.open_things.scoped();
    if (i == 99) {
      EXPECT_EQ(scrape(out).number("all_open_things"), "1");
    }
    std::thread other([moved = std::move(here)]() mutable { auto there = std::move(moved); });
    other.join();
  }
  EXPECT_EQ(scrape(out).number("all_open_things"), "0");
  metrics.open_things.decrement(4);  // not a use, but it must read as what it is
  EXPECT_EQ(scrape(out).number("all_open_things"), "-4");
}

TEST(exact_sums, of_money_are_exact_to_the_pico_dollar_over_many_threads) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  std::vector<std::thread> all;
  for (unsigned t = 0; t < 8; ++t) {
    all.emplace_back([&] {
      for (unsigned i = 0; i < 1000; ++i) {
        metrics.cost_usd_total.increment(pg::pico_usd{999'999'999'999});  // carries need care
        metrics.cost_usd_total.increment(pg::pico_usd{2});
        metrics.cost_usd_total.increment(pg::pico_usd{-5});  // a negative amount counts as 0
      }
    });
  }
  for (std::thread& each : all) each.join();
  // 8000 times 1.000000000001 dollars.
  EXPECT_EQ(scrape(out).number("all_cost_usd_total"), "8000.000000008");
}

TEST(exact_sums, of_large_numbers_do_not_lose_their_last_digit) {
  all_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  metrics.events_total.increment(std::uint64_t{9'007'199'254'740'993});  // 2^53 + 1: no double
  std::thread([&] { metrics.events_total.increment(std::uint64_t{1} << 62); }).join();
  EXPECT_EQ(scrape(out).number("all_events_total"), "4620693217682128897");
}

// A counter of doubles must not fall because its threads' parts are added in another order than the
// last time: Prometheus would take the fall for a restart. 1 + 2^-52 + 2^-53 rounds up, but
// 1 + 2^-53 + 2^-52 rounds the half away first.
TEST(exact_sums, of_doubles_never_fall_when_a_thread_ends) {
  struct part {
    double amount;
    std::atomic<int> state{0};  // 1: recorded, 2: may end
    std::thread thread{};
  };
  for (const bool first_ends_first : {true, false}) {
    all_metrics metrics;
    pg::exposition out;
    ASSERT_TRUE(out.add(metrics));
    monotone_watch watch;
    part parts[2] = {{.amount = std::ldexp(1.0, -53)}, {.amount = std::ldexp(1.0, -52)}};
    std::thread([&] {
      metrics.energy_joules_total.increment(1.0);
      metrics.hit_ratio.observe(1.0);
    }).join();
    for (part& each : parts) {
      each.thread = std::thread([&] {
        metrics.energy_joules_total.increment(each.amount);
        metrics.hit_ratio.observe(each.amount);
        each.state = 1;
        while (each.state != 2) std::this_thread::yield();
      });
      while (each.state != 1) std::this_thread::yield();
    }
    watch.look(scrape(out));
    for (const int i : {0, 1}) {
      part& ending = parts[first_ends_first ? i : 1 - i];
      ending.state = 2;
      ending.thread.join();
      watch.look(scrape(out));
      watch.look(scrape(out));
    }
    EXPECT_EQ(watch.fell(), "");
  }
}

TEST(exact_sums, of_bounded_families_hold_every_tuple_once_when_many_threads_insert_it_first) {
  struct tuple_metrics {
    pg::counter<everything::by_agent, pg::at_most<48>> calls_total{"Calls."};
  };
  for (unsigned round = 0; round < 10; ++round) {
    tuple_metrics metrics;
    pg::exposition out;
    ASSERT_TRUE(out.add(metrics));
    constexpr unsigned threads = 8, tuples = 64, repeats = 5;
    std::atomic<unsigned> ready{0};
    std::vector<std::thread> all;
    for (unsigned t = 0; t < threads; ++t) {
      all.emplace_back([&, t] {
        ready.fetch_add(1);
        while (ready.load() != threads) std::this_thread::yield();
        for (unsigned r = 0; r < repeats; ++r) {
          for (unsigned i = 0; i < tuples; ++i) {
            // Half of the threads come from the other end.
            const unsigned which = t % 2 == 0 ? i : tuples - 1 - i;
            const auto at = which % 2 == 0 ? step::parse : step::print;
            metrics.calls_total[{.agent = agent_name(which / 2), .at = at}].increment();
          }
        }
      });
    }
    for (std::thread& each : all) each.join();
    const scrape now(out);
    EXPECT_EQ(now.twice(), "");
    // 48 tuples as they are, the other 16 together.
    EXPECT_EQ(now.series("tuple_calls_total"), 49u);
    EXPECT_EQ(now.count("tuple_calls_total{agent=\"other\",at=\"other\"}"), 16u * threads * repeats);
    for (const auto& [series, digits] : now.numbers()) {
      if (series.find("other") == std::string::npos) {
        EXPECT_EQ(digits, std::to_string(threads * repeats)) << series;
      }
    }
    EXPECT_EQ(now.total("tuple_calls_total"), std::uint64_t{tuples} * threads * repeats);
  }
}

TEST(exact_sums, of_text_labels_that_print_alike_are_one_series) {
  struct alike_metrics {
    pg::counter<everything::by_agent, pg::at_most<3>> calls_total{"Calls."};
  };
  alike_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  const auto call = [&](std::string_view agent, step at) {
    metrics.calls_total[{.agent = agent, .at = at}].increment();
  };
  call("caf\xE9", step::run);                  // ill-formed: becomes U+FFFD,
  call("caf\xEF\xBF\xBD", step::run);          // which this is
  call("", step::run);                         // empty: other
  call(std::string(257, 'x'), step::run);      // too long: other
  call(std::string(256, 'x'), step::run);      // just fits
  call("caf\xE9", everything::no_such_step);   // outside the enumerators: other
  call("other", step::run);                    // a tuple like any: its step is known
  call("one too many", step::run);             // beyond the bound: other
  const scrape now(out);
  EXPECT_EQ(now.twice(), "");
  EXPECT_EQ(now.count("alike_calls_total{agent=\"caf\xEF\xBF\xBD\",at=\"run\"}"), 2u);
  EXPECT_EQ(now.count("alike_calls_total{agent=\"" + std::string(256, 'x') + "\",at=\"run\"}"), 1u);
  EXPECT_EQ(now.count("alike_calls_total{agent=\"other\",at=\"run\"}"), 1u);
  EXPECT_EQ(now.count("alike_calls_total{agent=\"other\",at=\"other\"}"), 4u);
  EXPECT_EQ(now.series("alike_calls_total"), 4u);
}

TEST(exact_sums, of_run_time_metrics_refuse_by_reason_and_lose_nothing) {
  struct named_metrics {
    pg::runtime_metrics<pg::at_most<4>> custom{"Named."};
  };
  named_metrics metrics;
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  constexpr unsigned threads = 8, rounds = 100;
  std::atomic<std::uint64_t> full{0};
  std::vector<std::thread> all;
  for (unsigned t = 0; t < threads; ++t) {
    all.emplace_back([&] {
      for (unsigned i = 0; i < rounds; ++i) {
        const auto became = metrics.custom.record("m" + std::to_string(i % 6), i % 6);
        if (became == pg::runtime_outcome::full) full.fetch_add(1);
        EXPECT_EQ(metrics.custom.record("Bad", 1), pg::runtime_outcome::bad_name);
      }
    });
  }
  for (std::thread& each : all) each.join();
  const scrape now(out);
  unsigned found = 0;
  for (unsigned i = 0; i < 6; ++i) {
    const std::string series = "named_custom_m" + std::to_string(i);
    if (!now.has(series)) continue;
    ++found;
    EXPECT_EQ(now.number(series), std::to_string(i));
  }
  EXPECT_EQ(found, 4u);
  EXPECT_EQ(now.count("named_custom_refused_total{reason=\"full\"}"), full.load());
  EXPECT_EQ(now.count("named_custom_refused_total{reason=\"bad_name\"}"), threads * rounds);
}

}  // namespace
