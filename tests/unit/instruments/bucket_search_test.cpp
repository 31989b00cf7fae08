// SPDX-License-Identifier: Apache-2.0
//
// The bucket of a value, against a plain search written here: at each bound, one step to either side,
// at the ends of the range and at what is no number, for many sets of bounds.

#include <pantograph/instruments/bucket_search.hpp>
#include <pantograph/schema/buckets.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using pg::detail::bounds_of;
using pg::detail::integer_buckets;
using pg::detail::real_buckets;

// The first bound that is not below the value (`le`); past the last, +Inf.
template <class Bounds, class T>
std::size_t plain_search(const Bounds& bounds, T value) {
  std::size_t at = 0;
  while (at < bounds.size() && !(value <= bounds[at])) ++at;
  return at;
}

template <auto Bounds>
void check_integers() {
  using search = integer_buckets<Bounds>;
  std::vector<std::int64_t> values{0, 1, 2, 3, std::numeric_limits<std::int64_t>::max(),
                                   std::numeric_limits<std::int64_t>::max() - 1};
  for (const std::int64_t bound : Bounds) {
    for (std::int64_t step = -2; step <= 2; ++step) {
      if (step > std::numeric_limits<std::int64_t>::max() - bound) continue;
      if (bound + step >= 0) values.push_back(bound + step);
    }
    values.insert(values.end(), {bound / 2, bound / 3 * 2});
  }
  for (unsigned bit = 0; bit < 63; ++bit) {
    const std::int64_t power = std::int64_t{1} << bit;
    values.insert(values.end(), {power, power - 1, power - 1 + power / 2});
  }
  std::uint64_t random = 88172645463325252u;
  for (int i = 0; i < 5000; ++i) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;  // xorshift64
    values.push_back(static_cast<std::int64_t>(random >> 1 >> (random & 63) % 63));
  }
  for (const std::int64_t value : values) {
    ASSERT_EQ(search::index(value), plain_search(Bounds, value)) << value;
  }
}

template <auto Bounds>
void check_reals() {
  using search = real_buckets<Bounds>;
  using limits = std::numeric_limits<double>;
  std::vector<double> values{0.0, -0.0, -1.0, -1e300, 1.0, limits::max(), limits::min(),
                             limits::denorm_min(), -limits::denorm_min(), limits::infinity(),
                             -limits::infinity(), limits::quiet_NaN(), -limits::quiet_NaN()};
  for (const double bound : Bounds) {
    values.insert(values.end(), {bound, std::nextafter(bound, limits::infinity()),
                                 std::nextafter(bound, -limits::infinity()), bound / 2, bound * 1.3});
  }
  std::uint64_t random = 88172645463325252u;
  for (int i = 0; i < 5000; ++i) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    values.push_back(std::ldexp(static_cast<double>(random >> 11), static_cast<int>(random % 90) - 90));
  }
  for (const double value : values) {
    const std::size_t expected = std::isnan(value) ? Bounds.size() : plain_search(Bounds, value);
    ASSERT_EQ(search::index(value), expected) << value;
  }
}

template <auto Spec>
inline constexpr auto seconds_bounds = bounds_of<pg::seconds, std::int64_t, Spec>;
template <auto Spec>
inline constexpr auto counts = bounds_of<pg::count, std::int64_t, Spec>;
template <auto Spec>
inline constexpr auto ratios = bounds_of<pg::ratio, double, Spec>;

// ---- integers ----

