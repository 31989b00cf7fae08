// SPDX-License-Identifier: Apache-2.0
#pragma once

// The numbers of many sources at about one moment: one pass over the threads' blocks, thread after
// thread, into arrays that are kept for the next time. Each sum is monotone from snapshot to
// snapshot; two sums may differ by what was being recorded. After the first time, and while no
// instrument or series is added, nothing is allocated.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <pantograph/instruments/site.hpp>
#include <pantograph/instruments/text_table.hpp>
#include <pantograph/snapshot/source.hpp>

namespace pantograph::detail {

// What was read of one source.
struct reading {
  const std::uint64_t* cells = nullptr;  // series x width, or null: nothing there
  std::uint32_t series = 0;              // how many of a bounded family exist, else all
  std::size_t observed_at = 0;           // of a callback: where its values start
  bool present = false;                  // a callback or info was there
};

// What a callback reported for one series.
struct observed_value {
  double value;
  bool reported;
};

class snapshot {
 public:
  // Reads every source. One thread at a time; no lock that recording takes is held while a callback
  // runs.
  void take(std::span<const source> sources) {
    const bool other_sources = readings_.size() != sources.size();
    readings_.assign(sources.size(), reading{});  // keeps its memory
    for (sums& each : sums_) {
      each.needed = false;
      each.reals_needed = 0;
      if (other_sources) each.reals.clear();
    }
    for (std::size_t i = 0; i < sources.size(); ++i) note(sources[i], readings_[i]);
    std::erase_if(sums_, [](const sums& each) { return !each.needed; });  // arenas that are no more
    for (sums& each : sums_) {
      if (each.needed) add_up(each, sources);
    }
    for (std::size_t i = 0; i < sources.size(); ++i) locate(sources[i], readings_[i]);
    observed_.clear();
    for (std::size_t i = 0; i < sources.size(); ++i) ask(sources[i], readings_[i]);
  }

  [[nodiscard]] const reading& of(std::size_t source) const noexcept { return readings_[source]; }
  [[nodiscard]] const observed_value& observed(const reading& r, std::size_t series) const noexcept {
    return observed_[r.observed_at + series];
  }

 private:
  // The sums of one arena's cells, by id.
  struct sums {
    arena* of;
    bool needed;
    std::vector<std::uint64_t> cells;
    std::size_t reals_needed;
    std::vector<double> reals;  // what was shown last of the cells that hold doubles, in order
  };

  static arena* arena_of(const source& s) noexcept {
    if (s.cells.where == nullptr) return nullptr;
    arena* const a = s.cells.where->owner.load(std::memory_order_acquire);
    return has_cells(*a) ? a : nullptr;
  }
  [[nodiscard]] sums* find(const arena* a) noexcept {
    for (sums& each : sums_) {
      if (each.of == a) return &each;
    }
    return nullptr;
  }

  void note(const source& s, reading& r) {
    arena* const a = arena_of(s);
    if (a == nullptr) return;
    sums* known = find(a);
    if (known == nullptr) known = &sums_.emplace_back(sums{a, false, {}, 0, {}});
    known->needed = true;
    r.present = true;
    r.series = s.cells.layout.series;
    if (s.cells.layout.last == cell_kind::real) known->reals_needed += r.series;
    if (s.cells.texts != nullptr) {
      const text_table* table = s.cells.texts->load(std::memory_order_acquire);
      r.series = table == nullptr ? 0 : table->size.load(std::memory_order_acquire);
    }
  }

  void add_up(sums& into, std::span<const source> sources) {
    arena& a = *into.of;
    const guard hold(mutex_of(a));
    into.cells.resize(a.next);
    std::uint64_t* const out = into.cells.data();
    for (std::uint32_t id = first_cell; id < a.next; ++id) {
      out[id] = a.shared[id].load(std::memory_order_relaxed);
    }
    for (block* b = a.blocks; b != nullptr; b = b->next_in_arena) {
      const cell* const own_block = cells_of(b);
      for (std::uint32_t id = first_cell; id < a.next; ++id) {
        out[id] += own_block[id].load(std::memory_order_relaxed);
      }
    }
    // Doubles do not add as integers: their cells are read again.
    into.reals.resize(into.reals_needed);
    double* before = into.reals.data();
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const cell_layout& layout = sources[i].cells.layout;
      if (!readings_[i].present || arena_of(sources[i]) != &a || layout.last != cell_kind::real) {
        continue;
      }
      const std::uint32_t first = first_id_of(*sources[i].cells.where);
      for (std::uint32_t k = layout.width - 1; k < layout.cells(); k += layout.width) {
        *before = not_below(*before, sum_of_reals(a, first + k));
        out[first + k] = std::bit_cast<std::uint64_t>(*before++);
      }
    }
  }
  // Doubles round by the order in which they are added, and that order changes when a thread ends. A
  // sum lower than the last one by as little as that (2^-53 a thread) did not fall; were it shown so,
  // Prometheus would take the counter for restarted and count all of it again.
  [[nodiscard]] static double not_below(double before, double sum) noexcept {
    return sum < before && before - sum <= before * 1e-10 ? before : sum;
  }
  [[nodiscard]] static double sum_of_reals(const arena& a, std::uint32_t id) noexcept {
    const auto real = [](const cell& c) {
      return std::bit_cast<double>(c.load(std::memory_order_relaxed));
    };
    double sum = real(a.shared[id]);
    for (block* b = a.blocks; b != nullptr; b = b->next_in_arena) sum += real(cells_of(b)[id]);
    return sum;
  }

  // What got its cells after `note` waits for the next snapshot.
  void locate(const source& s, reading& r) noexcept {
    if (r.present) r.cells = find(arena_of(s))->cells.data() + first_id_of(*s.cells.where);
  }

  void ask(const source& s, reading& r) {
    if (s.tell != nullptr) r.present = true;
    if (s.ask == nullptr) return;
    r.observed_at = observed_.size();
    r.series = static_cast<std::uint32_t>(s.row->series) + (s.row->labels.empty() ? 0 : 1);
    observed_.resize(observed_.size() + r.series, observed_value{0, false});
    struct target {
      observed_value* values;
      std::size_t count;
    } into{observed_.data() + r.observed_at, r.series};
    r.present = s.ask(s.instrument, {&into, [](void* at, std::size_t series, double value) {
                                       auto& t = *static_cast<target*>(at);
                                       if (series < t.count) t.values[series] = {value, true};
                                     }});
  }

  std::vector<reading> readings_;
  std::vector<sums> sums_;
  std::vector<observed_value> observed_;
};

}  // namespace pantograph::detail
