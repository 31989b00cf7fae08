// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which bucket a value falls into, without a branch that the processor must guess: the exponent and
// the top bits of the mantissa index a small constexpr table that gives the bucket up to one bound,
// and one compare settles that bound. Exact `le`: a value equal to a bound is in that bound's bucket.
//
// The table is built for the bounds at hand, with as few mantissa bits (2 .. 6) as leave at most one
// bound in each of its intervals. Bounds too close for that are counted through without branches.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace pantograph::detail {

inline constexpr unsigned most_mantissa_bits = 6;
inline constexpr unsigned no_table = 99;

// Integers >= 0. The key of v: v + 2^Bits without its leading one, top Bits of what follows, behind
// the exponent; it grows with v and the shift makes small values their own intervals.
struct integer_keys {
  [[nodiscard]] static constexpr std::size_t key(std::uint64_t v, unsigned bits) noexcept {
    const std::uint64_t u = v + (std::uint64_t{1} << bits);
    const auto exponent = static_cast<unsigned>(std::bit_width(u)) - 1 - bits;
    return (std::size_t{exponent} << bits) |
           static_cast<std::size_t>((u >> exponent) & ((std::uint64_t{1} << bits) - 1));
  }
  // The smallest value with that key.
  [[nodiscard]] static constexpr std::uint64_t lowest(std::size_t key, unsigned bits) noexcept {
    const auto exponent = static_cast<unsigned>(key >> bits);
    const std::uint64_t mantissa =
        (key & ((std::size_t{1} << bits) - 1)) | (std::uint64_t{1} << bits);
    return (mantissa << exponent) - (std::uint64_t{1} << bits);
  }
};

// The fewest bits for which keys (a function of a bound and the bits) are all different; a bound on
// the low edge of an interval does not count, since every value of that interval passes it.
template <class Bounds, class Key>
[[nodiscard]] constexpr unsigned bits_needed(const Bounds& bounds, Key key) noexcept {
  for (unsigned bits = 2; bits <= most_mantissa_bits; ++bits) {
    bool distinct = true;
    for (std::size_t i = 1; i < bounds.size(); ++i) {
      distinct = distinct && key(bounds[i - 1], bits) != key(bounds[i], bits);
    }
    if (distinct) return bits;
  }
  return no_table;
}

// Bounds: std::array of std::int64_t >= 0, strictly increasing.
template <auto Bounds>
struct integer_buckets {
  static constexpr std::size_t size = Bounds.size();
  static constexpr unsigned bits = bits_needed(Bounds, [](std::int64_t bound, unsigned n) {
    return integer_keys::key(static_cast<std::uint64_t>(bound), n);
  });
  static constexpr std::size_t last_key =
      bits == no_table ? 0
                       : integer_keys::key(static_cast<std::uint64_t>(Bounds[size - 1]), bits) + 1;
  // Bounds below the interval's first value; at most one bound is inside the interval.
  static constexpr std::array<std::uint8_t, last_key + 1> below = [] {
    std::array<std::uint8_t, last_key + 1> out{};
    for (std::size_t k = 0; k < out.size() && bits != no_table; ++k) {
      const std::uint64_t low = integer_keys::lowest(k, bits);
      std::size_t n = 0;
      for (const std::int64_t bound : Bounds) n += static_cast<std::uint64_t>(bound) < low;
      out[k] = static_cast<std::uint8_t>(n);
    }
    return out;
  }();
  static constexpr std::array<std::int64_t, size + 1> limits = [] {
    std::array<std::int64_t, size + 1> out{};
    for (std::size_t i = 0; i < size; ++i) out[i] = Bounds[i];
    out[size] = std::numeric_limits<std::int64_t>::max();
    return out;
  }();

  // Precondition: value >= 0.
  [[nodiscard]] [[gnu::always_inline]] static constexpr std::size_t index(
      std::int64_t value) noexcept {
    if constexpr (bits == no_table) {
      std::size_t at = 0;
      for (const std::int64_t bound : Bounds) at += value > bound;
      return at;
    } else {
      std::size_t k = integer_keys::key(static_cast<std::uint64_t>(value), bits);
      k = k < last_key ? k : last_key;
      const std::size_t at = below[k];
      return at + (value > limits[at]);
    }
  }
};

// Bounds: std::array of double >= 0, strictly increasing. NaN is above all bounds.
template <auto Bounds>
struct real_buckets {
  static constexpr std::size_t size = Bounds.size();
  static constexpr std::size_t most_keys = 1024;
  [[nodiscard]] static constexpr std::int64_t raw_key(double v, unsigned n) noexcept {
    return std::bit_cast<std::int64_t>(v) >> (52 - n);
  }
  static constexpr unsigned bits = [] {
    if (!(Bounds[0] >= 0)) return no_table;
    const unsigned n = bits_needed(Bounds, [](double b, unsigned m) { return raw_key(b, m); });
    if (n == no_table || raw_key(Bounds[size - 1], n) - raw_key(Bounds[0], n) + 3 >
                             static_cast<std::int64_t>(most_keys)) {
      return no_table;
    }
    return n;
  }();
  static constexpr std::int64_t first_key = bits == no_table ? 0 : raw_key(Bounds[0], bits) - 1;
  static constexpr std::int64_t keys =
      bits == no_table ? 1 : raw_key(Bounds[size - 1], bits) + 2 - first_key;
  static constexpr std::array<std::uint8_t, static_cast<std::size_t>(keys)> below = [] {
    std::array<std::uint8_t, static_cast<std::size_t>(keys)> out{};
    for (std::int64_t k = 0; k < keys && bits != no_table; ++k) {
      if (first_key + k <= 0) continue;  // nothing is below the smallest values
      const double low = std::bit_cast<double>((first_key + k) << (52 - bits));
      std::size_t n = 0;
      for (const double bound : Bounds) n += bound < low;
      out[static_cast<std::size_t>(k)] = static_cast<std::uint8_t>(n);
    }
    return out;
  }();
  static constexpr std::array<double, size + 1> limits = [] {
    std::array<double, size + 1> out{};
    for (std::size_t i = 0; i < size; ++i) out[i] = Bounds[i];
    out[size] = std::numeric_limits<double>::infinity();
    return out;
  }();

  [[nodiscard]] [[gnu::always_inline]] static constexpr std::size_t index(double value) noexcept {
    if constexpr (bits == no_table) {
      std::size_t at = 0;
      for (const double bound : Bounds) at += !(value <= bound);
      return at;
    } else {
      std::int64_t k = raw_key(value, bits) - first_key;
      k = k < 0 ? 0 : k;
      k = k < keys ? k : keys - 1;
      const std::size_t at = below[static_cast<std::size_t>(k)];
      return at + (value > limits[at]);
    }
  }
};

}  // namespace pantograph::detail
