// SPDX-License-Identifier: Apache-2.0
#pragma once

// A schema with every kind of instrument, one call that records on all of them, and what must be read
// after `n` such calls, worked out by hand. Whoever breaks a recording path hears of it here.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <pantograph/metrics.hpp>

#include "scrape.hpp"

namespace everything {

namespace pg = pantograph;
using namespace std::chrono_literals;
using namespace pg::literals;

enum class step { parse, run, print };
enum class mode { idle, busy, broken };

struct by_step {
  pg::label<step> at;
};
struct by_agent {
  pg::label<pg::text> agent;
  pg::label<step> at;
};
struct build {
  pg::label<pg::text> version;
};

struct all_metrics {
  static constexpr std::string_view prefix = "all";
  pg::counter<> events_total{"Integer, no labels."};
  pg::counter<by_step> steps_total{"Dense labels."};
  pg::counter<by_agent, pg::at_most<64>> agent_calls_total{"Text labels."};
  pg::counter<pg::shared> shared_events_total{"One cell for all threads."};
  pg::counter<by_step, pg::shared> shared_steps_total{"The same with labels."};
  pg::counter<pg::seconds> busy_seconds_total{"Nanoseconds."};
  pg::counter<pg::joules> energy_joules_total{"Doubles."};
  pg::counter<pg::joules, pg::shared> shared_energy_joules_total{"Doubles in one cell."};
  pg::histogram<pg::seconds, pg::buckets(1ms, 10ms, 100ms), by_step> work_duration_seconds{"Times."};
  pg::histogram<pg::tokens, pg::buckets(1, 4, 16)> request_tokens{"Integers."};
  pg::histogram<pg::ratio, pg::buckets(0.25, 0.5, 1.0)> hit_ratio{"Doubles."};
  pg::histogram<pg::tokens, pg::buckets(1, 4, 16), pg::shared> shared_tokens{"One for all threads."};
  pg::up_down<> open_things{"Up and down."};
  pg::up_down<by_step> open_steps{"Up and down, with labels."};
  pg::money_counter<> cost_usd_total{"Money."};
  pg::money_counter<by_agent, pg::at_most<64>> agent_cost_usd_total{"Money by text."};
  pg::gauge<pg::bytes> cache_size_bytes{"Set."};
  pg::gauge<by_step> queue_length{"Set, by step."};
  pg::state_set<mode> machine_mode{"Which holds."};
  pg::runtime_metrics<pg::at_most<16>> custom{"Named while running."};
};

// Steps of a call; a value outside the enumerators belongs to `other`.
inline constexpr auto no_such_step = static_cast<step>(99);

// One call; `agent` has at most 64 values together with the steps used here (one: run).
inline void record(all_metrics& on, std::string_view agent) {
  on.events_total.increment();
  on.steps_total[{.at = step::parse}].increment();
  on.steps_total[{.at = step::run}].increment(2);
  on.steps_total[{.at = no_such_step}].increment(3);
  on.agent_calls_total[{.agent = agent, .at = step::run}].increment();
  on.shared_events_total.increment(5);
  on.shared_steps_total[{.at = step::print}].increment();
  on.busy_seconds_total.increment(3ns);
  on.energy_joules_total.increment(0.5);
  on.shared_energy_joules_total.increment(0.25);
  const auto times = on.work_duration_seconds[{.at = step::run}];
  times.observe(1ms);            // a bound belongs to its own bucket
  times.observe(1ms + 1ns);      // one above it to the next
  times.observe(1s);             // +Inf
  on.request_tokens.observe(1);
  on.request_tokens.observe(16);
  on.request_tokens.observe(17);
  on.hit_ratio.observe(0.25);
  on.hit_ratio.observe(0.75);
  on.shared_tokens.observe(4);
  on.open_things.increment(3);
  on.open_things.decrement(2);
  on.open_steps[{.at = step::run}].increment();
  on.open_steps[{.at = step::run}].decrement();
  on.cost_usd_total.increment(pg::pico_usd{1'000'001});   // a micro-dollar and a pico-dollar
  on.agent_cost_usd_total[{.agent = agent, .at = step::run}].increment(0.25_usd);
  on.cache_size_bytes.set(4096);
  on.queue_length[{.at = step::print}].set(7);
  on.machine_mode.set(mode::busy);
  (void)on.custom.record("queue_depth", 3, {{"region", "eu"}});
}

// Everything that is known after `n` calls by one or many threads, whatever their agents; an empty
// text when all of it is there, else the differences.
[[nodiscard]] inline std::string differences(const scraping::scrape& found, std::uint64_t n) {
  std::string out;
  const auto expect = [&](std::string_view series, const std::string& wanted) {
    const std::string& number = found.number(series);
    if (number != wanted) {
      ((((out += series) += " is ") += number) += ", not ") += wanted;
      out += '\n';
    }
  };
  const auto times = [&](std::uint64_t each) { return std::to_string(each * n); };
  expect("all_events_total", times(1));
  expect("all_steps_total{at=\"parse\"}", times(1));
  expect("all_steps_total{at=\"run\"}", times(2));
  expect("all_steps_total{at=\"print\"}", "0");
  expect("all_steps_total{at=\"other\"}", n == 0 ? scraping::absent : times(3));
  expect("all_shared_events_total", times(5));
  expect("all_shared_steps_total{at=\"print\"}", times(1));
  expect("all_busy_seconds_total", scraping::decimal(3 * n, 9));
  expect("all_energy_joules_total", scraping::decimal(5 * n, 1));
  expect("all_shared_energy_joules_total", scraping::decimal(25 * n, 2));
  const auto bucket = [&](std::string_view le, std::uint64_t each) {
    expect("all_work_duration_seconds_bucket{at=\"run\",le=\"" + std::string(le) + "\"}", times(each));
  };
  bucket("0.001", 1);
  bucket("0.01", 2);
  bucket("0.1", 2);
  bucket("+Inf", 3);
  expect("all_work_duration_seconds_count{at=\"run\"}", times(3));
  // 1 ms + 1.000001 ms + 1 s = 1,002,000,001 ns
  expect("all_work_duration_seconds_sum{at=\"run\"}",
         scraping::decimal(pg::detail::uint128{1'002'000'001} * n, 9));
  expect("all_work_duration_seconds_count{at=\"print\"}", "0");
  expect("all_request_tokens_bucket{le=\"1.0\"}", times(1));
  expect("all_request_tokens_bucket{le=\"4.0\"}", times(1));
  expect("all_request_tokens_bucket{le=\"16.0\"}", times(2));
  expect("all_request_tokens_bucket{le=\"+Inf\"}", times(3));
  expect("all_request_tokens_count", times(3));
  expect("all_request_tokens_sum", times(34));
  expect("all_hit_ratio_bucket{le=\"0.25\"}", times(1));
  expect("all_hit_ratio_bucket{le=\"1.0\"}", times(2));
  expect("all_hit_ratio_count", times(2));
  expect("all_hit_ratio_sum", times(1));
  expect("all_shared_tokens_bucket{le=\"1.0\"}", "0");
  expect("all_shared_tokens_bucket{le=\"4.0\"}", times(1));
  expect("all_shared_tokens_count", times(1));
  expect("all_shared_tokens_sum", times(4));
  expect("all_open_things", times(1));
  expect("all_open_steps{at=\"run\"}", "0");
  expect("all_cost_usd_total", scraping::decimal(pg::detail::uint128{1'000'001} * n, 12));
  const std::uint64_t calls = found.total("all_agent_calls_total");
  if (calls != n) {
    out += "all_agent_calls_total adds up to " + std::to_string(calls) + ", not " + times(1) + '\n';
  }
  for (const auto& [series, digits] : found.numbers()) {  // a quarter of a dollar each call
    if (!series.starts_with("all_agent_cost_usd_total")) continue;
    const std::string of_calls = "all_agent_calls_total" + series.substr(series.find('{'));
    const std::uint64_t made = found.count(of_calls);
    if (digits != scraping::decimal(made * 25, 2)) {
      ((((out += series) += " is ") += digits) += " after ") += std::to_string(made) + " calls\n";
    }
  }
  if (n != 0) {
    expect("all_cache_size_bytes", "4096");
    expect("all_queue_length{at=\"print\"}", "7");
    expect("all_machine_mode{all_machine_mode=\"idle\"}", "0");
    expect("all_machine_mode{all_machine_mode=\"busy\"}", "1");
    expect("all_custom_queue_depth{region=\"eu\"}", "3");
  }
  for (const std::string_view reason : {"bad_name", "bad_tag", "too_long", "full"}) {
    expect("all_custom_refused_total{reason=\"" + std::string(reason) + "\"}", "0");
  }
  if (!found.twice().empty()) out += "twice: " + found.twice();
  return out;
}

}  // namespace everything
