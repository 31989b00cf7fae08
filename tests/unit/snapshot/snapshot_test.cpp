// SPDX-License-Identifier: Apache-2.0
//
// The numbers behind a scrape: what is read of each form, what is not there, and that no sum ever
// falls while threads end.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using pg::detail::snapshot;
using pg::detail::source;
using pg::detail::source_of;

enum class colour { red, green };
struct by_colour {
  pg::label<colour> hue;
};
struct by_word {
  pg::label<pg::text> word;
};

struct every_metrics {
  pg::counter<> plain_total{"P."};
  pg::counter<by_colour> coloured_total{"C."};
  pg::counter<by_word, pg::at_most<9>> words_total{"W."};
  pg::counter<pg::joules> spent_joules_total{"S."};
  pg::counter<pg::shared> rare_total{"R."};
  pg::up_down<> open{"O."};
  pg::histogram<pg::seconds, pg::buckets(1s)> wait_seconds{"W."};
  pg::histogram<pg::ratio, pg::buckets(0.5)> share_ratio{"S."};
  pg::observed_gauge<by_colour> seen{"S."};
  pg::info<by_word> build_info{"B."};
};

constexpr auto& rows = pg::catalog_of<every_metrics>.families;

std::uint64_t cell(const snapshot& of, std::size_t source, std::size_t at = 0) {
  return of.of(source).cells[at];
}
double real(const snapshot& of, std::size_t source, std::size_t at = 0) {
  return std::bit_cast<double>(cell(of, source, at));
}
void on_a_thread_that_ends(auto&& work) { std::thread(work).join(); }

