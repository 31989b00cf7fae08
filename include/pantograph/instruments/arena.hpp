// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where numbers live. An arena hands out ids of 64-bit cells and, to every thread that records, a
// block that holds that thread's own copy of all cells. A record writes only to its thread's block
// (relaxed load and store, no lock prefix); a scrape adds the blocks up. One arena a binary.
//
// Exact by construction:
//   - thread exit: the block is folded into the shared block; a later record of that thread (another
//     thread_local's destructor, a static) finds no block of its own and adds to the shared one;
//   - the end of an instrument: its cells are cleared in every block under the lock before the ids
//     are handed out again. Recording on an instrument that is being destroyed is the caller's error,
//     as with any object, so nobody writes to them meanwhile;
//   - shared objects: an instrument takes its cells from the arena of the binary that made it and keeps
//     their address among the shared cells; a record looks whether that is within the arena that its
//     thread's block belongs to. Code of another binary, whose own thread_local never matches, adds
//     atomically to the shared cells. Where the loader merges the names below, binaries share one
//     arena, and that is as well;
//   - fork: the child starts with empty cells (gauges keep what was set).
// Not promised: a signal handler that interrupts a record of the same cell can lose one of the two.

#include <pthread.h>
#include <sys/mman.h>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <pantograph/base/config.hpp>
#include <pantograph/base/lock.hpp>

