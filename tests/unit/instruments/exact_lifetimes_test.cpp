// SPDX-License-Identifier: Apache-2.0
//
// Instruments that begin and end while threads live: their cells are used again, begin at zero, and
// never show a number of the one that had them before.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "everything.hpp"
#include "scrape.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using everything::all_metrics;
using everything::step;
using scraping::scrape;

struct small_metrics {
  static constexpr std::string_view prefix = "small";
  pg::counter<> events_total{"One cell."};
  pg::counter<pg::joules> energy_joules_total{"One cell, of another kind."};
};
struct middle_metrics {
  static constexpr std::string_view prefix = "middle";
  pg::histogram<pg::ratio, pg::buckets(0.25, 0.5, 1.0), everything::by_step> hit_ratio{"20 cells."};
  pg::counter<everything::by_agent, pg::at_most<50>> calls_total{"51 cells."};
};
struct large_metrics {
  static constexpr std::string_view prefix = "large";
  pg::histogram<pg::seconds, pg::log_buckets(1ms, 10s, 30), everything::by_agent, pg::at_most<40>>
      work_duration_seconds{"1312 cells."};
  pg::gauge<everything::by_step> queue_length{"4 cells."};
};

void record(small_metrics& on) {
  on.events_total.increment(7);
  on.energy_joules_total.increment(1.5);
}
void record(middle_metrics& on) {
  on.hit_ratio[{.at = step::run}].observe(0.5);
  on.hit_ratio[{.at = everything::no_such_step}].observe(2.0);
  on.calls_total[{.agent = "a", .at = step::run}].increment(11);
}
void record(large_metrics& on) {
  on.work_duration_seconds[{.agent = "b", .at = step::parse}].observe(2s);
  on.queue_length[{.at = step::run}].set(13);
}

// Threads that live all the time and record whatever they are given, one object at a time.
class standing_threads {
 public:
  explicit standing_threads(unsigned count) {
    for (unsigned i = 0; i < count; ++i) all_.emplace_back([this] { work(); });
  }
  ~standing_threads() {
    stop_ = true;
    round_.fetch_add(1);
    round_.notify_all();
    for (std::thread& each : all_) each.join();
  }
  // Every thread calls record(on) `times` times; back when all have.
  template <class Metrics>
  void record_on(Metrics& on, unsigned times) {
    call_ = [](void* at, unsigned n) {
      for (unsigned i = 0; i < n; ++i) record(*static_cast<Metrics*>(at));
    };
    on_ = &on;
    times_ = times;
    left_ = static_cast<unsigned>(all_.size());
    round_.fetch_add(1);
    round_.notify_all();
    for (unsigned left = left_; left != 0; left = left_) left_.wait(left);
  }
  [[nodiscard]] unsigned size() const { return static_cast<unsigned>(all_.size()); }

 private:
  void work() {
    unsigned seen = 0;
    while (true) {
      round_.wait(seen);
      ++seen;
      if (stop_) return;
      call_(on_, times_);
      if (left_.fetch_sub(1) == 1) left_.notify_all();
    }
  }
  void (*call_)(void*, unsigned) = nullptr;
  void* on_ = nullptr;
  unsigned times_ = 0;
  std::atomic<unsigned> round_{0}, left_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> all_;
};

// Every number of a scrape is zero, gauges included.
std::string not_zero(const scrape& found) {
  std::string out;
  for (const auto& [series, digits] : found.numbers()) {
    if (digits != "0") ((((out += series) += " is ") += digits) += '\n');
  }
  return out;
}

TEST(exact_lifetimes, a_new_instrument_begins_at_zero_where_others_were_and_ends_with_its_own_sums) {
  standing_threads threads(3);
  std::mt19937 random(20251121);  // a fixed seed: sizes mix, every run the same
  unsigned made = 0;
  std::unique_ptr<small_metrics> small;
  std::unique_ptr<middle_metrics> middle;
  std::unique_ptr<large_metrics> large;
  while (made < 3000 && !HasFailure()) {
    switch (random() % 3) {
      case 0: {
        small = std::make_unique<small_metrics>();
        pg::exposition out;
        ASSERT_TRUE(out.add(*small));
        EXPECT_EQ(not_zero(scrape(out)), "");
        threads.record_on(*small, 2);
        record(*small);
        const scrape now(out);
        EXPECT_EQ(now.number("small_events_total"), "49");          // 7 x (3 x 2 + 1)
        EXPECT_EQ(now.number("small_energy_joules_total"), "10.5");  // 1.5 x 7
        break;
      }
      case 1: {
        middle = std::make_unique<middle_metrics>();
        pg::exposition out;
        ASSERT_TRUE(out.add(*middle));
        EXPECT_EQ(not_zero(scrape(out)), "");
        threads.record_on(*middle, 1);
        const scrape now(out);
        EXPECT_EQ(now.number("middle_calls_total{agent=\"a\",at=\"run\"}"), "33");
        EXPECT_EQ(now.series("middle_calls_total"), 1u);
        EXPECT_EQ(now.number("middle_hit_ratio_sum{at=\"run\"}"), "1.5");
        EXPECT_EQ(now.number("middle_hit_ratio_sum{at=\"other\"}"), "6");
        EXPECT_EQ(now.number("middle_hit_ratio_count{at=\"parse\"}"), "0");
        break;
      }
      default: {
        large = std::make_unique<large_metrics>();
        pg::exposition out;
        ASSERT_TRUE(out.add(*large));
        EXPECT_EQ(not_zero(scrape(out)), "");
        threads.record_on(*large, 1);
        const scrape now(out);
        EXPECT_EQ(now.number("large_work_duration_seconds_sum{agent=\"b\",at=\"parse\"}"), "6");
        EXPECT_EQ(now.number("large_work_duration_seconds_count{agent=\"b\",at=\"parse\"}"), "3");
        EXPECT_EQ(now.number("large_queue_length{at=\"run\"}"), "13");
        EXPECT_EQ(now.number("large_queue_length{at=\"print\"}"), "0");
        break;
      }
    }
    ++made;
  }
}

