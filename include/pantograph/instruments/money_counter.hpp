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

inline namespace literals {
// 10_usd, 0.25_usd: exact when the decimal has at most 12 digits behind the point.
consteval pico_usd operator""_usd(unsigned long long dollars) {
  return {static_cast<std::int64_t>(dollars) * usd::per_unit};
}
consteval pico_usd operator""_usd(long double dollars) {
  return {static_cast<std::int64_t>(dollars * 1e12L + 0.5L)};
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
