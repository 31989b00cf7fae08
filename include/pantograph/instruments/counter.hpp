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

// What a caller hands in, as the integer or double that is kept. A negative amount would make a
// counter fall and is taken as 0.
template <class Unit, bool Real, class T>
[[nodiscard]] [[gnu::always_inline]] constexpr auto amount_of(const T& value) noexcept {
  if constexpr (Real) {
    if constexpr (duration_type<T>) {
      static_assert(std::is_same_v<Unit, seconds>,
                    "[record/unit] a duration needs an instrument in seconds");
      const double amount = static_cast<double>(nanoseconds_of(value)) / 1e9;
      return amount > 0 ? amount : 0.0;
    } else {
      const auto amount = static_cast<double>(value);
      return amount > 0 ? amount : 0.0;
    }
  } else if constexpr (std::is_same_v<Unit, seconds>) {
    static_assert(duration_type<T>,
                  "[record/unit] an instrument in seconds takes a std::chrono duration, such as "
                  "12ms; a bare number does not say its unit");
    const std::int64_t amount = nanoseconds_of(value);
    return static_cast<std::uint64_t>(amount < 0 ? 0 : amount);
  } else if constexpr (std::is_same_v<Unit, usd>) {
    static_assert(std::is_same_v<T, pico_usd>,
                  "[record/unit] an instrument in US dollars takes pantograph::pico_usd");
    return static_cast<std::uint64_t>(value.count < 0 ? 0 : value.count);
  } else {
    static_assert(std::is_integral_v<T>,
                  "[record/number] this instrument keeps integers. Hand in an integer, or declare "
                  "the instrument with pantograph::real to keep doubles");
    if constexpr (std::is_signed_v<T>) {
      return static_cast<std::uint64_t>(value < 0 ? 0 : value);
    } else {
      return static_cast<std::uint64_t>(value);
    }
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

  static_assert(!std::is_same_v<unit, usd>,
                "[counter/money] a counter of money is a pantograph::money_counter, which is exact");

  constexpr counter(const char* help) noexcept : help_(help) {}

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
