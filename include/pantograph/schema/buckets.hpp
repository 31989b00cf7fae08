// SPDX-License-Identifier: Apache-2.0
#pragma once

// Upper bounds of histogram buckets, fixed at compile time. `+Inf` is always there and never written.
//
//     pg::log_buckets(5ms, 10s, 12)     // 5ms 10ms 20ms 40ms 79ms ... 10s: even on a logarithmic scale,
//                                       // rounded to two digits; the ends are exact
//     pg::linear_buckets(0, 100, 11)    // 0 10 20 ... 100
//     pg::buckets(10ms, 20ms, 50ms)     // as written
//
// Durations fit a histogram in seconds; plain numbers are in the histogram's own base unit.

#include <array>
#include <cstddef>
#include <cstdint>

#include <pantograph/schema/unit.hpp>

namespace pantograph {
namespace detail {

enum class bucket_scale { logarithmic, linear };

// The specification, not its expansion, is the template argument: names of types stay short.
struct bucket_range {
  double low, high;      // nanoseconds when `durations`, else base units
  std::size_t count;     // bounds, both ends among them
  bucket_scale scale;
  bool durations;
};

template <std::size_t N>
struct bucket_list {
  double at[N];
  bool durations;
};

// A number or a duration, on the way into a bucket specification.
template <class T>
[[nodiscard]] consteval double bucket_number(const T& value) {
  if constexpr (duration_type<T>) {
    return static_cast<double>(nanoseconds_of(value));
  } else {
    return static_cast<double>(value);
  }
}

}  // namespace detail

template <class Low, class High>
[[nodiscard]] consteval detail::bucket_range log_buckets(Low low, High high, std::size_t count) {
  static_assert(detail::duration_type<Low> == detail::duration_type<High>,
                "[buckets/mixed] both ends must be durations, or both numbers");
  return {detail::bucket_number(low), detail::bucket_number(high), count,
          detail::bucket_scale::logarithmic, detail::duration_type<Low>};
}

template <class Low, class High>
[[nodiscard]] consteval detail::bucket_range linear_buckets(Low low, High high, std::size_t count) {
  static_assert(detail::duration_type<Low> == detail::duration_type<High>,
                "[buckets/mixed] both ends must be durations, or both numbers");
  return {detail::bucket_number(low), detail::bucket_number(high), count,
          detail::bucket_scale::linear, detail::duration_type<Low>};
}

template <class... Bounds>
[[nodiscard]] consteval detail::bucket_list<sizeof...(Bounds)> buckets(Bounds... bounds) {
  static_assert(sizeof...(Bounds) >= 1, "[buckets/empty] a histogram needs at least one bound");
  static_assert((detail::duration_type<Bounds> && ...) || (!detail::duration_type<Bounds> && ...),
                "[buckets/mixed] all bounds must be durations, or all numbers");
  return {{detail::bucket_number(bounds)...}, (detail::duration_type<Bounds> && ...)};
}

// ---- machinery ----

namespace detail {

// x^(1/n) by Newton's method; x > 0. Exact enough for two digits by a wide margin.
[[nodiscard]] constexpr double nth_root(double x, std::size_t n) {
  if (n == 1) return x;
  double low = x < 1 ? x : 1, high = x < 1 ? 1 : x;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    double power = 1;
    for (std::size_t k = 0; k < n && power <= x * 2; ++k) power *= middle;
    (power < x ? low : high) = middle;
  }
  return (low + high) / 2;
}

// x rounded to two significant decimal digits, half up. The result is the double nearest to that
// decimal, so that it prints as it reads.
[[nodiscard]] constexpr double two_digits(double x) {
  double up = 1, down = 1;  // x * up / down is within 10 .. 100
  while (x / down >= 100) down *= 10;
  while (x * up < 10) up *= 10;
  const auto digits = static_cast<double>(static_cast<std::int64_t>(x * up / down + 0.5));
  return up > 1 ? digits / up : digits * down;
}

template <class Spec>
struct bucket_count;
template <std::size_t N>
struct bucket_count<bucket_list<N>> {
  static constexpr std::size_t of(const bucket_list<N>&) { return N; }
};
template <>
struct bucket_count<bucket_range> {
  static constexpr std::size_t of(const bucket_range& spec) { return spec.count; }
};

// The bounds as written in the specification (nanoseconds or base units).
template <auto Spec>
inline constexpr auto spec_bounds = [] {
  using spec_type = std::remove_const_t<decltype(Spec)>;
  std::array<double, bucket_count<spec_type>::of(Spec)> out{};
  if constexpr (std::is_same_v<spec_type, bucket_range>) {
    static_assert(Spec.count >= 2 && Spec.low < Spec.high,
                  "[buckets/range] a bucket range needs at least two bounds and low < high");
    static_assert(Spec.scale == bucket_scale::linear || Spec.low > 0,
                  "[buckets/range] a logarithmic range starts above 0");
    const std::size_t steps = Spec.count - 1;
    if constexpr (Spec.scale == bucket_scale::linear) {
      for (std::size_t i = 0; i <= steps; ++i) {
        out[i] = Spec.low + (Spec.high - Spec.low) * static_cast<double>(i) /
                                static_cast<double>(steps);
      }
    } else {
      const double factor = nth_root(Spec.high / Spec.low, steps);
      double exact = Spec.low;
      for (std::size_t i = 0; i < steps; ++i, exact *= factor) out[i] = two_digits(exact);
      out[0] = Spec.low;
    }
    out[steps] = Spec.high;
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = Spec.at[i];
  }
  return out;
}();

// The bounds as they are compared on recording: integers of the unit (nanoseconds, bytes, pico-USD)
// or doubles.
template <class Unit, class Number, auto Spec>
inline constexpr auto bounds_of = [] {
  static_assert(!Spec.durations || std::is_same_v<Unit, seconds>,
                "[buckets/unit] bounds given as durations need a histogram in seconds. Write plain "
                "numbers in the histogram's own unit, or make its unit pantograph::seconds");
  constexpr auto& written = spec_bounds<Spec>;
  std::array<Number, written.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    if constexpr (std::is_floating_point_v<Number>) {
      out[i] = Spec.durations ? written[i] / 1e9 : written[i];
    } else {
      const double scaled =
          Spec.durations ? written[i] : written[i] * static_cast<double>(Unit::per_unit);
      // Nearest integer: 0.1 s is 100,000,000 ns though 0.1 has no exact double.
      out[i] = static_cast<Number>(scaled + (scaled < 0 ? -0.5 : 0.5));
    }
  }
  return out;
}();

template <class Bounds>
[[nodiscard]] constexpr bool strictly_increasing(const Bounds& bounds) {
  for (std::size_t i = 1; i < bounds.size(); ++i) {
    if (!(bounds[i - 1] < bounds[i])) return false;
  }
  return true;
}

}  // namespace detail
}  // namespace pantograph
