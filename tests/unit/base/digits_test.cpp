// SPDX-License-Identifier: Apache-2.0
//
// Numbers as text: every length, every edge, and a million values of all magnitudes against
// std::to_chars.

#include <pantograph/base/digits.hpp>

#include <gtest/gtest.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace {

namespace pd = pantograph::detail;

// Runs a writer on a buffer of exactly what it may touch, so that a sanitizer sees one byte more.
template <class Write>
std::string written(const Write& write) {
  const auto memory = std::make_unique<char[]>(pd::most_number_bytes);
  std::memset(memory.get(), '#', pd::most_number_bytes);
  const char* const end = write(memory.get());
  return {memory.get(), static_cast<std::size_t>(end - memory.get())};
}
std::string unsigned_text(std::uint64_t v) {
  return written([&](char* out) { return pd::write_unsigned(out, v); });
}
std::string signed_text(std::int64_t v) {
  return written([&](char* out) { return pd::write_signed(out, v); });
}
std::string real_text(double v) {
  return written([&](char* out) { return pd::write_real(out, v); });
}
template <unsigned Digits>
std::string decimal_text(pd::uint128 v) {
  return written([&](char* out) { return pd::write_decimal<Digits>(out, v); });
}

TEST(digits, an_unsigned_number_of_every_length) {
  EXPECT_EQ(unsigned_text(0), "0");
  EXPECT_EQ(unsigned_text(7), "7");
  EXPECT_EQ(unsigned_text(42), "42");
  EXPECT_EQ(unsigned_text(103), "103");
  EXPECT_EQ(unsigned_text(4096), "4096");
  EXPECT_EQ(unsigned_text(65535), "65535");
  EXPECT_EQ(unsigned_text(123456), "123456");
  EXPECT_EQ(unsigned_text(7654321), "7654321");
  EXPECT_EQ(unsigned_text(20000001), "20000001");
  EXPECT_EQ(unsigned_text(987654321), "987654321");
  EXPECT_EQ(unsigned_text(4294967296), "4294967296");
  EXPECT_EQ(unsigned_text(10203040506), "10203040506");
  EXPECT_EQ(unsigned_text(999999999999), "999999999999");
  EXPECT_EQ(unsigned_text(1000000000001), "1000000000001");
  EXPECT_EQ(unsigned_text(20000000000002), "20000000000002");
  EXPECT_EQ(unsigned_text(300000003000003), "300000003000003");
  EXPECT_EQ(unsigned_text(4000000000000004), "4000000000000004");
  EXPECT_EQ(unsigned_text(50000000000000005), "50000000000000005");
  EXPECT_EQ(unsigned_text(600000000000000006), "600000000000000006");
  EXPECT_EQ(unsigned_text(7000000000000000007), "7000000000000000007");
  EXPECT_EQ(unsigned_text(18000000000000000008u), "18000000000000000008");
}