TEST(snapshot, adds_up_what_threads_recorded_that_live_and_that_ended) {
  every_metrics m;
  const std::array sources{source_of(m.plain_total, rows[0]),  source_of(m.coloured_total, rows[1]),
                           source_of(m.rare_total, rows[4]),   source_of(m.open, rows[5]),
                           source_of(m.wait_seconds, rows[6]), source_of(m.share_ratio, rows[7])};
  const auto work = [&] {
    m.plain_total.increment(20);
    m.coloured_total[{colour::green}].increment(3);
    m.coloured_total[{static_cast<colour>(5)}].increment(1);
    m.rare_total.increment(4);
    m.open.decrement(5);
    m.wait_seconds.observe(1s);
    m.wait_seconds.observe(3s);
    m.share_ratio.observe(0.25);
  };
  work();
  on_a_thread_that_ends(work);
  m.open.increment(3);
  snapshot now;
  now.take(sources);
  EXPECT_EQ(cell(now, 0), 40u);
  EXPECT_EQ(cell(now, 1, 0), 0u);
  EXPECT_EQ(cell(now, 1, 1), 6u);
  EXPECT_EQ(cell(now, 1, 2), 2u);  // `other`
  EXPECT_EQ(cell(now, 2), 8u);
  EXPECT_EQ(static_cast<std::int64_t>(cell(now, 3)), -7);
  EXPECT_EQ(cell(now, 4, 0), 2u);              // up to 1 s
  EXPECT_EQ(cell(now, 4, 1), 2u);              // above
  EXPECT_EQ(cell(now, 4, 2), 8'000'000'000u);  // the sum, nanoseconds
  EXPECT_EQ(cell(now, 5, 0), 2u);
  EXPECT_EQ(real(now, 5, 2), 0.5);  // the sum, a double
  EXPECT_EQ(now.of(1).series, 3u);
}

TEST(snapshot, knows_how_many_series_of_a_bounded_family_there_are) {
  every_metrics m;
  const std::array sources{source_of(m.words_total, rows[2])};
  snapshot now;
  now.take(sources);
  EXPECT_TRUE(now.of(0).present);
  EXPECT_EQ(now.of(0).series, 0u);
  m.words_total[{"a"}].increment(2);
  m.words_total[{"b"}].increment(3);
  m.words_total[{"a"}].increment(2);
  now.take(sources);
  EXPECT_EQ(now.of(0).series, 2u);
  EXPECT_EQ(cell(now, 0, 0), 4u);
  EXPECT_EQ(cell(now, 0, 1), 3u);
}

TEST(snapshot, keeps_what_callbacks_reported_and_what_they_left_out) {
  every_metrics m;
  const std::array sources{source_of(m.seen, rows[8]), source_of(m.build_info, rows[9])};
  snapshot now;
  now.take(sources);
  EXPECT_FALSE(now.of(0).present);  // nobody observes
  EXPECT_TRUE(now.of(1).present);
  m.seen.observe([](auto& out) {
    out({colour::green}, 2.5);
    out({static_cast<colour>(9)}, 7);
  });
  now.take(sources);
  ASSERT_TRUE(now.of(0).present);
  EXPECT_FALSE(now.observed(now.of(0), 0).reported);
  EXPECT_EQ(now.observed(now.of(0), 1).value, 2.5);
  EXPECT_TRUE(now.observed(now.of(0), 2).reported);  // `other`
  EXPECT_EQ(now.observed(now.of(0), 2).value, 7);
  m.seen.clear();
  now.take(sources);
  EXPECT_FALSE(now.of(0).present);
}

TEST(snapshot, can_be_taken_of_other_sources_than_the_last_time) {
  every_metrics m;
  m.plain_total.increment(5);
  m.spent_joules_total.increment(1.5);
  m.share_ratio.observe(0.25);
  const std::vector<source> all{source_of(m.plain_total, rows[0]),
                                source_of(m.share_ratio, rows[7]),
                                source_of(m.spent_joules_total, rows[3])};
  snapshot now;
  now.take(all);
  EXPECT_EQ(real(now, 2), 1.5);
  const std::vector<source> fewer{all[2]};
  now.take(fewer);
  EXPECT_EQ(real(now, 0), 1.5);
  now.take({});
  now.take(all);
  EXPECT_EQ(cell(now, 0), 5u);
  EXPECT_EQ(real(now, 1, 2), 0.25);
  EXPECT_EQ(real(now, 2), 1.5);
}

TEST(snapshot, sums_never_fall_while_threads_end) {
  every_metrics m;
  const std::array sources{source_of(m.plain_total, rows[0]), source_of(m.wait_seconds, rows[6])};
  constexpr unsigned threads = 200, each = 500;
  std::atomic<bool> done{false};
  std::thread recorders([&] {
    for (unsigned i = 0; i < threads; i += 4) {
      std::vector<std::thread> four;
      for (int k = 0; k < 4; ++k) {
        four.emplace_back([&] {
          for (unsigned n = 0; n < each; ++n) {
            m.plain_total.increment();
            m.wait_seconds.observe(2s);
          }
        });
      }
      for (std::thread& one : four) one.join();
    }
    done = true;
  });
  snapshot now;
  std::uint64_t last = 0, last_count = 0, last_sum = 0, falls = 0;
  for (bool last_round = false; !last_round;) {
    last_round = done.load();
    now.take(sources);
    falls += cell(now, 0) < last;
    falls += cell(now, 1, 1) < last_count;
    falls += cell(now, 1, 2) < last_sum;
    last = cell(now, 0);
    last_count = cell(now, 1, 1);
    last_sum = cell(now, 1, 2);
  }
  recorders.join();
  EXPECT_EQ(falls, 0u);
  EXPECT_EQ(last, std::uint64_t{threads} * each);
  EXPECT_EQ(last_count, std::uint64_t{threads} * each);
  EXPECT_EQ(last_sum, std::uint64_t{threads} * each * 2'000'000'000u);
}

// 0.1 + 0.2 + 0.3 is 0.6000000000000001 or 0.6, by the order of adding, and a thread that ends
// changes the order.
TEST(snapshot, sums_of_doubles_never_fall_by_the_order_of_adding) {
  every_metrics m;
  const std::array sources{source_of(m.plain_total, rows[0]),
                           source_of(m.spent_joules_total, rows[3]),
                           source_of(m.share_ratio, rows[7])};
  snapshot now;
  double last = 0, last_share = 0;
  unsigned falls = 0;
  const auto look = [&] {
    now.take(sources);
    falls += real(now, 1) < last;
    falls += real(now, 2, 2) < last_share;
    last = real(now, 1);
    last_share = real(now, 2, 2);
  };
  // Threads that each add an amount and end one after the other, in an order that changes.
  std::array<std::atomic<bool>, 12> may_end{};
  for (unsigned round = 0; round < 20; ++round) {
    std::vector<std::thread> threads;
    std::atomic<unsigned> recorded{0};
    for (auto& each : may_end) each = false;
    for (unsigned i = 0; i < may_end.size(); ++i) {
      threads.emplace_back([&, i] {
        m.spent_joules_total.increment(0.1 * (i + 1));
        m.share_ratio.observe(0.1 * (i + 1));
        ++recorded;
        recorded.notify_one();
        may_end[i].wait(false);
      });
    }
    for (unsigned n = recorded; n < may_end.size(); n = recorded) recorded.wait(n);
    look();
    for (unsigned i = 0; i < may_end.size(); ++i) {
      const unsigned next = (i * 5 + round) % 12;  // 5 and 12 have no common divisor: all are met
      may_end[next] = true;
      may_end[next].notify_one();
      threads[next].join();
      look();
    }
  }
  EXPECT_EQ(falls, 0u);
  EXPECT_NEAR(last, 20 * 7.8, 1e-9);  // 0.1 + ... + 1.2 is 7.8
  EXPECT_NEAR(last_share, 20 * 7.8, 1e-9);
}

TEST(snapshot, of_an_instrument_that_took_the_place_of_another_starts_at_zero) {
  snapshot now;
  for (int i = 0; i < 50; ++i) {
    auto m = std::make_unique<every_metrics>();
    const std::array sources{source_of(m->plain_total, rows[0]),
                             source_of(m->spent_joules_total, rows[3])};
    now.take(sources);
    ASSERT_EQ(cell(now, 0), 0u);
    m->plain_total.increment(9);
    on_a_thread_that_ends([&] { m->plain_total.increment(1); });
    now.take(sources);
    ASSERT_EQ(cell(now, 0), 10u);
  }
}

}  // namespace
