// SPDX-License-Identifier: Apache-2.0
//
// What is set, what goes up and down, and which state holds.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using namespace pg::literals;
using scraping::absent;
using scraping::scrape;

enum class room { hall, attic };
struct by_room {
  pg::label<room> in;
};
struct by_agent {
  pg::label<pg::text> agent;
};
enum class breaker { closed, half_open, open };
enum class light : std::int8_t { off, on };

struct app_metrics {
  static constexpr std::string_view prefix = "app";
  pg::gauge<pg::bytes> cache_bytes{"Any number."};
  pg::gauge<pg::seconds> age_seconds{"Durations or seconds."};
  pg::gauge<pg::usd> balance_usd{"Money or dollars."};
  pg::gauge<pg::celsius, by_room> temperature_celsius{"By room."};
  pg::gauge<by_agent, pg::at_most<2>> mood{"By text."};
  pg::up_down<> open_things{"Up and down."};
  pg::up_down<pg::shared> shared_things{"Up and down in one cell."};
  pg::up_down<by_room> guests{"By room."};
  pg::state_set<breaker> circuit_breaker{"Which holds."};
  pg::state_set<bool> ready{"Yes or no."};
  pg::state_set<light> lamp{"One byte, signed."};
};

template <class>
class of_app : public testing::Test {
 protected:
  of_app() { out.add(metrics); }
  std::string number(std::string_view series) { return scrape(out).number(series); }

  app_metrics metrics;
  pg::exposition out;
};
struct gauge : of_app<gauge> {};
struct up_down : of_app<up_down> {};
struct state_set : of_app<state_set> {};

constexpr auto no_such_room = static_cast<room>(2);
constexpr double infinity = std::numeric_limits<double>::infinity();

// ---- gauge ----

TEST_F(gauge, is_what_was_set_last) {
  EXPECT_EQ(number("app_cache_bytes"), "0");
  metrics.cache_bytes.set(4096);
  EXPECT_EQ(number("app_cache_bytes"), "4096");
  metrics.cache_bytes.set(-0.5);
  EXPECT_EQ(number("app_cache_bytes"), "-0.5");
  std::thread([&] { metrics.cache_bytes.set(std::uint64_t{1} << 40); }).join();
  EXPECT_EQ(number("app_cache_bytes"), "1099511627776");
  metrics.cache_bytes.set(0);
  EXPECT_EQ(number("app_cache_bytes"), "0");
}