// 6000 objects of about 1390 cells each are eight times what the arena holds: without using cells
// again they would not fit, and with holes left unused between live ones neither.
TEST(exact_lifetimes, cells_are_used_again_however_ends_and_beginnings_interleave) {
  std::mt19937 random(20251122);
  struct slot {
    std::unique_ptr<small_metrics> small;
    std::unique_ptr<middle_metrics> middle;
    std::unique_ptr<large_metrics> large;
  };
  std::vector<slot> slots(16);
  for (unsigned i = 0; i < 6000; ++i) {
    slot& here = slots[random() % slots.size()];
    switch (random() % 3) {
      case 0:
        here.small = std::make_unique<small_metrics>();
        record(*here.small);
        break;
      case 1:
        here.middle = std::make_unique<middle_metrics>();
        record(*here.middle);
        break;
      default:
        here.large = std::make_unique<large_metrics>();
        record(*here.large);
    }
  }
  // At most 16 of each lived at a time: 16 x (2 + 20 + 51 + 1312 + 4) cells and the holes between.
  EXPECT_LT(pg::detail::process_arena.next, 4u * 16 * 1389);
  EXPECT_EQ(pg::detail::process_arena.overflow, nullptr);
  for (const slot& each : slots) {
    pg::exposition out;
    if (each.small) {
      ASSERT_TRUE(out.add(*each.small));
    }
    if (each.middle) {
      ASSERT_TRUE(out.add(*each.middle));
    }
    if (each.large) {
      ASSERT_TRUE(out.add(*each.large));
    }
    const scrape now(out);
    if (each.small) {
      EXPECT_EQ(now.number("small_events_total"), "7");
    }
    if (each.middle) {
      EXPECT_EQ(now.number("middle_hit_ratio_sum{at=\"run\"}"), "0.5");
    }
    if (each.large) {
      EXPECT_EQ(now.number("large_queue_length{at=\"run\"}"), "13");
    }
  }
}

// Neighbours that are given back in any order become one range again.
TEST(exact_lifetimes, what_was_given_back_in_pieces_can_be_taken_as_a_whole) {
  struct piece_metrics {
    pg::counter<everything::by_agent, pg::at_most<99>> calls_total{"100 cells, `other` included."};
  };
  struct whole_metrics {
    pg::counter<everything::by_agent, pg::at_most<299>> calls_total{"300 cells."};
  };
  for (const std::vector<unsigned>& order : {std::vector<unsigned>{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                             {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
    std::vector<std::unique_ptr<piece_metrics>> pieces;
    for (unsigned i = 0; i < 3; ++i) {
      pieces.push_back(std::make_unique<piece_metrics>());
      pieces.back()->calls_total[{.agent = "a", .at = step::run}].increment();
    }
    small_metrics behind;  // so that the pieces are a hole, not the end
    record(behind);
    const unsigned before = pg::detail::process_arena.next;
    for (const unsigned i : order) pieces[i].reset();
    whole_metrics whole;
    whole.calls_total[{.agent = "a", .at = step::run}].increment();
    EXPECT_EQ(pg::detail::process_arena.next, before) << "given back last: number " << order[2];
  }
}

TEST(exact_lifetimes, instruments_come_and_go_while_other_threads_record_and_scrape) {
  all_metrics lasting;
  pg::exposition out;
  ASSERT_TRUE(out.add(lasting));
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> calls{0};
  std::vector<std::thread> recorders;
  for (unsigned t = 0; t < 2; ++t) {
    recorders.emplace_back([&] {
      std::uint64_t mine = 0;
      for (; !stop.load(std::memory_order_relaxed) || mine < 10; ++mine) {
        everything::record(lasting, "steady");
      }
      calls.fetch_add(mine);
    });
  }
  std::vector<std::thread> makers;
  std::atomic<unsigned> wrong{0}, makers_left{2};
  for (unsigned t = 0; t < 2; ++t) {
    makers.emplace_back([&, t] {
      for (unsigned i = 0; i < 150; ++i) {
        if (t == 0) {
          all_metrics mine;
          for (unsigned k = 0; k < 5; ++k) everything::record(mine, "passing");
          std::thread([&] { everything::record(mine, "passing"); }).join();
          pg::exposition own;
          if (!own.add(mine) || !everything::differences(scrape(own), 6).empty()) ++wrong;
        } else {
          large_metrics mine;
          record(mine);
          ASSERT_TRUE(out.add(mine));
          if (scrape(out).number("large_queue_length{at=\"run\"}") != "13") ++wrong;
          out.remove(mine);
          if (scrape(out).has("large_queue_length{at=\"run\"}")) ++wrong;
        }
      }
      --makers_left;
    });
  }
  while (makers_left != 0) {
    if (!scrape(out).has("all_events_total")) ++wrong;
  }
  for (std::thread& each : makers) each.join();
  stop = true;
  for (std::thread& each : recorders) each.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(everything::differences(scrape(out), calls), "");
}

}  // namespace
