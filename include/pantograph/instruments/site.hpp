// SPDX-License-Identifier: Apache-2.0
#pragma once

// The place of one instrument in an arena. A constant-initialised instrument has none yet: its first
// record, or the exposition it is added to, attaches it; so statics of any file may record in any
// order. Attaching takes a lock and memory once; every later record is two loads, a compare, and the
// work on the thread's own cell.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <pantograph/instruments/arena.hpp>

namespace pantograph::detail {

// How an instrument's cells lie: `series` times `width` cells, the last of each `width` of its own
// kind (a histogram of doubles ends in a sum that adds as a double).
struct cell_layout {
  std::uint32_t series;
  std::uint32_t width;
  cell_kind kind;
  cell_kind last;

  [[nodiscard]] constexpr std::uint32_t cells() const noexcept { return series * width; }
};

struct site {
  std::atomic<arena*> owner{&unattached};
  std::uint32_t first = 0;  // written before `owner` is published
};

// ---- attaching ----

inline void mark_kinds(arena& a, std::uint32_t first, const cell_layout& layout) noexcept {
  for (std::uint32_t i = 0; i < layout.cells(); ++i) {
    a.kinds[first + i] = (i + 1) % layout.width == 0 ? layout.last : layout.kind;
  }
}

// No room in the arena: an arena of this instrument's own, of shared cells only.
[[nodiscard]] inline arena* open_overflow(arena& home, std::uint32_t cells) noexcept {
  auto* extra = static_cast<arena*>(map_memory(sizeof(arena)));
  if (extra == nullptr) return nullptr;
  new (extra) arena{};
  extra->home = &home;
  extra->capacity = first_cell + cells;
  if (!open_arena(*extra)) {
    munmap(extra, sizeof(arena));
    return nullptr;
  }
  extra->overflow = home.overflow;
  home.overflow = extra;
  return extra;
}

// Gives the instrument its cells; true when it has them. Any thread, any time, any number of times.
[[gnu::noinline, gnu::cold]] inline bool attach_site(site& s, const cell_layout& layout) noexcept {
  arena* a = &process_arena;
  const guard hold(a->mutex);
  if (s.owner.load(std::memory_order_relaxed) != &unattached) return true;
  if (!open_arena(*a)) return false;
  std::uint32_t first = take_cells(*a, layout.cells());
  if (first == 0) {
    a = open_overflow(*a, layout.cells());
    if (a == nullptr) return false;
    first = take_cells(*a, layout.cells());
  }
  mark_kinds(*a, first, layout);
  s.first = first;
  s.owner.store(a, std::memory_order_release);
  return true;
}

// Gives the cells back; the site is then as new. No record may be under way on this instrument.
inline void release_site(site& s, const cell_layout& layout) noexcept {
  arena* a = s.owner.load(std::memory_order_acquire);
  if (a == &unattached) return;
  const guard hold(mutex_of(*a));
  give_back_cells(*a, s.first, layout.cells());
  s.owner.store(&unattached, std::memory_order_release);
}

// ---- recording ----

struct found_cells {
  cell* at;   // null: the system refused memory, the record is lost and counted so
  bool mine;  // this thread is the only writer
};

// The way of a first record, of a thread that is ending, of another binary's instruments, and of
// those declared `shared` (all_threads).
[[gnu::noinline, gnu::cold]] inline found_cells find_cells(site& s, const cell_layout& layout,
                                                           std::uint32_t offset,
                                                           bool all_threads = false) noexcept {
  if (s.owner.load(std::memory_order_acquire) == &unattached && !attach_site(s, layout)) {
    lost_records.fetch_add(1, std::memory_order_relaxed);
    return {nullptr, false};
  }
  arena* const a = s.owner.load(std::memory_order_acquire);
  if (all_threads) return {a->shared + s.first + offset, false};
  if (a == &process_arena) (void)attach_thread_cells(own, process_arena);
  if (a == own.owner) return {own.cells + s.first + offset, true};
  return {a->shared + s.first + offset, false};
}

// Adds to one integer cell.
template <cell_layout Layout>
[[gnu::always_inline]] inline void add(site& s, std::uint32_t offset, std::uint64_t n) noexcept {
  if (s.owner.load(std::memory_order_acquire) == own.owner) [[likely]] {
    add_single_writer(own.cells[s.first + offset], n);
    return;
  }
  const found_cells found = find_cells(s, Layout, offset);
  if (found.mine) {
    add_single_writer(*found.at, n);
  } else if (found.at != nullptr) {
    found.at->fetch_add(n, std::memory_order_relaxed);
  }
}

// Adds to one cell that holds a double.
template <cell_layout Layout>
[[gnu::always_inline]] inline void add_real(site& s, std::uint32_t offset, double n) noexcept {
  if (s.owner.load(std::memory_order_acquire) == own.owner) [[likely]] {
    add_single_writer_real(own.cells[s.first + offset], n);
    return;
  }
  const found_cells found = find_cells(s, Layout, offset);
  if (found.mine) {
    add_single_writer_real(*found.at, n);
  } else if (found.at != nullptr) {
    add_shared_real(*found.at, n);
  }
}

// The cell that all threads share: gauges and the `shared` policy. Null: memory was refused.
template <cell_layout Layout>
[[gnu::always_inline]] inline cell* shared_cell(site& s, std::uint32_t offset) noexcept {
  arena* a = s.owner.load(std::memory_order_acquire);
  if (a == &unattached) [[unlikely]] {
    if (!attach_site(s, Layout)) {
      lost_records.fetch_add(1, std::memory_order_relaxed);
      return nullptr;
    }
    a = s.owner.load(std::memory_order_acquire);
  }
  return a->shared + s.first + offset;
}

}  // namespace pantograph::detail