namespace pantograph::detail {

using cell = std::atomic<std::uint64_t>;

// What adding two cells means, and what the child of a fork does with them.
enum class cell_kind : std::uint8_t { integer, real, kept };

struct arena;

// Addresses that are nobody's, in place of the shared cells of an instrument that has none, and of
// those of the arena of a thread without a block. From either to the other, or from the second up to
// any memory, it is further than an arena is long.
inline constexpr std::uintptr_t no_cells = ~std::uintptr_t{0} / 2 + 1;
inline constexpr std::uintptr_t no_block = no_cells / 2;

// What the recording code of one thread looks at.
struct own_cells {
  std::uintptr_t shared = no_block;  // where the shared cells of the block's arena start
  cell* cells = nullptr;             // the block
};

// Head of a thread's block; its cells follow. Mapped memory: only pages written are resident.
struct block {
  block* next_in_arena;
  block* next_in_thread;
  arena* owner;
  own_cells* view;     // reset when the block goes
  pthread_t thread;
};

inline constexpr std::size_t block_head_cells = sizeof(block) / sizeof(cell) + 1;
static_assert(block_head_cells <= 8);
inline constexpr std::uint32_t first_cell = 8;  // ids below are the head of a block

// A range of ids that was given back.
struct free_range {
  std::uint32_t first, size;
};

struct arena {
  lock mutex{};                 // guards everything below but the contents of cells
  cell* shared = nullptr;       // retired threads, gauges, the shared policy, other binaries
  cell_kind* kinds = nullptr;   // of each cell
  block* blocks = nullptr;      // of live threads
  std::uint32_t next = first_cell;
  std::uint32_t capacity = cell_capacity;
  free_range* free_list = nullptr;
  std::size_t free_count = 0, free_capacity = 0;
  pthread_once_t fork_once = PTHREAD_ONCE_INIT;
  void (*handle_forks)() = nullptr;  // called once, before the first attachment
  // Of an overflow arena, the one whose mutex guards it; of `unattached`, this binary's; else null.
  arena* home = nullptr;
  arena* overflow = nullptr;  // arenas of instruments that found no room here; shared cells only
};

[[nodiscard]] inline lock& mutex_of(arena& a) noexcept {
  return a.home != nullptr ? a.home->mutex : a.mutex;
}

[[gnu::visibility("hidden")]] inline void handle_forks_of_this_binary();

// This binary's arena. Immortal: nothing destroys it, so statics may record to the very end.
inline constinit arena process_arena{.handle_forks = &handle_forks_of_this_binary};
// The owner of an instrument before its first record: it has no cells, and no block belongs to it.
// Each binary may have one of its own, so it is told by having no cells, never by its address.
inline constinit arena unattached{.home = &process_arena};
// This thread's view. constinit and trivially destructible: access needs no guard and no wrapper.
inline constinit thread_local own_cells own{};
// The thread's block was folded: it gets no other, so that nothing is left behind unfolded.
inline constinit thread_local bool thread_is_over = false;
// Records that could not be kept because the system refused memory for a first attachment.
inline constinit std::atomic<std::uint64_t> lost_records{0};

// ---- single cells ----

[[gnu::always_inline]] inline void add_single_writer(cell& c, std::uint64_t n) noexcept {
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
  // One instruction, without a lock prefix: what clang makes of the line below. g++ 12 makes three of
  // it, which take a cycle more on the same cell.
  asm volatile("addq %1, %0" : "+m"(c) : "er"(n));
#else
  c.store(c.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
#endif
}
[[gnu::always_inline]] inline void add_single_writer_real(cell& c, double n) noexcept {
  const double sum = std::bit_cast<double>(c.load(std::memory_order_relaxed)) + n;
  c.store(std::bit_cast<std::uint64_t>(sum), std::memory_order_relaxed);
}
inline void add_shared_real(cell& c, double n) noexcept {
  std::uint64_t seen = c.load(std::memory_order_relaxed);
  while (!c.compare_exchange_weak(seen, std::bit_cast<std::uint64_t>(std::bit_cast<double>(seen) + n),
                                  std::memory_order_relaxed)) {
  }
}

// ---- memory ----

// Address space that becomes memory page by page when written; null when the system refuses.
[[nodiscard]] inline void* map_memory(std::size_t bytes) noexcept {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return at == MAP_FAILED ? nullptr : at;
}
[[nodiscard]] constexpr std::size_t block_bytes(const arena& a) noexcept {
  return std::size_t{a.capacity} * sizeof(cell);
}
// The shared cells and, behind them, the kind of each.
[[nodiscard]] constexpr std::size_t arena_bytes(const arena& a) noexcept {
  return block_bytes(a) + std::size_t{a.capacity} * sizeof(cell_kind);
}
[[nodiscard]] inline cell* cells_of(block* b) noexcept { return reinterpret_cast<cell*>(b); }

// ---- fork ----

inline void arena_before_fork() noexcept { process_arena.mutex.acquire(); }
inline void arena_after_fork_in_parent() noexcept { process_arena.mutex.release(); }
// Only the forking thread lives on in the child: its block is emptied, the others go.
inline void arena_after_fork_in_child() noexcept {
  arena& a = process_arena;
  block** link = &a.blocks;
  while (block* b = *link) {
    if (pthread_equal(b->thread, pthread_self())) {
      for (std::uint32_t id = first_cell; id < a.next; ++id) {
        cell& c = cells_of(b)[id];
        if (c.load(std::memory_order_relaxed) != 0) c.store(0, std::memory_order_relaxed);
      }
      link = &b->next_in_arena;
    } else {
      *link = b->next_in_arena;
      munmap(b, block_bytes(a));
    }
  }
  for (arena* part = &a; part != nullptr && part->shared != nullptr; part = part->overflow) {
    for (std::uint32_t id = first_cell; id < part->next; ++id) {
      cell& c = part->shared[id];
      if (part->kinds[id] != cell_kind::kept && c.load(std::memory_order_relaxed) != 0) {
        c.store(0, std::memory_order_relaxed);
      }
    }
  }
  a.mutex.release();
}

// Hidden, so that it runs in the binary that holds the arena: the system forgets the handlers when the
// binary that registered them is unloaded, which must not happen before the arena goes as well.
[[gnu::visibility("hidden")]] inline void handle_forks_of_this_binary() {
  pthread_atfork(arena_before_fork, arena_after_fork_in_parent, arena_after_fork_in_child);
}

// Before the mutex of an arena is taken for the first time: a fork at that moment would leave it
// locked in the child if nobody waited for it.
inline void prepare_for_forks(arena& a) noexcept { pthread_once(&a.fork_once, a.handle_forks); }

// Precondition: a.mutex is held. False when the system refuses memory.
[[nodiscard]] inline bool open_arena(arena& a) noexcept {
  if (a.shared != nullptr) return true;
  void* shared = map_memory(arena_bytes(a));
  if (shared == nullptr) return false;
  a.kinds = reinterpret_cast<cell_kind*>(static_cast<cell*>(shared) + a.capacity);
  a.shared = static_cast<cell*>(shared);
  return true;
}

// ---- threads ----

// Adds the block's cells to the shared ones and gives it back. Precondition: a.mutex is held.
inline void fold_block(arena& a, block* b) noexcept {
  for (std::uint32_t id = first_cell; id < a.next; ++id) {
    const std::uint64_t value = cells_of(b)[id].load(std::memory_order_relaxed);
    if (value == 0) continue;
    if (a.kinds[id] == cell_kind::real) {
      add_shared_real(a.shared[id], std::bit_cast<double>(value));
    } else {
      a.shared[id].fetch_add(value, std::memory_order_relaxed);
    }
  }
  block** link = &a.blocks;
  while (*link != b) link = &(*link)->next_in_arena;
  *link = b->next_in_arena;
}

// Ends with the thread: folds its blocks.
struct thread_folder {
  block* blocks = nullptr;

  ~thread_folder() {
    thread_is_over = true;
    while (block* b = blocks) {
      blocks = b->next_in_thread;
      arena& a = *b->owner;
      {
        const guard hold(a.mutex);
        fold_block(a, b);
      }
      *b->view = {};
      munmap(b, block_bytes(a));
    }
  }
};

[[gnu::noinline, gnu::cold]] inline thread_folder& folder_of_thread() noexcept {
  static thread_local thread_folder folder;
  return folder;
}

// Gives the calling thread its block in this binary's arena. False: it has none and gets none.
[[gnu::noinline, gnu::cold]] inline bool attach_thread_cells(own_cells& view, arena& a) noexcept {
  const auto shared = reinterpret_cast<std::uintptr_t>(a.shared);
  if (view.shared != no_block) return view.shared == shared;
  if (thread_is_over) return false;
  thread_folder& folder = folder_of_thread();
  auto* b = static_cast<block*>(map_memory(block_bytes(a)));
  if (b == nullptr) return false;
  *b = {nullptr, folder.blocks, &a, &view, pthread_self()};
  {
    const guard hold(a.mutex);
    b->next_in_arena = a.blocks;
    a.blocks = b;
  }
  folder.blocks = b;
  view = {shared, cells_of(b)};
  return true;
}

// ---- ids ----

// Takes `size` cells of one kind, or 0 when there is no room. Precondition: a.mutex is held.
[[nodiscard]] inline std::uint32_t take_cells(arena& a, std::uint32_t size) noexcept {
  for (std::size_t i = 0; i < a.free_count; ++i) {
    free_range& range = a.free_list[i];
    if (range.size < size) continue;
    const std::uint32_t first = range.first;
    range.first += size;
    range.size -= size;
    if (range.size == 0) range = a.free_list[--a.free_count];
    return first;
  }
  if (a.capacity - a.next < size) return 0;
  const std::uint32_t first = a.next;
  a.next += size;
  return first;
}

// Clears the cells everywhere and takes the ids back. Precondition: a.mutex is held.
inline void give_back_cells(arena& a, std::uint32_t first, std::uint32_t size) noexcept {
  const auto clear = [&](cell* cells) {
    for (std::uint32_t id = first; id < first + size; ++id) {
      if (cells[id].load(std::memory_order_relaxed) != 0) {
        cells[id].store(0, std::memory_order_relaxed);
      }
    }
  };
  clear(a.shared);
  for (block* b = a.blocks; b != nullptr; b = b->next_in_arena) clear(cells_of(b));
  for (std::size_t i = 0; i < a.free_count;) {  // joins both neighbours, so that ranges stay large
    const free_range range = a.free_list[i];
    if (range.first + range.size != first && first + size != range.first) {
      ++i;
      continue;
    }
    first = range.first < first ? range.first : first;
    size += range.size;
    a.free_list[i] = a.free_list[--a.free_count];
  }
  if (first + size == a.next) {  // the last ones: a scrape need not look at them any more
    a.next = first;
    return;
  }
  if (a.free_count == a.free_capacity) {
    const std::size_t wanted = a.free_capacity == 0 ? 16 : a.free_capacity * 2;
    void* grown = std::realloc(a.free_list, wanted * sizeof(free_range));
    if (grown == nullptr) return;  // the ids stay unused; nothing is lost
    a.free_list = static_cast<free_range*>(grown);
    a.free_capacity = wanted;
  }
  a.free_list[a.free_count++] = {first, size};
}

}  // namespace pantograph::detail

namespace pantograph {

// Maps the calling thread's cells now (about 2.4 us) instead of at its first record. Optional.
inline void attach_thread() noexcept {
  detail::prepare_for_forks(detail::process_arena);
  {
    const detail::guard hold(detail::process_arena.mutex);
    if (!detail::open_arena(detail::process_arena)) return;
  }
  (void)detail::attach_thread_cells(detail::own, detail::process_arena);
}

// Records that this binary could not keep because the system refused memory for an instrument's or a
// thread's first one. Normally 0 for ever.
[[nodiscard]] inline std::uint64_t lost_records() noexcept {
  return detail::lost_records.load(std::memory_order_relaxed);
}

}  // namespace pantograph
