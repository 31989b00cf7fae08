// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which one of an enum's states holds now: one series a state, 1 for the one that holds and 0 for the
// others (OpenMetrics 1.0, 5.1.3 "StateSet"; in the older text format it is a gauge).
//
//     enum class breaker { closed, half_open, open };
//     pg::state_set<breaker> circuit_breaker{"State of the circuit breaker."};
//     metrics.circuit_breaker.set(breaker::open);

#include <cstdint>
#include <type_traits>

#include <pantograph/instruments/counter.hpp>

namespace pantograph {

// Until the first `set` the first enumerator holds.
template <class State>
class state_set {
  using facts = detail::options_of<>;
  using family = detail::family<facts, 1, detail::cell_kind::kept>;

 public:
  static constexpr metric_kind kind = metric_kind::state_set;
  static constexpr detail::value_form form = detail::value_form::state;
  using labels = no_labels;
  using unit = count;
  using options = facts;
  using states = State;

  constexpr state_set(const char* help) noexcept : help_(help) {
    static_assert(std::is_enum_v<State> || std::is_same_v<State, bool>,
                  "[instrument/states] this state_set is not over an enum or bool, so its states "
                  "cannot be listed. Make the states the enumerators of an enum class");
  }

  // A value outside the enumerators sets none of them.
  void set(State now) noexcept {
    auto* at = detail::shared_cell<family::layout>(family_.where(), 0);
    if (at != nullptr) at->store(detail::label_index(now), std::memory_order_relaxed);
  }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  [[nodiscard]] detail::family_cells cells() const noexcept { return family_.cells(); }
  void attach() noexcept { family_.attach(); }

 private:
  const char* help_;
  family family_;
};

}  // namespace pantograph
