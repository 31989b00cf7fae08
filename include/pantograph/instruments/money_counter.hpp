// SPDX-License-Identifier: Apache-2.0
#pragma once

// Money spent, exact to the pico-dollar. Each series is two cells that only grow: whole micro-dollars
// and the pico-dollars below a micro-dollar, so that neither carries into the other while a scrape
// reads. Range of a series: 18.4 trillion dollars, and 18 million million records a thread.
//
//     pg::money_counter<agent_call, pg::at_most<500>> cost_usd_total{"Money spent."};
//     metrics.cost_usd_total[{.agent = "planner", .tool = tool_name::search}].increment(price);

#include <cstdint>

#include <pantograph/instruments/counter.hpp>

namespace pantograph {

namespace detail {
// Never defined: a literal that calls one does not compile, and the compiler names the function.
[[noreturn]] void dollars_are_written_as_a_decimal_number();
[[noreturn]] void dollars_have_at_most_12_digits_behind_the_point();
}  // namespace detail

inline namespace literals {
// 10_usd, 0.25_usd: exact. More than 12 digits behind the point, or above 9.2 million dollars, does
// not compile.
consteval pico_usd operator""_usd(const char* digits) {
  std::int64_t value = 0, scale = usd::per_unit;
  bool fraction = false;
  for (; *digits != '\0'; ++digits) {
    if (*digits == '\'') continue;
    if (*digits == '.') {
      fraction = true;
      continue;
    }
    if (*digits < '0' || *digits > '9') detail::dollars_are_written_as_a_decimal_number();
    if (fraction && (scale /= 10) == 0) detail::dollars_have_at_most_12_digits_behind_the_point();
    const std::int64_t digit = *digits - '0';
    if (fraction) {
      value += digit * scale;  // overflow does not compile
    } else {
      value = value * 10 + digit * usd::per_unit;
    }
  }
  return {value};
}
}  // namespace literals

template <class... Options>
class money_counter {
  using facts = detail::options_of<usd, Options...>;
  using family = detail::family<facts, 2, detail::cell_kind::integer>;
  static constexpr std::uint64_t pico_per_micro = 1'000'000;

 public:
  static constexpr metric_kind kind = metric_kind::counter;
  static constexpr detail::value_form form = detail::value_form::money;
  using labels = typename facts::labels;
  using unit = usd;
  using options = facts;

  constexpr money_counter(const char* help) noexcept : help_(help) {}

  // One series. Two words, free to copy; valid as long as the instrument.
  class series {
   public:
    // A negative amount counts as 0: corrections are a cost event of their own, not a smaller total.
    void increment(pico_usd by) const noexcept {
      if (by.count <= 0) return;
      const auto amount = static_cast<std::uint64_t>(by.count);
      change(0, amount / pico_per_micro);
      change(1, amount % pico_per_micro);
    }

   private:
    friend class money_counter;
    series(detail::site& where, std::uint32_t offset) noexcept : where_(&where), offset_(offset) {}

    [[gnu::always_inline]] void change(std::uint32_t part, std::uint64_t by) const noexcept {
      if constexpr (facts::is_shared) {
        auto* at = detail::shared_cell<family::layout>(*where_, offset_ + part);
        if (at != nullptr) at->fetch_add(by, std::memory_order_relaxed);
      } else {
        detail::add<family::layout>(*where_, offset_ + part, by);
      }
    }
    detail::site* where_;
    std::uint32_t offset_;
  };

  [[nodiscard]] [[gnu::always_inline]] series operator[](const labels& of) noexcept {
    return {family_.where(), family_.offset_of(of)};
  }
  void increment(pico_usd by) noexcept
    requires(!family::has_labels)
  {
    (*this)[{}].increment(by);
  }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  [[nodiscard]] detail::family_cells cells() const noexcept { return family_.cells(); }
  void attach() noexcept { family_.attach(); }

 private:
  const char* help_;
  family family_;
};

}  // namespace pantograph
