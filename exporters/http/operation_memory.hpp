// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memory for the one asynchronous operation that an owner has under way (two while a timer is
// moved: the cancelled wait still lives), so that Asio does not go to the heap for it. What does
// not fit goes there after all.

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace pantograph::exporters::detail {

class operation_memory {
 public:
  operation_memory() = default;
  operation_memory(const operation_memory&) = delete;
  operation_memory& operator=(const operation_memory&) = delete;

  [[nodiscard]] void* take(std::size_t size) {
    for (slot& each : slots_) {
      if (!each.taken && size <= sizeof each.bytes) {
        each.taken = true;
        return each.bytes;
      }
    }
    return ::operator new(size);
  }
  void give_back(void* memory) noexcept {
    for (slot& each : slots_) {
      if (memory == each.bytes) {
        each.taken = false;
        return;
      }
    }
    ::operator delete(memory);
  }

 private:
  struct slot {
    alignas(std::max_align_t) std::byte bytes[512];
    bool taken = false;
  };
  std::array<slot, 2> slots_;
};

template <class T>
class operation_allocator {
 public:
  using value_type = T;
  explicit operation_allocator(operation_memory& memory) noexcept : memory_(&memory) {}
  template <class Other>
  operation_allocator(const operation_allocator<Other>& other) noexcept : memory_(other.memory_) {}

  [[nodiscard]] T* allocate(std::size_t count) {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    return static_cast<T*>(memory_->take(count * sizeof(T)));
  }
  void deallocate(T* object, std::size_t) noexcept { memory_->give_back(object); }
  friend bool operator==(const operation_allocator& left,
                         const operation_allocator& right) noexcept {
    return left.memory_ == right.memory_;
  }

 private:
  template <class>
  friend class operation_allocator;
  operation_memory* memory_;
};

// A completion handler whose operation lives in `memory`. Asio finds the allocator by these names.
template <class Handler>
class operation_handler {
 public:
  using allocator_type = operation_allocator<std::byte>;
  operation_handler(operation_memory& memory, Handler handler)
      : memory_(&memory), handler_(std::move(handler)) {}
  [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type(*memory_); }
  template <class... Arguments>
  void operator()(Arguments&&... arguments) {
    handler_(std::forward<Arguments>(arguments)...);
  }

 private:
  operation_memory* memory_;
  Handler handler_;
};

}  // namespace pantograph::exporters::detail
