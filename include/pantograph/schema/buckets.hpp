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
#include <limits>
#include <type_traits>

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

template <class... Bounds>
[[nodiscard]] consteval bool there_are_bounds() {
  static_assert(sizeof...(Bounds) != 0,
                "[buckets/empty] this histogram has no bound: it needs at least one beside +Inf. "
                "Write pantograph::buckets(10ms, 100ms, 1s)");
  return sizeof...(Bounds) != 0;
}
template <class... Bounds>
[[nodiscard]] consteval bool bounds_are_of_one_sort() {
  static_assert((duration_type<Bounds> && ...) || (!duration_type<Bounds> && ...),
                "[buckets/mixed] these bucket bounds are durations and bare numbers: all are "
                "durations, or all are numbers in the histogram's unit. Write 0ms instead of 0");
  return true;
}

}  // namespace detail

template <class Low, class High>
[[nodiscard]] consteval detail::bucket_range log_buckets(Low low, High high, std::size_t count) {
  (void)detail::bounds_are_of_one_sort<Low, High>();
  return {detail::bucket_number(low), detail::bucket_number(high), count,
          detail::bucket_scale::logarithmic, detail::duration_type<Low>};
}

template <class Low, class High>
[[nodiscard]] consteval detail::bucket_range linear_buckets(Low low, High high, std::size_t count) {
  (void)detail::bounds_are_of_one_sort<Low, High>();
  return {detail::bucket_number(low), detail::bucket_number(high), count,
          detail::bucket_scale::linear, detail::duration_type<Low>};
}

template <class... Bounds>
[[nodiscard]] consteval auto buckets(Bounds... bounds) {
  if constexpr (detail::there_are_bounds<Bounds...>()) {
    (void)detail::bounds_are_of_one_sort<Bounds...>();
    return detail::bucket_list<sizeof...(Bounds)>{{detail::bucket_number(bounds)...},
                                                  (detail::duration_type<Bounds> && ...)};
  } else {
    return detail::bucket_list<1>{{1}, false};
  }
}

// ---- machinery ----

