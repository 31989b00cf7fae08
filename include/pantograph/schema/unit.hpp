// SPDX-License-Identifier: Apache-2.0
#pragma once

// Units: what a number of a metric means, and in which integer it is kept. Only base units exist, as
// Prometheus asks (https://prometheus.io/docs/practices/naming, read 2026-11); the suffix that a
// metric's name must end in comes from here, so name and unit cannot disagree.
//
//     pg::counter<pg::bytes>   bytes_sent_total{"Bytes sent."};          // kept as whole bytes
//     pg::counter<pg::seconds> busy_seconds_total{"Time spent working."}; // kept as nanoseconds

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <pantograph/base/int128.hpp>

namespace pantograph {

// A unit is a type with: `suffix` (empty: none in the name), `per_unit` (how many of the integers
// that are kept make one unit) and `integral` (false: the natural number is a double).
namespace detail {
template <bool Integral, std::int64_t PerUnit = 1>
struct unit_facts {
  static constexpr bool integral = Integral;
  static constexpr std::int64_t per_unit = PerUnit;
};
}  // namespace detail

struct count : detail::unit_facts<true> {  // things counted; no suffix
  static constexpr std::string_view suffix = "";
};
struct tokens : detail::unit_facts<true> {  // model tokens; UCUM annotation, so no suffix is due
  static constexpr std::string_view suffix = "";
};
struct bytes : detail::unit_facts<true> {
  static constexpr std::string_view suffix = "bytes";
};
struct seconds : detail::unit_facts<true, 1'000'000'000> {  // kept as nanoseconds
  static constexpr std::string_view suffix = "seconds";
};
struct usd : detail::unit_facts<true, 1'000'000'000'000> {  // kept as pico-dollars
  static constexpr std::string_view suffix = "usd";
};
struct ratio : detail::unit_facts<false> {  // 0 .. 1, never percent
  static constexpr std::string_view suffix = "ratio";
};
struct celsius : detail::unit_facts<false> {
  static constexpr std::string_view suffix = "celsius";
};
struct kelvin : detail::unit_facts<false> {
  static constexpr std::string_view suffix = "kelvin";
};
struct meters : detail::unit_facts<false> {
  static constexpr std::string_view suffix = "meters";
};
struct grams : detail::unit_facts<false> {
  static constexpr std::string_view suffix = "grams";
};
struct joules : detail::unit_facts<false> {
  static constexpr std::string_view suffix = "joules";
};
struct volts : detail::unit_facts<false> {
  static constexpr std::string_view suffix = "volts";
};
struct amperes : detail::unit_facts<false> {
  static constexpr std::string_view suffix = "amperes";
};

// Any type of that form is a unit; users may add their own.
template <class T>
concept unit_type = requires {
  { T::suffix } -> std::convertible_to<std::string_view>;
  { T::per_unit } -> std::convertible_to<std::int64_t>;
  { T::integral } -> std::convertible_to<bool>;
};

// An amount of money, exact: whole pico-dollars. Range: about -9.2 to +9.2 million dollars.
struct pico_usd {
  std::int64_t count = 0;

  friend constexpr bool operator==(pico_usd, pico_usd) = default;
  friend constexpr auto operator<=>(pico_usd, pico_usd) = default;
  friend constexpr pico_usd operator+(pico_usd a, pico_usd b) { return {a.count + b.count}; }
};

namespace detail {

// std::chrono::duration by its form, so that <chrono> need not be included here.
template <class T>
concept duration_type = requires(const T& d) {
  typename T::rep;
  { T::period::num } -> std::convertible_to<std::int64_t>;
  { T::period::den } -> std::convertible_to<std::int64_t>;
  d.count();
};

// Whole nanoseconds, towards zero. Range: about 292 years.
template <duration_type D>
[[nodiscard]] constexpr std::int64_t nanoseconds_of(const D& d) noexcept {
  constexpr std::int64_t num = D::period::num, den = D::period::den, giga = 1'000'000'000;
  if constexpr (std::is_floating_point_v<typename D::rep>) {
    return static_cast<std::int64_t>(d.count() * static_cast<double>(num) * 1e9 /
                                     static_cast<double>(den));
  } else if constexpr (giga % den == 0) {
    return static_cast<std::int64_t>(d.count()) * (num * (giga / den));
  } else {
    return static_cast<std::int64_t>(static_cast<int128>(d.count()) * num * giga / den);
  }
}

}  // namespace detail

// A span of time in whole nanoseconds, from and to any std::chrono duration. It stands in signatures
// here so that <chrono>, a third of a second to compile, is included only by those who use it.
class duration {
 public:
  constexpr duration() noexcept = default;
  template <detail::duration_type D>
  constexpr duration(const D& from) noexcept : nanoseconds_(detail::nanoseconds_of(from)) {}
  [[nodiscard]] static constexpr duration of_nanoseconds(std::int64_t count) noexcept {
    duration out;
    out.nanoseconds_ = count;
    return out;
  }
  [[nodiscard]] constexpr std::int64_t count() const noexcept { return nanoseconds_; }
  // Whole units of D, towards zero.
  template <detail::duration_type D>
  constexpr explicit operator D() const noexcept {
    return D(static_cast<typename D::rep>(static_cast<detail::int128>(nanoseconds_) *
                                          D::period::den / D::period::num / 1'000'000'000));
  }
  friend constexpr bool operator==(duration, duration) = default;
  friend constexpr auto operator<=>(duration, duration) = default;

 private:
  std::int64_t nanoseconds_ = 0;
};

}  // namespace pantograph
