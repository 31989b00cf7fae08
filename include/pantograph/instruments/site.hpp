// SPDX-License-Identifier: Apache-2.0
#pragma once

// The place of one instrument in an arena. A constant-initialised instrument has none yet: its first
// record, or the exposition it is added to, attaches it; so statics of any file may record in any
// order. Attaching takes a lock and memory once; every later record is a load, a subtraction, a
// compare, and the work on the thread's own cell.

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
  std::atomic<std::uintptr_t> shared{no_cells};  // address of the first of its shared cells
  std::atomic<arena*> owner{&unattached};        // published after `shared`
};

// Whether this is a real arena and not the `unattached` of whatever binary made the instrument. Such
// a stand-in never gets cells, and a real arena has them before an instrument shows it as owner.
[[nodiscard]] inline bool has_cells(const arena& a) noexcept { return a.shared != nullptr; }

// Precondition of both: the instrument has cells.
[[nodiscard]] inline cell* shared_cells_of(const site& s) noexcept {
  return reinterpret_cast<cell*>(s.shared.load(std::memory_order_acquire));
}
[[nodiscard]] inline std::uint32_t first_id_of(const site& s) noexcept {
  const arena* const a = s.owner.load(std::memory_order_acquire);
  return static_cast<std::uint32_t>(shared_cells_of(s) - a->shared);
}

// The arena of the binary that made the instrument. Its mutex guards the making of the instrument's
// cells and texts, whichever binary records: one instrument, one mutex.
[[nodiscard]] inline arena& home_of(const site& s) noexcept {
  arena* const a = s.owner.load(std::memory_order_acquire);
  arena& home = a->home != nullptr ? *a->home : *a;
  prepare_for_forks(home);
  return home;
}

// ---- attaching ----