TEST(bucket_search, durations_on_a_logarithmic_scale) {
  check_integers<seconds_bounds<pg::log_buckets(5ms, 10s, 12)>>();
  check_integers<seconds_bounds<pg::log_buckets(1us, 100s, 40)>>();
  check_integers<seconds_bounds<pg::log_buckets(100ns, 1h, 20)>>();
}
TEST(bucket_search, durations_as_prometheus_libraries_have_them_by_default) {
  check_integers<seconds_bounds<pg::buckets(5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2500ms, 5s, 10s)>>();
}
TEST(bucket_search, one_bound) {
  check_integers<counts<pg::buckets(0)>>();
  check_integers<counts<pg::buckets(1)>>();
  check_integers<counts<pg::buckets(1'000'000'007)>>();
  check_integers<counts<pg::buckets(9.1e18)>>();
}
TEST(bucket_search, small_numbers_in_a_row) {
  check_integers<counts<pg::linear_buckets(0, 20, 21)>>();
  check_integers<counts<pg::linear_buckets(1, 250, 250)>>();
}
TEST(bucket_search, powers_of_two_and_their_neighbours) {
  check_integers<counts<pg::log_buckets(1, 65536, 17)>>();
  check_integers<std::array<std::int64_t, 6>{7, 8, 9, 15, 16, 17}>();
  check_integers<std::array<std::int64_t, 4>{1023, 1024, 1025, 1 << 20}>();
}
TEST(bucket_search, bounds_too_close_for_a_table) {
  check_integers<std::array<std::int64_t, 3>{1'000'000'000, 1'000'000'001, 1'000'000'002}>();
  check_integers<counts<pg::linear_buckets(100'000, 100'249, 250)>>();
}
TEST(bucket_search, bounds_from_the_smallest_to_the_largest) {
  check_integers<std::array<std::int64_t, 5>{0, 1, 1'000'000, 1'000'000'000'000,
                                             std::numeric_limits<std::int64_t>::max() - 1}>();
}

// Above 2^53 a double is not the integer itself, and may have the exponent of the next power of two.
TEST(bucket_search, integers_that_no_double_holds) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t two_53 = 9'007'199'254'740'992, two_60 = std::int64_t{1} << 60;
  check_integers<std::array<std::int64_t, 1>{two_53 + 1}>();
  check_integers<std::array<std::int64_t, 1>{2 * two_53 + 1}>();
  check_integers<std::array<std::int64_t, 2>{two_53, two_53 + 1}>();
  check_integers<std::array<std::int64_t, 3>{two_60 - 1, 2 * two_60 - 257, 9 * (two_60 / 2)}>();
  check_integers<std::array<std::int64_t, 1>{most}>();
  check_integers<std::array<std::int64_t, 2>{most - 1, most}>();
}

// Both ways to search are looked at above.
static_assert(integer_buckets<std::array<std::int64_t, 1>{std::numeric_limits<std::int64_t>::max()}>::bits !=
              pg::detail::no_table);
static_assert(integer_buckets<seconds_bounds<pg::log_buckets(5ms, 10s, 12)>>::bits != pg::detail::no_table);
static_assert(integer_buckets<counts<pg::linear_buckets(100'000, 100'249, 250)>>::bits ==
              pg::detail::no_table);
static_assert(real_buckets<ratios<pg::linear_buckets(0.1, 1.0, 10)>>::bits != pg::detail::no_table);
static_assert(real_buckets<std::array<double, 3>{1e-300, 1.0, 1e300}>::bits == pg::detail::no_table);

// ---- doubles ----

TEST(bucket_search, ratios) {
  check_reals<ratios<pg::linear_buckets(0.1, 1.0, 10)>>();
  check_reals<ratios<pg::buckets(0.0, 0.5, 0.9, 0.99, 0.999)>>();
  check_reals<ratios<pg::buckets(0.5)>>();
}
TEST(bucket_search, doubles_on_a_logarithmic_scale) {
  check_reals<ratios<pg::log_buckets(1e-9, 1e9, 37)>>();
  check_reals<ratios<pg::log_buckets(0.001, 60.0, 12)>>();
}
TEST(bucket_search, doubles_that_reach_further_than_a_table_may) {
  check_reals<std::array<double, 3>{1e-300, 1.0, 1e300}>();
  check_reals<std::array<double, 2>{0.0, 1e-320}>();
}
TEST(bucket_search, doubles_too_close_for_a_table) {
  check_reals<std::array<double, 3>{1.0, 1.0000000000000002, 1.0000000000000004}>();
  check_reals<ratios<pg::linear_buckets(100.0, 101.0, 101)>>();
}

}  // namespace
