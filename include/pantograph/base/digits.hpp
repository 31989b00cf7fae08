// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers to decimal text, forward into a buffer, returning the end. Most of a scrape is spent here,
// so integers are written without branches on their length, which the processor cannot guess: all
// sixteen digits at once (with SSE2, which every x86-64 has), then those that lead are left out.
//
//     char* end = write_unsigned(out, 1234);          // "1234"
//
// Every function may write up to 48 bytes behind `out`, whatever the length of the number.

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <pantograph/base/int128.hpp>

namespace pantograph::detail {

inline constexpr std::size_t most_number_bytes = 48;

static_assert(std::endian::native == std::endian::little, "digits are laid out for little endian");

inline constexpr std::uint64_t most_sixteen_digits = 9'999'999'999'999'999u;

#if defined(__SSE2__)

// The sixteen decimal digits of a v <= most_sixteen_digits, as text.
class sixteen_digits {
 public:
  [[gnu::always_inline]] explicit sixteen_digits(std::uint64_t v) noexcept {
    const auto all = [](int n) { return _mm_set1_epi32(n); };
    const std::uint64_t high = v / 100'000'000, low = v - high * 100'000'000;
    const auto lane = [](std::uint64_t n) { return _mm_cvtsi64_si128(static_cast<long long>(n)); };
    // 8 digits in each of two lanes, then 4 in each of four, 2 in each of eight, 1 in each of sixteen.
    // What is divided is multiplied by the divisor's inverse instead.
    const __m128i eights = _mm_unpacklo_epi64(lane(high), lane(low));
    const __m128i top4 = _mm_srli_epi64(_mm_mul_epu32(eights, all(static_cast<int>(0xD1B71759u))), 45);  // / 10000
    const __m128i rest4 = _mm_sub_epi64(eights, _mm_mul_epu32(top4, all(10'000)));
    const __m128i fours = _mm_or_si128(top4, _mm_slli_epi64(rest4, 32));
    const __m128i top2 = _mm_srli_epi16(_mm_mulhi_epu16(fours, all(5'243)), 3);          // / 100
    const __m128i rest2 = _mm_sub_epi16(fours, _mm_mullo_epi16(top2, all(100)));
    const __m128i twos = _mm_or_si128(top2, _mm_slli_epi32(rest2, 16));
    const __m128i top1 = _mm_mulhi_epu16(twos, _mm_set1_epi16(6'554));                   // / 10
    const __m128i rest1 = _mm_sub_epi16(twos, _mm_mullo_epi16(top1, _mm_set1_epi16(10)));
    const __m128i ones = _mm_or_si128(top1, _mm_slli_epi16(rest1, 8));
    text_ = _mm_add_epi8(ones, _mm_set1_epi8('0'));
    const int zeros = _mm_movemask_epi8(_mm_cmpeq_epi8(ones, _mm_setzero_si128()));
    leading_zeros_ = static_cast<unsigned>(std::countr_zero(~static_cast<unsigned>(zeros) | 0x8000u));
  }
  // At most fifteen: the last digit always stands.
  [[nodiscard]] unsigned leading_zeros() const noexcept { return leading_zeros_; }
  [[gnu::always_inline]] void store(char* at) const noexcept {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), text_);
  }
  [[nodiscard]] std::uint64_t first_eight() const noexcept {
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(text_));
  }
  [[nodiscard]] std::uint64_t last_eight() const noexcept {
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(text_, text_)));
  }

 private:
  __m128i text_;
  unsigned leading_zeros_;
};

#else

class sixteen_digits {
 public:
  explicit sixteen_digits(std::uint64_t v) noexcept {
    const std::uint64_t high = v / 100'000'000, low = v - high * 100'000'000;
    const std::uint64_t a = eight(high), b = eight(low);
    leading_zeros_ = static_cast<unsigned>(
        a != 0 ? std::countr_zero(a) >> 3
               : 8 + (std::countr_zero(b | std::uint64_t{1} << 56) >> 3));
    first_ = a | 0x3030303030303030u;
    last_ = b | 0x3030303030303030u;
  }
  [[nodiscard]] unsigned leading_zeros() const noexcept { return leading_zeros_; }
  void store(char* at) const noexcept {
    std::memcpy(at, &first_, 8);
    std::memcpy(at + 8, &last_, 8);
  }
  [[nodiscard]] std::uint64_t first_eight() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t last_eight() const noexcept { return last_; }

 private:
  // Eight decimal digits of v < 10^8, one a byte, the first in the lowest byte; values 0 .. 9.
  static std::uint64_t eight(std::uint64_t v) noexcept {
    const std::uint64_t high = v / 10000, low = v - high * 10000;
    const std::uint64_t fours = high | low << 32;
    std::uint64_t top = fours * 10486 >> 20 & 0x0000007F0000007Fu;  // / 100
    const std::uint64_t twos = top | (fours - top * 100) << 16;
    top = twos * 103 >> 10 & 0x000F000F000F000Fu;  // / 10
    return top | (twos - top * 10) << 8;
  }

  std::uint64_t first_, last_;
  unsigned leading_zeros_;
};

#endif

[[gnu::noinline]] inline char* write_large(char* out, std::uint64_t v) noexcept {
  return std::to_chars(out, out + 20, v).ptr;
}

[[gnu::always_inline]] inline char* write_unsigned(char* out, std::uint64_t v) noexcept {
  if (v > most_sixteen_digits) [[unlikely]] return write_large(out, v);
  const sixteen_digits digits(v);
  const unsigned zeros = digits.leading_zeros();
  const uint128 text =
      (static_cast<uint128>(digits.last_eight()) << 64 | digits.first_eight()) >> (zeros * 8);
  std::memcpy(out, &text, 16);
  return out + (16 - zeros);
}

// The same, but overwrites up to fifteen bytes in front of `out`, which the caller writes afterwards:
// the zeros that lead go there, and nothing needs to be shifted.
[[gnu::always_inline]] inline char* write_unsigned_first(char* out, std::uint64_t v) noexcept {
  if (v > most_sixteen_digits) [[unlikely]] return write_large(out, v);
  const sixteen_digits digits(v);
  char* const at = out - digits.leading_zeros();
  digits.store(at);
  return at + 16;
}

inline char* write_signed(char* out, std::int64_t v) noexcept {
  const auto bits = static_cast<std::uint64_t>(v);
  if (v >= 0) return write_unsigned(out, bits);
  *out++ = '-';
  return write_unsigned(out, 0 - bits);
}

// `value` / 10^Digits as an exact decimal without trailing zeros: nanoseconds as seconds.
template <unsigned Digits, class Number>
inline char* write_decimal(char* out, Number value) noexcept {
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
  sixteen_digits(fraction).store(digits);
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

// An integer of the unit's parts as a decimal of the unit.
[[nodiscard]] inline char* write_scaled(char* out, std::uint64_t value,
                                        std::int64_t per_unit) noexcept {
  switch (per_unit) {
    case 1: return write_unsigned(out, value);
    case 1'000'000'000: return write_decimal<9>(out, value);
    case 1'000'000'000'000: return write_decimal<12>(out, value);
    default: return write_real(out, static_cast<double>(value) / static_cast<double>(per_unit));
  }
}

}  // namespace pantograph::detail