inline void mark_kinds(arena& a, std::uint32_t first, const cell_layout& layout) noexcept {
  for (std::uint32_t i = 0; i < layout.cells(); ++i) {
    const cell_kind kind = (i + 1) % layout.width == 0 ? layout.last : layout.kind;
    if (a.kinds[first + i] != kind) a.kinds[first + i] = kind;  // a page not written is no memory
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

// Takes an overflow arena away with its instrument. Precondition: the home's mutex is held.
inline void close_overflow(arena& extra) noexcept {
  arena** link = &extra.home->overflow;
  while (*link != &extra) link = &(*link)->overflow;
  *link = extra.overflow;
  munmap(extra.shared, arena_bytes(extra));
  munmap(&extra, sizeof(arena));
}

// Gives the instrument its cells; true when it has them. Any thread, any time, any number of times.
// They come from the arena of the binary that made the instrument, because that binary is there as
// long as the instrument; the caller's may be unloaded before.
[[gnu::noinline, gnu::cold]] inline bool attach_site(site& s, const cell_layout& layout) noexcept {
  arena* a = &home_of(s);
  const guard hold(a->mutex);
  if (has_cells(*s.owner.load(std::memory_order_relaxed))) return true;
  if (!open_arena(*a)) return false;
  std::uint32_t first = take_cells(*a, layout.cells());
  if (first == 0) {
    a = open_overflow(*a, layout.cells());
    if (a == nullptr) return false;
    first = take_cells(*a, layout.cells());
  }
  mark_kinds(*a, first, layout);
  s.shared.store(reinterpret_cast<std::uintptr_t>(a->shared + first), std::memory_order_release);
  s.owner.store(a, std::memory_order_release);
  return true;
}

// Gives the cells back; the site is then as new. No record may be under way on this instrument.
inline void release_site(site& s, const cell_layout& layout) noexcept {
  arena* a = s.owner.load(std::memory_order_acquire);
  if (!has_cells(*a)) return;
  const guard hold(home_of(s).mutex);
  if (a->home != nullptr) {
    close_overflow(*a);
  } else {
    give_back_cells(*a, first_id_of(s), layout.cells());
  }
  s.shared.store(no_cells, std::memory_order_release);
  s.owner.store(&unattached, std::memory_order_release);
}

// ---- recording ----

// How many bytes behind the start of its arena the instrument's cells lie, if that arena is the one
// the calling thread has a block of. Else at least block_size: the cells are found elsewhere.
inline constexpr std::uintptr_t block_size = std::uintptr_t{cell_capacity} * sizeof(cell);
[[nodiscard]] [[gnu::always_inline]] inline std::uintptr_t place_in_own(const site& s) noexcept {
  return s.shared.load(std::memory_order_acquire) - own.shared;
}
// Precondition: place < block_size.
[[nodiscard]] [[gnu::always_inline]] inline cell* own_cells_at(std::uintptr_t place) noexcept {
  char* at = reinterpret_cast<char*>(own.cells) + place;
  asm("" : "+r"(at));  // else g++ adds an index to `place` first, and spends an instruction on it
  return reinterpret_cast<cell*>(at);
}

struct found_cells {
  cell* at;   // null: the system refused memory, the record is lost and counted so
  bool mine;  // this thread is the only writer
};

// The way of a first record, of a thread that is ending, of another binary's instruments, and of
// those declared `shared` (all_threads).
[[gnu::noinline, gnu::cold]] inline found_cells find_cells(site& s, const cell_layout& layout,
                                                           std::uint32_t offset,
                                                           bool all_threads = false) noexcept {
  if (s.shared.load(std::memory_order_acquire) == no_cells && !attach_site(s, layout)) {
    lost_records.fetch_add(1, std::memory_order_relaxed);
    return {nullptr, false};
  }
  cell* const shared = shared_cells_of(s) + offset;
  if (all_threads) return {shared, false};
  if (s.owner.load(std::memory_order_acquire) == &process_arena) (void)attach_thread_cells(own, process_arena);
  const std::uintptr_t place = place_in_own(s);
  if (place < block_size) return {own_cells_at(place) + offset, true};
  return {shared, false};
}

// The cold part of a record is a function of its own, so that the hot one needs no stack.
template <cell_layout Layout>
[[gnu::noinline, gnu::cold]] inline void add_elsewhere(site& s, std::uint32_t offset,
                                                       std::uint64_t n) noexcept {
  const found_cells found = find_cells(s, Layout, offset);
  if (found.mine) {
    add_single_writer(*found.at, n);
  } else if (found.at != nullptr) {
    found.at->fetch_add(n, std::memory_order_relaxed);
  }
}
template <cell_layout Layout>
[[gnu::noinline, gnu::cold]] inline void add_real_elsewhere(site& s, std::uint32_t offset,
                                                            double n) noexcept {
  const found_cells found = find_cells(s, Layout, offset);
  if (found.mine) {
    add_single_writer_real(*found.at, n);
  } else if (found.at != nullptr) {
    add_shared_real(*found.at, n);
  }
}

// Adds to one integer cell.
template <cell_layout Layout>
[[gnu::always_inline]] inline void add(site& s, std::uint32_t offset, std::uint64_t n) noexcept {
  const std::uintptr_t place = place_in_own(s);
  if (place < block_size) [[likely]] {
    add_single_writer(own_cells_at(place)[offset], n);
  } else {
    add_elsewhere<Layout>(s, offset, n);
  }
}

// Adds to one cell that holds a double.
template <cell_layout Layout>
[[gnu::always_inline]] inline void add_real(site& s, std::uint32_t offset, double n) noexcept {
  const std::uintptr_t place = place_in_own(s);
  if (place < block_size) [[likely]] {
    add_single_writer_real(own_cells_at(place)[offset], n);
  } else {
    add_real_elsewhere<Layout>(s, offset, n);
  }
}

// The cell that all threads share: gauges and the `shared` policy. Null: memory was refused.
template <cell_layout Layout>
[[gnu::always_inline]] inline cell* shared_cell(site& s, std::uint32_t offset) noexcept {
  if (s.shared.load(std::memory_order_acquire) == no_cells) [[unlikely]] {
    return find_cells(s, Layout, offset, true).at;
  }
  return shared_cells_of(s) + offset;
}

}  // namespace pantograph::detail
