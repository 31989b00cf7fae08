// SPDX-License-Identifier: Apache-2.0
#pragma once

// A number that only grows. Increments go to the calling thread's own cell: no lock, no allocation,
// no atomic read-modify-write, never throws.
//
//     pg::counter<tool_call>   tool_executions_total{"Tool executions."};
//     pg::counter<pg::seconds> busy_seconds_total{"Time spent working."};
//     metrics.tool_executions_total[{.tool = tool_name::search, .status = outcome::success}].increment();
//     metrics.busy_seconds_total.increment(12ms);

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <pantograph/instruments/family.hpp>
#include <pantograph/schema/instrument.hpp>
#include <pantograph/schema/options.hpp>

namespace pantograph {
namespace detail {

// ---- what an amount must be; asserted in functions of their own, so that nothing is said after ----

template <class Amount, class Unit, bool Keeps>
[[nodiscard]] consteval bool amount_is_in_the_unit() {
  static_assert(Keeps,
                "[record/unit] this amount is not in the instrument's unit: seconds take a "
                "std::chrono duration such as 12ms, US dollars take pantograph::pico_usd, other units "
                "take a bare number. Hand in such an amount, or declare the instrument's unit anew");
  return Keeps;
}
template <class Amount, class Unit, bool Keeps>
[[nodiscard]] consteval bool amount_is_a_number() {
  static_assert(Keeps,
                "[record/number] this amount is no number that the instrument keeps: it keeps "
                "integers, or doubles when it is declared with pantograph::real. Hand in an integer, "
                "or add that option");
  return Keeps;
}

template <class T>
concept amount_type = std::is_arithmetic_v<T> || duration_type<T> || std::is_same_v<T, pico_usd>;

// Any amount as a double of the unit; a bare number is taken to be in it.
template <class Unit, class T>
[[nodiscard]] [[gnu::always_inline]] constexpr double real_amount_of(const T& value) noexcept {
  if constexpr (std::is_arithmetic_v<T>) {
    return static_cast<double>(value);
  } else if constexpr (duration_type<T> && std::is_same_v<Unit, seconds>) {
    return static_cast<double>(nanoseconds_of(value)) / 1e9;
  } else if constexpr (std::is_same_v<T, pico_usd> && std::is_same_v<Unit, usd>) {
    return static_cast<double>(value.count) / 1e12;
  } else if constexpr (amount_type<T>) {
    (void)amount_is_in_the_unit<T, Unit, false>();
    return 0;
  } else {
    (void)amount_is_a_number<T, Unit, false>();
    return 0;
  }
}

// What a caller hands in, as the integer or double that is kept. A negative amount would make a
// counter fall and is taken as 0.
template <class Unit, bool Real, class T>
[[nodiscard]] [[gnu::always_inline]] constexpr auto amount_of(const T& value) noexcept {
  if constexpr (Real) {
    const double amount = real_amount_of<Unit>(value);
    return amount > 0 ? amount : 0.0;
  } else if constexpr (std::is_same_v<Unit, seconds> && duration_type<T>) {
    const std::int64_t amount = nanoseconds_of(value);
    return static_cast<std::uint64_t>(amount < 0 ? 0 : amount);
  } else if constexpr (std::is_same_v<Unit, usd> && std::is_same_v<T, pico_usd>) {
    return static_cast<std::uint64_t>(value.count < 0 ? 0 : value.count);
  } else if constexpr (std::is_same_v<Unit, seconds> || std::is_same_v<Unit, usd> ||
                       duration_type<T> || std::is_same_v<T, pico_usd>) {
    (void)amount_is_in_the_unit<T, Unit, false>();
    return std::uint64_t{0};
  } else if constexpr (!std::is_integral_v<T>) {
    (void)amount_is_a_number<T, Unit, false>();
    return std::uint64_t{0};
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<std::uint64_t>(value < 0 ? 0 : value);
  } else {
    return static_cast<std::uint64_t>(value);
  }
}

}  // namespace detail

template <class... Options>
class counter {
  using facts = detail::options_of<Options...>;
  using family = detail::family<facts, 1,
                                facts::is_real ? detail::cell_kind::real : detail::cell_kind::integer>;

 public:
  static constexpr metric_kind kind = metric_kind::counter;
  static constexpr detail::value_form form =
      facts::is_real ? detail::value_form::real : detail::value_form::integer;
  using labels = typename facts::labels;
  using unit = typename facts::unit;
  using options = facts;

  constexpr counter(const char* help) noexcept : help_(help) {
    static_assert(!std::is_same_v<unit, usd>,
                  "[counter/money] this counter counts US dollars, in 64 bits that overflow at 18 "
                  "million. Declare it as a pantograph::money_counter, which is exact without end");
  }

  // One series. Two words, free to copy; valid as long as the counter.
  class series {
   public:
    void increment() const noexcept { add(std::uint64_t{1}); }
    // By an amount of the counter's unit; a negative one counts as 0.
    template <class T>
    void increment(const T& amount) const noexcept {
      add(detail::amount_of<unit, facts::is_real>(amount));
    }

   private:
    friend class counter;
    series(detail::site& where, std::uint32_t offset) noexcept : where_(&where), offset_(offset) {}

    template <class T>
    [[gnu::always_inline]] void add(T amount) const noexcept {
      if constexpr (facts::is_real) {
        if constexpr (facts::is_shared) {
          auto* at = detail::shared_cell<family::layout>(*where_, offset_);
          if (at != nullptr) detail::add_shared_real(*at, static_cast<double>(amount));
        } else {
          detail::add_real<family::layout>(*where_, offset_, static_cast<double>(amount));
        }
      } else if constexpr (facts::is_shared) {
        auto* at = detail::shared_cell<family::layout>(*where_, offset_);
        if (at != nullptr) at->fetch_add(amount, std::memory_order_relaxed);
      } else {
        detail::add<family::layout>(*where_, offset_, amount);
      }
    }

    detail::site* where_;
    std::uint32_t offset_;
  };

  // The series with these labels; a value outside its enumerators, or beyond a bounded family's
  // limit, is the family's one `other` series.
  [[nodiscard]] [[gnu::always_inline]] series operator[](const labels& of) noexcept {
    return {family_.where(), family_.offset_of(of)};
  }
  void increment() noexcept
    requires(!family::has_labels)
  {
    (*this)[{}].increment();
  }
  template <class T>
    requires(!family::has_labels)
  void increment(const T& amount) noexcept {
    (*this)[{}].increment(amount);
  }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  [[nodiscard]] detail::family_cells cells() const noexcept { return family_.cells(); }
  void attach() noexcept { family_.attach(); }

 private:
  const char* help_;
  family family_;
};

}  // namespace pantograph
