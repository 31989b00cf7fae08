// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which bucket a value falls into, without a branch that the processor must guess: exponent and top
// mantissa bits of a double are the key into a small constexpr table that gives the bucket up to one
// bound, and one compare settles that bound. Exact `le`: a value equal to a bound is in its bucket.
//
//     integer_buckets<bounds>::index(7'000'000)       // bounds: a std::array of std::int64_t
//     real_buckets<bounds>::index(0.25)               // of double
//
// Exact also where an integer is rounded to a double: the key only grows with the value, so bounds
// with a lower key are lower, and the one that may have the same key is compared as it is.
// As few mantissa bits are used (2 .. 6) as give every bound a key of its own. Bounds too close for
// that, or too far apart for a table, are counted through without branches.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace pantograph::detail {

inline constexpr unsigned most_mantissa_bits = 6;
inline constexpr unsigned no_table = 99;
inline constexpr std::int64_t most_keys = 4096;

// g++ 12 would give each constant that a value can become a path of its own, and so a branch.
[[gnu::always_inline]] constexpr void keep_in_register([[maybe_unused]] double& value) noexcept {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) asm("" : "+x"(value));
#endif
}

[[nodiscard]] [[gnu::always_inline]] constexpr std::int64_t exponent_and_top(double v,
                                                                             unsigned bits) noexcept {
  return static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(v) >> (52 - bits));
}

// Of integers >= 0: all have a key, from 0 on, so no range is checked. (Converting to a double beats
// looking for the highest bit, which is microcode on AMD processors before Zen 5.)
struct integer_keys {
  using number = std::int64_t;
  [[nodiscard]] [[gnu::always_inline]] static constexpr std::int64_t of(number v,
                                                                        unsigned bits) noexcept {
    return exponent_and_top(static_cast<double>(v) + 1.0, bits) - (std::int64_t{1023} << bits);
  }
  [[nodiscard]] static constexpr number smallest(std::int64_t, unsigned) noexcept {
    return 0;  // not needed: no key is out of range
  }
  template <class Bounds>
  [[nodiscard]] static constexpr std::int64_t first(const Bounds&, unsigned) noexcept {
    return 0;
  }
  template <class Bounds>
  [[nodiscard]] static constexpr std::int64_t last(const Bounds&, unsigned bits) noexcept {
    return of(std::numeric_limits<number>::max(), bits);
  }
};

// Of doubles >= 0, and NaN, with either sign, which is above all bounds.
struct real_keys {
  using number = double;
  [[nodiscard]] [[gnu::always_inline]] static constexpr std::int64_t of(number v,
                                                                        unsigned bits) noexcept {
    const std::uint64_t magnitude = std::bit_cast<std::uint64_t>(v) << 1 >> 1;
    return exponent_and_top(std::bit_cast<double>(magnitude), bits);
  }
  [[nodiscard]] static constexpr number smallest(std::int64_t key, unsigned bits) noexcept {
    return key <= 0 || bits == no_table
               ? 0
               : std::bit_cast<double>(static_cast<std::uint64_t>(key) << (52 - bits));
  }
  // What is below the first bound above 0 shares one key, and what is above the last one another.
  template <class Bounds>
  [[nodiscard]] static constexpr std::int64_t first(const Bounds& bounds, unsigned bits) noexcept {
    return of(bounds[bounds.size() > 1 && !(bounds[0] > 0) ? 1 : 0], bits) - 1;
  }
  template <class Bounds>
  [[nodiscard]] static constexpr std::int64_t last(const Bounds& bounds, unsigned bits) noexcept {
    return of(bounds[bounds.size() - 1], bits) + 1;
  }
};

// Bounds: a std::array of Keys::number >= 0, strictly increasing.
template <class Keys, auto Bounds>
struct bucket_table {
  using number = typename Keys::number;
  static constexpr std::size_t size = Bounds.size();

  static constexpr unsigned bits = [] {
    for (unsigned n = 2; n <= most_mantissa_bits && Bounds[0] >= 0; ++n) {
      if (Keys::last(Bounds, n) - Keys::first(Bounds, n) >= most_keys) return no_table;
      bool distinct = true;
      for (std::size_t i = 1; i < size; ++i) {
        distinct = distinct && Keys::of(Bounds[i - 1], n) != Keys::of(Bounds[i], n);
      }
      if (distinct) return n;
    }
    return no_table;
  }();
  static constexpr std::int64_t first_key = bits == no_table ? 0 : Keys::first(Bounds, bits);
  static constexpr std::int64_t last_key = bits == no_table ? 0 : Keys::last(Bounds, bits);

  // The smallest values with the first and the last key.
  static constexpr number lowest = Keys::smallest(first_key, bits);
  static constexpr number highest = Keys::smallest(last_key, bits);

  // By key: the bounds with a lower one. None for the first, which values below it share.
  static constexpr auto below = [] {
    std::array<std::uint8_t, static_cast<std::size_t>(last_key - first_key) + 1> out{};
    std::size_t n = 0;
    for (std::int64_t k = first_key + 1; k <= last_key; ++k) {
      while (n < size && Keys::of(Bounds[n], bits) < k) ++n;
      out[static_cast<std::size_t>(k - first_key)] = static_cast<std::uint8_t>(n);
    }
    return out;
  }();
  // Values behind all bounds compare with the last one, which nothing exceeds.
  static constexpr auto limits = [] {
    std::array<number, size + 1> out{};
    for (std::size_t i = 0; i < size; ++i) out[i] = Bounds[i];
    using range = std::numeric_limits<number>;
    out[size] = range::has_infinity ? range::infinity() : range::max();
    return out;
  }();

  // Precondition: value >= 0, or NaN.
  [[nodiscard]] [[gnu::always_inline]] static constexpr std::size_t index(number value) noexcept {
    if constexpr (bits == no_table) {
      std::size_t at = 0;
      for (const number bound : Bounds) at += !(value <= bound);
      return at;
    } else {
      number inside = value;
      if constexpr (std::numeric_limits<number>::has_infinity) {
        // As minimum and maximum instructions: comparing keys became branches that log-uniform values
        // mispredict. The first takes NaN to the upper end.
        inside = inside < highest ? inside : highest;
        keep_in_register(inside);
        inside = inside > lowest ? inside : lowest;
        keep_in_register(inside);
      }
      const std::size_t at = below[static_cast<std::size_t>(Keys::of(inside, bits) - first_key)];
      return at + (value > limits[at]);
    }
  }
};

template <auto Bounds>
using integer_buckets = bucket_table<integer_keys, Bounds>;
template <auto Bounds>
using real_buckets = bucket_table<real_keys, Bounds>;

}  // namespace pantograph::detail
