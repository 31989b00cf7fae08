// SPDX-License-Identifier: Apache-2.0
#pragma once

// A value that is set: the last `set` of any thread is what a scrape reads. One relaxed store to a
// cell that all threads share. For counting up and down, use up_down.
//
//     pg::gauge<pg::bytes> cache_size_bytes{"Memory the cache holds."};
//     metrics.cache_size_bytes.set(4096);

#include <bit>
#include <cstdint>
#include <type_traits>

#include <pantograph/instruments/counter.hpp>

namespace pantograph {

template <class... Options>
class gauge {
  using facts = detail::options_of<Options...>;
  using family = detail::family<facts, 1, detail::cell_kind::kept>;

 public:
  static constexpr metric_kind kind = metric_kind::gauge;
  static constexpr detail::value_form form = detail::value_form::real;
  using labels = typename facts::labels;
  using unit = typename facts::unit;
  using options = facts;

  constexpr gauge(const char* help) noexcept : help_(help) {}

  // One series. Two words, free to copy; valid as long as the instrument.
  class series {
   public:
    // In the gauge's unit: any number, a std::chrono duration for seconds, pico_usd for dollars.
    template <class T>
    void set(const T& value) const noexcept {
      auto* at = detail::shared_cell<family::layout>(*where_, offset_);
      if (at == nullptr) return;
      at->store(std::bit_cast<std::uint64_t>(detail::real_amount_of<unit>(value)), std::memory_order_relaxed);
    }

   private:
    friend class gauge;
    series(detail::site& where, std::uint32_t offset) noexcept : where_(&where), offset_(offset) {}
    detail::site* where_;
    std::uint32_t offset_;
  };

  [[nodiscard]] [[gnu::always_inline]] series operator[](const labels& of) noexcept {
    return {family_.where(), family_.offset_of(of)};
  }
  template <class T>
    requires(!family::has_labels)
  void set(const T& value) noexcept {
    (*this)[{}].set(value);
  }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  [[nodiscard]] detail::family_cells cells() const noexcept { return family_.cells(); }
  void attach() noexcept { family_.attach(); }

 private:
  const char* help_;
  family family_;
};

}  // namespace pantograph
