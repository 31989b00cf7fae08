// SPDX-License-Identifier: Apache-2.0
#pragma once

// A mutex that needs no dynamic initialisation, has a trivial destructor (it outlives every static
// destructor) and costs a sixth of <mutex> to include. Never taken on a recording path.

#include <pthread.h>

namespace pantograph::detail {

class lock {
 public:
  constexpr lock() noexcept = default;
  lock(const lock&) = delete;
  lock& operator=(const lock&) = delete;

  void acquire() noexcept { pthread_mutex_lock(&mutex_); }
  void release() noexcept { pthread_mutex_unlock(&mutex_); }
  // In the child of a fork: the mutex is taken by the thread that forked, so it may be released.
 private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

class [[nodiscard]] guard {
 public:
  explicit guard(lock& held) noexcept : held_(held) { held_.acquire(); }
  ~guard() { held_.release(); }
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;

 private:
  lock& held_;
};

}  // namespace pantograph::detail