TEST(digits, an_unsigned_number_at_the_seams_of_its_halves) {
  EXPECT_EQ(unsigned_text(9), "9");
  EXPECT_EQ(unsigned_text(10), "10");
  EXPECT_EQ(unsigned_text(9999), "9999");
  EXPECT_EQ(unsigned_text(10000), "10000");
  EXPECT_EQ(unsigned_text(99999999), "99999999");
  EXPECT_EQ(unsigned_text(100000000), "100000000");
  EXPECT_EQ(unsigned_text(100000001), "100000001");
  EXPECT_EQ(unsigned_text(9999999999999999), "9999999999999999");
  EXPECT_EQ(unsigned_text(10000000000000000), "10000000000000000");
  EXPECT_EQ(unsigned_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(digits, a_million_unsigned_numbers_of_all_magnitudes_agree_with_to_chars) {
  std::uint64_t random = 0x9E3779B97F4A7C15u;
  char ours[pd::most_number_bytes], theirs[32];
  for (int round = 0; round < 1'000'000; ++round) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;  // xorshift64
    const std::uint64_t value = (random * 0x2545F4914F6CDD1Du) >> (random & 63);
    const std::string_view a(ours, static_cast<std::size_t>(pd::write_unsigned(ours, value) - ours));
    const auto end = std::to_chars(theirs, theirs + sizeof theirs, value).ptr;
    ASSERT_EQ(a, std::string_view(theirs, static_cast<std::size_t>(end - theirs)));
  }
}

TEST(digits, a_number_written_first_may_overwrite_fifteen_bytes_before_it) {
  std::uint64_t random = 0x9E3779B97F4A7C15u;
  char theirs[32];
  for (int round = 0; round < 100'000; ++round) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    const std::uint64_t value = round == 0 ? 0 : (random * 0x2545F4914F6CDD1Du) >> (random & 63);
    char ours[1 + 15 + pd::most_number_bytes] = {'#'};
    char* const start = ours + 16;
    const std::string_view a(start, static_cast<std::size_t>(pd::write_unsigned_first(start, value) - start));
    const auto end = std::to_chars(theirs, theirs + sizeof theirs, value).ptr;
    ASSERT_EQ(a, std::string_view(theirs, static_cast<std::size_t>(end - theirs)));
    ASSERT_EQ(ours[0], '#');
  }
}

TEST(digits, a_signed_number) {
  EXPECT_EQ(signed_text(0), "0");
  EXPECT_EQ(signed_text(-1), "-1");
  EXPECT_EQ(signed_text(1234567), "1234567");
  EXPECT_EQ(signed_text(-100000000), "-100000000");
  EXPECT_EQ(signed_text(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(signed_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(digits, nanoseconds_as_seconds_lose_nothing_and_end_without_zeros) {
  EXPECT_EQ(decimal_text<9>(0), "0");
  EXPECT_EQ(decimal_text<9>(1), "0.000000001");
  EXPECT_EQ(decimal_text<9>(10), "0.00000001");
  EXPECT_EQ(decimal_text<9>(5'000'000), "0.005");
  EXPECT_EQ(decimal_text<9>(999'999'999), "0.999999999");
  EXPECT_EQ(decimal_text<9>(1'000'000'000), "1");
  EXPECT_EQ(decimal_text<9>(1'500'000'000), "1.5");
  EXPECT_EQ(decimal_text<9>(123'000'000'100), "123.0000001");
  EXPECT_EQ(decimal_text<9>(3'600'000'000'000), "3600");
  EXPECT_EQ(decimal_text<9>(std::numeric_limits<std::uint64_t>::max()), "18446744073.709551615");
}

TEST(digits, pico_dollars_as_dollars) {
  EXPECT_EQ(decimal_text<12>(1), "0.000000000001");
  EXPECT_EQ(decimal_text<12>(250'000'000'000), "0.25");
  EXPECT_EQ(decimal_text<12>(12'000'000'000'000), "12");
  // More than 64 bits of pico-dollars: 10^16 dollars and one pico-dollar.
  const auto much = static_cast<pd::uint128>(10'000'000'000'000'000u) * 1'000'000'000'000u + 1;
  EXPECT_EQ(decimal_text<12>(much), "10000000000000000.000000000001");
}

TEST(digits, decimals_of_no_and_of_sixteen_digits) {
  EXPECT_EQ(decimal_text<0>(507), "507");
  EXPECT_EQ(decimal_text<16>(1), "0.0000000000000001");
  EXPECT_EQ(decimal_text<16>(20'000'000'000'000'000), "2");
}

TEST(digits, a_real_number_is_the_shortest_that_reads_back) {
  EXPECT_EQ(real_text(0), "0");
  EXPECT_EQ(real_text(-0.0), "0");
  EXPECT_EQ(real_text(3), "3");
  EXPECT_EQ(real_text(0.1), "0.1");
  EXPECT_EQ(real_text(-1.5), "-1.5");
  EXPECT_EQ(real_text(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(real_text(1e22), "1e+22");
  EXPECT_EQ(real_text(-1e300), "-1e+300");
  EXPECT_EQ(real_text(5e-324), "5e-324");
  EXPECT_EQ(real_text(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(real_text(9007199254740991), "9007199254740991");
  EXPECT_EQ(real_text(9007199254740992), "9007199254740992");
}

TEST(digits, what_is_no_number_is_spelled_as_prometheus_does) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(real_text(nan), "NaN");
  EXPECT_EQ(real_text(-nan), "NaN");
  EXPECT_EQ(real_text(infinity), "+Inf");
  EXPECT_EQ(real_text(-infinity), "-Inf");
}

TEST(digits, a_real_number_of_any_bits_reads_back) {
  std::uint64_t random = 0xD1B54A32D192ED03u;
  for (int round = 0; round < 100'000; ++round) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    const auto value = std::bit_cast<double>(random);
    if (value != value || value - value != 0) continue;
    char text[pd::most_number_bytes];
    const char* const end = pd::write_real(text, value);
    double read = 0;
    ASSERT_EQ(std::from_chars(text, end, read).ptr, end);
    ASSERT_EQ(read, value);
  }
}

}  // namespace