namespace detail {

// x^(1/n) by bisection; x >= 1. Exact enough for two digits by a wide margin.
[[nodiscard]] constexpr double nth_root(double x, std::size_t n) {
  if (n == 1) return x;
  double low = 1, high = x;
  for (int i = 0; i < 120; ++i) {  // from 10^18 down to the last bit of a double near 1
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

template <class Bounds>
[[nodiscard]] constexpr bool strictly_increasing(const Bounds& bounds) {
  for (std::size_t i = 1; i < bounds.size(); ++i) {
    if (!(bounds[i - 1] < bounds[i])) return false;
  }
  return true;
}
[[nodiscard]] constexpr bool is_finite(double x) {
  return x >= -std::numeric_limits<double>::max() && x <= std::numeric_limits<double>::max();
}
template <class Bounds, class Claim>
[[nodiscard]] constexpr bool all_of(const Bounds& bounds, const Claim& claim) {
  for (const auto bound : bounds) {
    if (!claim(bound)) return false;
  }
  return true;
}

// ---- what bounds must keep; the specification is shown beside the message ----

template <auto Spec, bool Keeps>
[[nodiscard]] consteval bool range_goes_up() {
  static_assert(Keeps,
                "[buckets/range] this range of buckets does not go up: it has at least two bounds, low "
                "below high, and a logarithmic one starts above 0. Write log_buckets(5ms, 10s, 12)");
  return Keeps;
}
template <auto Spec, bool Keeps>
[[nodiscard]] consteval bool bounds_are_not_too_many() {
  static_assert(Keeps,
                "[buckets/many] this histogram has more than 250 bounds, and each of its series is as "
                "many cells. Write fewer: 10 to 20 bounds serve most quantiles");
  return Keeps;
}
template <class Unit, auto Spec, bool Keeps>
[[nodiscard]] consteval bool duration_bounds_have_seconds() {
  static_assert(Keeps,
                "[buckets/unit] these bucket bounds are durations, and the histogram is not in "
                "seconds. Write numbers in the histogram's own unit, or make it "
                "histogram<pantograph::seconds, ...>");
  return Keeps;
}
template <class Unit, auto Spec, bool Keeps>
[[nodiscard]] consteval bool bounds_are_in_reach() {
  static_assert(Keeps,
                "[buckets/finite] a bucket bound is infinite, NaN or too large for the 64-bit integer "
                "that is kept (9.2e18 of the unit's smallest part). Take it out: +Inf is always there");
  return Keeps;
}
template <class Unit, auto Spec, bool Keeps>
[[nodiscard]] consteval bool bounds_are_not_negative() {
  static_assert(Keeps,
                "[buckets/negative] a bucket bound is below 0, where nothing is counted. Start at 0 or "
                "above");
  return Keeps;
}
template <class Unit, auto Spec, bool Keeps>
[[nodiscard]] consteval bool bounds_grow() {
  static_assert(Keeps,
                "[buckets/order] a bucket bound is not above the one before it. Put the bounds in "
                "order, or ask for fewer: log_buckets rounds to two digits, and integer units to "
                "whole numbers, which makes close bounds equal");
  return Keeps;
}

template <auto Spec>
[[nodiscard]] consteval bool spec_is_fit() {
  using spec_type = std::remove_const_t<decltype(Spec)>;
  if constexpr (bucket_count<spec_type>::of(Spec) > 250) {
    return bounds_are_not_too_many<Spec, false>();
  } else if constexpr (std::is_same_v<spec_type, bucket_range>) {
    if constexpr (!is_finite(Spec.low) || !is_finite(Spec.high)) {
      return bounds_are_in_reach<void, Spec, false>();
    } else if constexpr (Spec.count < 2 || !(Spec.low < Spec.high) ||
                  (Spec.scale == bucket_scale::logarithmic && !(Spec.low > 0))) {
      return range_goes_up<Spec, false>();
    } else {
      return true;
    }
  } else {
    return true;
  }
}

// The bounds as written in the specification (nanoseconds or base units).
template <auto Spec>
inline constexpr auto spec_bounds = [] {
  using spec_type = std::remove_const_t<decltype(Spec)>;
  if constexpr (!spec_is_fit<Spec>()) {
    return std::array<double, 1>{1};
  } else {
    std::array<double, bucket_count<spec_type>::of(Spec)> out{};
    if constexpr (std::is_same_v<spec_type, bucket_range>) {
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
  }
}();

// The bounds as they are compared on recording: integers of the unit (nanoseconds, bytes, pico-USD)
// or doubles. Of bounds that break a rule, one, so that nothing is said after it.
template <class Unit, class Number, auto Spec>
inline constexpr auto bounds_of = [] {
  constexpr double scale = std::is_floating_point_v<Number>
                               ? 1.0
                               : (Spec.durations ? 1.0 : static_cast<double>(Unit::per_unit));
  constexpr double most = std::is_floating_point_v<Number>
                              ? std::numeric_limits<double>::max()
                              : 9.2e18;  // just below 2^63
  constexpr std::array<Number, 1> none{1};
  if constexpr (Spec.durations && !std::is_same_v<Unit, seconds>) {
    (void)duration_bounds_have_seconds<Unit, Spec, false>();
    return none;
  } else if constexpr (!all_of(spec_bounds<Spec>, [](double b) {
                         return is_finite(b) && b <= most / scale;
                       })) {
    (void)bounds_are_in_reach<Unit, Spec, false>();
    return none;
  } else if constexpr (!all_of(spec_bounds<Spec>, [](double b) { return b >= 0; })) {
    (void)bounds_are_not_negative<Unit, Spec, false>();
    return none;
  } else {
    constexpr auto out = [] {
      std::array<Number, spec_bounds<Spec>.size()> kept{};
      for (std::size_t i = 0; i < kept.size(); ++i) {
        if constexpr (std::is_floating_point_v<Number>) {
          kept[i] = spec_bounds<Spec>[i] / (Spec.durations ? 1e9 : 1.0);
        } else {
          // Nearest integer: 0.1 s is 100,000,000 ns though 0.1 has no exact double.
          kept[i] = static_cast<Number>(spec_bounds<Spec>[i] * scale + 0.5);
        }
      }
      return kept;
    }();
    if constexpr (strictly_increasing(out)) {
      return out;
    } else {
      (void)bounds_grow<Unit, Spec, false>();
      return none;
    }
  }
}();

}  // namespace detail
}  // namespace pantograph
