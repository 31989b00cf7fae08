// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one series of an integer counter has come to, for the few places where a program reads its
// own numbers. Takes a snapshot, which allocates and locks as a scrape does: not for a recording
// path.

#include <cstddef>
#include <cstdint>

#include <pantograph/instruments/counter.hpp>
#include <pantograph/snapshot/snapshot.hpp>

namespace pantograph::schemas::detail {

template <class... Options>
[[nodiscard]] std::uint64_t value_of(const counter<Options...>& of,
                                     const typename counter<Options...>::labels& labels) {
  using facts = typename counter<Options...>::options;
  using family_labels = typename facts::labels;
  static_assert(!facts::is_real, "only counters that keep integers are read back");
  pantograph::detail::source from{};
  from.cells = of.cells();
  std::size_t series = pantograph::detail::label_set<family_labels>::index(labels);
  if constexpr (facts::has_text) {
    const auto* const table = from.cells.texts->load(std::memory_order_acquire);
    if (table == nullptr) return 0;
    const auto key = pantograph::detail::label_key<family_labels>::of(labels);
    series = pantograph::detail::find_series(*table, key, key.hash());
    if (series == pantograph::detail::no_series) return 0;
  }
  pantograph::detail::snapshot now;
  now.take({&from, 1});
  return now.of(0).cells == nullptr ? 0 : now.of(0).cells[series];
}

}  // namespace pantograph::schemas::detail
