// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells the hooks of <pantograph/instruments/operation.hpp> of a call that is not a pg::operation,
// because some of its labels are known only when it ends.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pantograph/instruments/operation.hpp>

namespace pantograph::schemas::detail {

// `elapsed` in nanoseconds.
template <std::size_t Labels>
void tell_of_end(std::string_view operation, const std::array<label_text, Labels>& labels,
                 std::string_view outcome, std::uint64_t elapsed,
                 const slow_after& limits) noexcept {
  const auto took = duration::of_nanoseconds(static_cast<std::int64_t>(elapsed));
  ended_operation seen{operation, labels, outcome, took, slowness::none, duration{}};
  const auto reached = [&](slowness slow, duration limit) {
    if (limit.count() <= 0 || took < limit) return;
    seen.slow = slow;
    seen.threshold = limit;
  };
  reached(slowness::warn, limits.warn);
  reached(slowness::error, limits.error);
  const operation_hook ended = pantograph::detail::end_hook.load(std::memory_order_acquire);
  if (ended != nullptr) ended(seen);
  const operation_hook slowly = pantograph::detail::slow_hook.load(std::memory_order_acquire);
  if (slowly != nullptr && seen.slow != slowness::none) slowly(seen);
}

}  // namespace pantograph::schemas::detail
