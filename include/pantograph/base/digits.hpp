// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers to decimal text, forward into a buffer, returning the end. Most of a scrape is spent here,
// so integers are written without branches on their length, which the processor cannot guess.
//
// Every function may write up to 48 bytes behind `out`, whatever the length of the number.

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

#include <pantograph/base/int128.hpp>

namespace pantograph::detail {

inline constexpr std::size_t most_number_bytes = 48;

// Eight decimal digits of v < 10^8, one a byte, the first digit in the lowest byte; values 0 .. 9.
[[gnu::always_inline]] inline std::uint64_t eight_digits(std::uint64_t v) noexcept {
  const std::uint64_t high = v / 10000, low = v - high * 10000;
  std::uint64_t pairs = high | low << 32;                                   // 4 digits a half
  std::uint64_t top = pairs * 10486 >> 20 & 0x0000007F0000007Fu;            // / 100
  pairs = top | (pairs - top * 100) << 16;                                  // 2 digits a quarter
  top = pairs * 103 >> 10 & 0x000F000F000F000Fu;                            // / 10
  return top | (pairs - top * 10) << 8;
}

inline constexpr std::uint64_t ascii_zeros = 0x3030303030303030u;

// Exactly sixteen digits of v < 10^16, leading zeros included.
inline char* write_sixteen(char* out, std::uint64_t v) noexcept {
  const std::uint64_t high = v / 100'000'000, low = v - high * 100'000'000;
  const std::uint64_t a = eight_digits(high) | ascii_zeros, b = eight_digits(low) | ascii_zeros;
  std::memcpy(out, &a, 8);
  std::memcpy(out + 8, &b, 8);
  return out + 16;
}

[[gnu::noinline]] inline char* write_large(char* out, std::uint64_t v) noexcept {
  return std::to_chars(out, out + 20, v).ptr;
}

[[gnu::always_inline]] inline char* write_unsigned(char* out, std::uint64_t v) noexcept {
  static_assert(std::endian::native == std::endian::little, "digits are laid out for little endian");
  if (v >= 10'000'000'000'000'000u) [[unlikely]] return write_large(out, v);
  const std::uint64_t high = v / 100'000'000, low = v - high * 100'000'000;
  const std::uint64_t a = eight_digits(high), b = eight_digits(low);
  // Leading zeros of the sixteen digits, at most fifteen: the last digit always stands.
  const auto zeros_a = static_cast<unsigned>(std::countr_zero(a | std::uint64_t{1} << 63)) >> 3;
  const auto zeros_b = static_cast<unsigned>(std::countr_zero(b | std::uint64_t{1} << 56)) >> 3;
  std::uint64_t no_high = 0 - static_cast<std::uint64_t>(a == 0);
  asm("" : "+r"(no_high));  // keeps the compiler from turning the mask into a branch
  const auto zeros = static_cast<unsigned>((zeros_a & ~no_high) | ((8 + zeros_b) & no_high));
  const uint128 digits =
      (static_cast<uint128>(b | ascii_zeros) << 64 | (a | ascii_zeros)) >> (zeros * 8);
  std::memcpy(out, &digits, 16);
  return out + (16 - zeros);
}

inline char* write_signed(char* out, std::int64_t v) noexcept {
  const auto bits = static_cast<std::uint64_t>(v);
  if (v >= 0) return write_unsigned(out, bits);
  *out++ = '-';
  return write_unsigned(out, 0 - bits);
}

// `value` / 10^Digits as an exact decimal without trailing zeros: nanoseconds as seconds.
template <unsigned Digits>
inline char* write_decimal(char* out, uint128 value) noexcept {
  static_assert(Digits <= 16);
  constexpr std::uint64_t scale = [] {
    std::uint64_t s = 1;
    for (unsigned i = 0; i < Digits; ++i) s *= 10;
    return s;
  }();
  const auto whole = static_cast<std::uint64_t>(value / scale);  // < 2^64 for every form in use
  const auto fraction = static_cast<std::uint64_t>(value % scale);
  out = write_unsigned(out, whole);
  if (fraction == 0) return out;
  char digits[16];
  write_sixteen(digits, fraction);
  *out++ = '.';
  std::memcpy(out, digits + 16 - Digits, Digits);
  out += Digits;
  while (out[-1] == '0') --out;
  return out;
}

// Shortest decimal that reads back as the same double; NaN, +Inf, -Inf as both text formats spell
// them. Whole numbers up to 2^53 take the integers' way.
inline char* write_real(char* out, double v) noexcept {
  if (v >= 0 && v < 9007199254740992.0) {
    const auto whole = static_cast<std::uint64_t>(v);
    if (static_cast<double>(whole) == v) return write_unsigned(out, whole);
  }
  if (v != v) return static_cast<char*>(std::memcpy(out, "NaN", 3)) + 3;
  if (v - v != 0) return static_cast<char*>(std::memcpy(out, v > 0 ? "+Inf" : "-Inf", 4)) + 4;
  return std::to_chars(out, out + 32, v).ptr;
}

}  // namespace pantograph::detail
