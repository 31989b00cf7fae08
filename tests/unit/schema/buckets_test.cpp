// SPDX-License-Identifier: Apache-2.0
//
// Bucket bounds as they are kept, against bounds worked out by hand.

#include <pantograph/schema/buckets.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;

template <class Unit, class Number, auto Spec, std::size_t N>
constexpr bool keeps(const std::array<Number, N>& expected) {
  return pg::detail::bounds_of<Unit, Number, Spec> == expected;
}
constexpr auto integers(auto... each) {
  return std::array<std::int64_t, sizeof...(each)>{each...};
}
constexpr auto reals(auto... each) {
  return std::array<double, sizeof...(each)>{each...};
}

constexpr std::int64_t us = 1'000, ms = 1'000'000, s = 1'000'000'000;

// 5 ms times 2000^(i/11): 5, 9.978, 19.914, 39.742, 79.313, 158.28, 315.89, 630.41, 1258.1, 2510.8,
// 5010.8, 10000, at two digits.
static_assert(keeps<pg::seconds, std::int64_t, pg::log_buckets(5ms, 10s, 12)>(
    integers(5 * ms, 10 * ms, 20 * ms, 40 * ms, 79 * ms, 160 * ms, 320 * ms, 630 * ms, 1300 * ms,
             2500 * ms, 5 * s, 10 * s)));
// The ends stay as they are written, however many digits they have.
static_assert(keeps<pg::seconds, std::int64_t, pg::log_buckets(1024us, 16384us, 3)>(
    integers(1024 * us, 4100 * us, 16384 * us)));
static_assert(keeps<pg::count, std::int64_t, pg::log_buckets(1, 64, 7)>(integers(1, 2, 4, 8, 16, 32, 64)));
// 4.64, 21.5, 100, 464, 2154, 10000, 46416, 215443
static_assert(keeps<pg::bytes, std::int64_t, pg::log_buckets(1, 1'000'000, 10)>(
    integers(1, 5, 22, 100, 460, 2200, 10'000, 46'000, 220'000, 1'000'000)));
static_assert(keeps<pg::ratio, double, pg::log_buckets(0.001, 0.9, 5)>(reals(0.001, 0.0055, 0.03, 0.16, 0.9)));
static_assert(keeps<pg::seconds, std::int64_t, pg::log_buckets(1ms, 2ms, 2)>(integers(1 * ms, 2 * ms)));

static_assert(keeps<pg::count, std::int64_t, pg::linear_buckets(0, 100, 11)>(
    integers(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)));
static_assert(keeps<pg::count, std::int64_t, pg::linear_buckets(1, 2, 2)>(integers(1, 2)));
static_assert(keeps<pg::seconds, std::int64_t, pg::linear_buckets(0s, 1s, 5)>(
    integers(0, 250 * ms, 500 * ms, 750 * ms, 1 * s)));
static_assert(keeps<pg::ratio, double, pg::linear_buckets(0.0, 1.0, 5)>(reals(0.0, 0.25, 0.5, 0.75, 1.0)));

static_assert(keeps<pg::seconds, std::int64_t, pg::buckets(10ms, 20ms, 50ms)>(integers(10 * ms, 20 * ms, 50 * ms)));
static_assert(keeps<pg::seconds, std::int64_t, pg::buckets(250us, 1min)>(integers(250 * us, 60 * s)));
static_assert(keeps<pg::tokens, std::int64_t, pg::buckets(1, 4, 16)>(integers(1, 4, 16)));
static_assert(keeps<pg::tokens, std::int64_t, pg::buckets(0)>(integers(0)));
static_assert(keeps<pg::ratio, double, pg::buckets(0.1, 0.5, 0.9)>(reals(0.1, 0.5, 0.9)));

// Bare numbers are in the unit, and the nearest integer is kept: 0.1 has no exact double.
static_assert(keeps<pg::seconds, std::int64_t, pg::buckets(0.1, 0.3, 2)>(integers(100 * ms, 300 * ms, 2 * s)));
static_assert(keeps<pg::usd, std::int64_t, pg::buckets(0.01, 1)>(integers(10'000'000'000, 1'000'000'000'000)));
// Durations for a histogram that keeps doubles are in seconds there.
static_assert(keeps<pg::seconds, double, pg::buckets(5ms, 1s)>(reals(0.005, 1.0)));

// ---- the steps on the way ----

static_assert(pg::detail::two_digits(0.0123) == 0.012 && pg::detail::two_digits(0.0125) == 0.013);
static_assert(pg::detail::two_digits(99.6) == 100 && pg::detail::two_digits(99.4) == 99);
static_assert(pg::detail::two_digits(1234567) == 1200000 && pg::detail::two_digits(7) == 7);
static_assert(pg::detail::two_digits(10) == 10 && pg::detail::two_digits(100) == 100);
static_assert(pg::detail::two_digits(0.1 + 0.2) == 0.3, "the double that prints as the decimal");

constexpr bool is_root(double x, std::size_t n, double root) {
  const double error = pg::detail::nth_root(x, n) / root - 1;
  return error < 1e-12 && error > -1e-12;
}
static_assert(is_root(2, 1, 2) && is_root(81, 4, 3) && is_root(1024, 10, 2));
static_assert(is_root(1e18, 2, 1e9) && is_root(2, 2, 1.4142135623730951) && is_root(1, 7, 1));

// ---- what is refused is seen (the sentences are tested in tests/rejects) ----

static_assert(!pg::detail::strictly_increasing(integers(1, 1)) && !pg::detail::strictly_increasing(integers(2, 1)));
static_assert(pg::detail::strictly_increasing(integers(1)) && pg::detail::strictly_increasing(integers(1, 2, 3)));
static_assert(!pg::detail::is_finite(std::numeric_limits<double>::infinity()));
static_assert(!pg::detail::is_finite(std::numeric_limits<double>::quiet_NaN()));
static_assert(pg::detail::is_finite(-1e308));

TEST(buckets, are_decided_by_the_compiler) { SUCCEED(); }

}  // namespace
