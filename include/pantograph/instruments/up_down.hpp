// SPDX-License-Identifier: Apache-2.0
#pragma once

// A number that goes up and down by steps: things in flight. On thread cells like a counter, so what
// one thread adds another may take away. For a value that is set, use gauge.
//
//     pg::up_down<> active_connections{"Connections open now."};
//     metrics.active_connections.increment();  ...  metrics.active_connections.decrement();
//     auto here = metrics.active_connections.scoped();       // up now, down at the end of the scope

#include <cstdint>
#include <utility>

#include <pantograph/instruments/counter.hpp>

namespace pantograph {

template <class... Options>
class up_down {
  using facts = detail::options_of<Options...>;
  using family = detail::family<facts, 1, detail::cell_kind::integer>;

 public:
  static constexpr metric_kind kind = metric_kind::gauge;
  static constexpr detail::value_form form = detail::value_form::signed_integer;
  using labels = typename facts::labels;
  using unit = typename facts::unit;
  using options = facts;

  constexpr up_down(const char* help) noexcept : help_(help) {
    static_assert(!facts::is_real && unit::integral,
                  "[instrument/up-down-real] this up_down would keep doubles: added and taken away "
                  "they do not return to zero, so it keeps integers only. Declare it as a "
                  "pantograph::gauge, or give it a unit of whole numbers");
  }

  // Counts one thing until it is destroyed or moved from. Movable to another thread.
  class [[nodiscard]] presence {
   public:
    presence(presence&& from) noexcept
        : where_(std::exchange(from.where_, nullptr)), offset_(from.offset_) {}
    presence& operator=(presence&&) = delete;
    ~presence() {
      if (where_ != nullptr) change(*where_, offset_, -1);
    }

   private:
    friend class up_down;
    presence(detail::site& where, std::uint32_t offset) noexcept : where_(&where), offset_(offset) {
      change(where, offset, 1);
    }
    detail::site* where_;
    std::uint32_t offset_;
  };

  // One series. Two words, free to copy; valid as long as the instrument.
  class series {
   public:
    void increment(std::int64_t by = 1) const noexcept { change(*where_, offset_, by); }
    void decrement(std::int64_t by = 1) const noexcept { change(*where_, offset_, -by); }
    presence scoped() const noexcept { return {*where_, offset_}; }

   private:
    friend class up_down;
    series(detail::site& where, std::uint32_t offset) noexcept : where_(&where), offset_(offset) {}
    detail::site* where_;
    std::uint32_t offset_;
  };

  [[nodiscard]] [[gnu::always_inline]] series operator[](const labels& of) noexcept {
    return {family_.where(), family_.offset_of(of)};
  }
  void increment(std::int64_t by = 1) noexcept
    requires(!family::has_labels)
  {
    (*this)[{}].increment(by);
  }
  void decrement(std::int64_t by = 1) noexcept
    requires(!family::has_labels)
  {
    (*this)[{}].decrement(by);
  }
  presence scoped() noexcept
    requires(!family::has_labels)
  {
    return (*this)[{}].scoped();
  }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  [[nodiscard]] detail::family_cells cells() const noexcept { return family_.cells(); }
  void attach() noexcept { family_.attach(); }

 private:
  [[gnu::always_inline]] static void change(detail::site& where, std::uint32_t offset,
                                            std::int64_t by) noexcept {
    if constexpr (facts::is_shared) {
      auto* at = detail::shared_cell<family::layout>(where, offset);
      if (at != nullptr) at->fetch_add(static_cast<std::uint64_t>(by), std::memory_order_relaxed);
    } else {
      detail::add<family::layout>(where, offset, static_cast<std::uint64_t>(by));
    }
  }

  const char* help_;
  family family_;
};

}  // namespace pantograph
