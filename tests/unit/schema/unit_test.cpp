// SPDX-License-Identifier: Apache-2.0
//
// Units, durations and money.

#include <pantograph/schema/unit.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <ratio>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using pg::detail::nanoseconds_of;

static_assert(pg::unit_type<pg::bytes> && pg::unit_type<pg::ratio> && !pg::unit_type<int>);
static_assert(pg::seconds::suffix == "seconds" && pg::count::suffix.empty() && pg::tokens::suffix.empty());
static_assert(pg::seconds::per_unit == 1'000'000'000 && pg::usd::per_unit == 1'000'000'000'000);

static_assert(pg::detail::duration_type<std::chrono::milliseconds> && !pg::detail::duration_type<int>);
static_assert(pg::detail::duration_type<std::chrono::duration<double, std::ratio<60>>>);
static_assert(nanoseconds_of(5ms) == 5'000'000 && nanoseconds_of(2h) == 7'200'000'000'000);
static_assert(nanoseconds_of(-1us) == -1000 && nanoseconds_of(1ns) == 1 && nanoseconds_of(0s) == 0);
static_assert(nanoseconds_of(std::chrono::duration<double>(0.25)) == 250'000'000);
// Ticks that are no whole number of nanoseconds: 1/3 s and 1/60 s, towards zero.
static_assert(nanoseconds_of(std::chrono::duration<int, std::ratio<1, 3>>(1)) == 333'333'333);
static_assert(nanoseconds_of(std::chrono::duration<int, std::ratio<1, 60>>(-1)) == -16'666'666);
static_assert(nanoseconds_of(std::chrono::duration<std::int64_t, std::pico>(1999)) == 1);
static_assert(nanoseconds_of(std::chrono::years(200)) == 6'311'390'400'000'000'000, "200 * 31556952 s");

static_assert(pg::duration(5ms).count() == 5'000'000 && pg::duration{}.count() == 0);
static_assert(pg::duration(1s) == 1000ms && pg::duration(1s) < 1001ms && pg::duration(2s) >= 2s);
static_assert(pg::duration::of_nanoseconds(7).count() == 7);
static_assert(std::chrono::milliseconds(pg::duration(1999us)) == 1ms, "towards zero");
static_assert(std::chrono::nanoseconds(pg::duration(3s)) == 3s);

static_assert(pg::pico_usd{3} + pg::pico_usd{4} == pg::pico_usd{7} && pg::pico_usd{1} < pg::pico_usd{2});

TEST(unit, is_decided_by_the_compiler) { SUCCEED(); }

}  // namespace
