// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a process records events: one ring a thread, in a folder. record() copies the row, its
// texts included, and returns; what it returned true for survives kill -9. A thread's first record
// makes its ring (a lock, system calls); later ones take no lock and allocate nothing. A stand-in
// for store.
//
//     vertical::event_log events("/dev/shm/my-service");
//     events.record(tool_event{.at = now, .tool = tool_name::search, ...});
//
// After a fork only the parent may record: the child would share its rings.

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "event.hpp"
#include "ring.hpp"

namespace vertical {

// Logs are told apart by number: another one may come to stand at the same address.
struct thread_ring {
  std::uint64_t log = 0;
  ring* mine = nullptr;
};

class event_log {
 public:
  static constexpr std::uint64_t ring_bytes = std::uint64_t{1} << 18;

  // The folder is made, for this user alone, if it is not there.
  explicit event_log(std::string folder) : folder_(std::move(folder)) {
    mkdir(folder_.c_str(), 0700);
  }
  event_log(const event_log&) = delete;
  event_log& operator=(const event_log&) = delete;
  // Removes the files of rings that are empty; the next start drains the others.
  ~event_log() {
    for (ring& each : rings_) {
      if (each.header().tail == each.header().head) unlink(each.path().c_str());
    }
  }

  // False: dropped, and counted in the ring's header, or in `without_ring` when no file could be
  // made.
  template <class Event>
  bool record(const Event& event) noexcept {
    ring* const mine = own_ring();
    if (mine == nullptr) return false;
    const std::uint64_t bytes = record_bytes(event);
    char* const place = mine->room_for(bytes);
    if (place == nullptr) return false;
    write_record(place, event);
    mine->publish(bytes);
    return true;
  }

  // Calls `drain(ring&)` for every ring of this process, those of ended threads among them.
  template <class Drain>
  void for_each_ring(const Drain& drain) {
    const std::lock_guard hold(adding_);
    for (ring& each : rings_) drain(each);
  }

  [[nodiscard]] std::uint64_t without_ring() const noexcept { return without_ring_; }

 private:
  static inline thread_local constinit thread_ring own_{};
  static inline std::atomic<std::uint64_t> logs_{0};

  ring* own_ring() noexcept {
    if (own_.log == number_) [[likely]]
      return own_.mine;
    ring* const added = add_ring();
    if (added == nullptr) {
      without_ring_.fetch_add(1, std::memory_order_relaxed);
    } else {
      own_ = {number_, added};
    }
    return added;
  }

  ring* add_ring() noexcept try {
    const std::lock_guard hold(adding_);
    const std::string path = folder_ + "/" + std::to_string(getpid()) + "-" +
                             std::to_string(number_) + "-" + std::to_string(rings_.size()) +
                             ".ring";
    auto made = ring::create(path, ring_bytes);
    if (!made) return nullptr;
    return &rings_.emplace_back(std::move(*made));
  } catch (...) {
    return nullptr;  // out of memory: this thread's events are dropped and counted
  }

  const std::uint64_t number_ = logs_.fetch_add(1) + 1;
  std::string folder_;
  std::mutex adding_;
  std::deque<ring> rings_;  // addresses stay
  std::atomic<std::uint64_t> without_ring_{0};
};

}  // namespace vertical