TEST_F(gauge, may_be_what_is_no_number) {
  metrics.cache_bytes.set(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(number("app_cache_bytes"), "NaN");
  metrics.cache_bytes.set(infinity);
  EXPECT_EQ(number("app_cache_bytes"), "+Inf");
  metrics.cache_bytes.set(-infinity);
  EXPECT_EQ(number("app_cache_bytes"), "-Inf");
}

TEST_F(gauge, takes_amounts_of_its_unit) {
  metrics.age_seconds.set(1500ms);
  EXPECT_EQ(number("app_age_seconds"), "1.5");
  metrics.age_seconds.set(-2min);
  EXPECT_EQ(number("app_age_seconds"), "-120");
  metrics.age_seconds.set(0.25);
  EXPECT_EQ(number("app_age_seconds"), "0.25");
  metrics.balance_usd.set(12.5_usd);
  EXPECT_EQ(number("app_balance_usd"), "12.5");
  metrics.balance_usd.set(pg::pico_usd{-250'000'000'000});
  EXPECT_EQ(number("app_balance_usd"), "-0.25");
}

TEST_F(gauge, with_labels_sets_one_series_or_other) {
  metrics.temperature_celsius[{.in = room::attic}].set(31.5);
  EXPECT_EQ(number("app_temperature_celsius{in=\"other\"}"), absent);
  metrics.temperature_celsius[{.in = no_such_room}].set(-3);
  const scrape now(out);
  EXPECT_EQ(now.number("app_temperature_celsius{in=\"hall\"}"), "0");
  EXPECT_EQ(now.number("app_temperature_celsius{in=\"attic\"}"), "31.5");
  EXPECT_EQ(now.number("app_temperature_celsius{in=\"other\"}"), "-3");
}

TEST_F(gauge, of_text_is_bounded_and_other_is_what_was_set_last_beyond) {
  metrics.mood[{.agent = "a"}].set(1);
  metrics.mood[{.agent = "b"}].set(2);
  metrics.mood[{.agent = "c"}].set(3);
  metrics.mood[{.agent = "d"}].set(4);
  metrics.mood[{.agent = "a"}].set(5);
  const scrape now(out);
  EXPECT_EQ(now.number("app_mood{agent=\"a\"}"), "5");
  EXPECT_EQ(now.number("app_mood{agent=\"b\"}"), "2");
  EXPECT_EQ(now.number("app_mood{agent=\"other\"}"), "4");
  EXPECT_EQ(now.series("app_mood"), 3u);
}

// ---- up_down ----

TEST_F(up_down, may_go_below_zero_and_back) {
  metrics.open_things.decrement(3);
  EXPECT_EQ(number("app_open_things"), "-3");
  metrics.open_things.increment();
  EXPECT_EQ(number("app_open_things"), "-2");
  metrics.open_things.increment(-1);
  metrics.open_things.decrement(-10);
  EXPECT_EQ(number("app_open_things"), "7");
  metrics.shared_things.decrement();
  EXPECT_EQ(number("app_shared_things"), "-1");
}

TEST_F(up_down, with_labels_keeps_series_apart) {
  metrics.guests[{.in = room::hall}].increment(5);
  metrics.guests[{.in = room::attic}].decrement(2);
  metrics.guests[{.in = no_such_room}].increment();
  const scrape now(out);
  EXPECT_EQ(now.number("app_guests{in=\"hall\"}"), "5");
  EXPECT_EQ(now.number("app_guests{in=\"attic\"}"), "-2");
  EXPECT_EQ(now.number("app_guests{in=\"other\"}"), "1");
}

TEST_F(up_down, a_presence_counts_until_the_end_of_its_scope) {
  {
    const auto one = metrics.open_things.scoped();
    const auto two = metrics.open_things.scoped();
    const auto guest = metrics.guests[{.in = room::attic}].scoped();
    EXPECT_EQ(number("app_open_things"), "2");
    EXPECT_EQ(number("app_guests{in=\"attic\"}"), "1");
  }
  EXPECT_EQ(number("app_open_things"), "0");
  EXPECT_EQ(number("app_guests{in=\"attic\"}"), "0");
}

TEST_F(up_down, a_presence_counts_once_wherever_it_is_moved) {
  auto one = std::make_optional(metrics.open_things.scoped());
  auto two = std::make_optional(std::move(*one));
  EXPECT_EQ(number("app_open_things"), "1");
  one.reset();
  EXPECT_EQ(number("app_open_things"), "1");
  std::thread([here = std::move(*two)] {}).join();
  EXPECT_EQ(number("app_open_things"), "0");
  two.reset();
  EXPECT_EQ(number("app_open_things"), "0");
}

// ---- state_set ----

TEST_F(state_set, begins_with_its_first_state_and_holds_one_at_a_time) {
  const auto states = [&] {
    const scrape now(out);
    EXPECT_EQ(now.series("app_circuit_breaker"), 3u);
    return now.number("app_circuit_breaker{app_circuit_breaker=\"closed\"}") +
           now.number("app_circuit_breaker{app_circuit_breaker=\"half_open\"}") +
           now.number("app_circuit_breaker{app_circuit_breaker=\"open\"}");
  };
  EXPECT_EQ(states(), "100");
  metrics.circuit_breaker.set(breaker::open);
  EXPECT_EQ(states(), "001");
  std::thread([&] { metrics.circuit_breaker.set(breaker::half_open); }).join();
  EXPECT_EQ(states(), "010");
  metrics.circuit_breaker.set(breaker::closed);
  EXPECT_EQ(states(), "100");
}

TEST_F(state_set, holds_none_for_a_value_outside) {
  metrics.circuit_breaker.set(static_cast<breaker>(3));
  EXPECT_EQ(scrape(out).total("app_circuit_breaker"), 0u);
  metrics.circuit_breaker.set(static_cast<breaker>(-1));
  EXPECT_EQ(scrape(out).total("app_circuit_breaker"), 0u);
  EXPECT_EQ(scrape(out).series("app_circuit_breaker"), 3u);
  metrics.lamp.set(static_cast<light>(-128));
  EXPECT_EQ(scrape(out).total("app_lamp"), 0u);
  metrics.lamp.set(light::on);
  EXPECT_EQ(number("app_lamp{app_lamp=\"on\"}"), "1");
}

TEST_F(state_set, of_a_bool_is_false_or_true) {
  EXPECT_EQ(number("app_ready{app_ready=\"false\"}"), "1");
  metrics.ready.set(true);
  EXPECT_EQ(number("app_ready{app_ready=\"false\"}"), "0");
  EXPECT_EQ(number("app_ready{app_ready=\"true\"}"), "1");
}

TEST_F(state_set, is_a_stateset_in_openmetrics_and_a_gauge_before) {
  EXPECT_NE(scrape(out).text().find("# TYPE app_ready gauge\n"), std::string::npos);
  EXPECT_NE(scrape(out, pg::text_format::openmetrics_1_0).text().find("# TYPE app_ready stateset\n"),
            std::string::npos);
}

}  // namespace
