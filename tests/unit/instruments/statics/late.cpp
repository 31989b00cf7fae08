// SPDX-License-Identifier: Apache-2.0

#include <thread>

#include "statics.hpp"

namespace statics {

static recorder last("late.cpp");

// A thread that begins and ends before main, and one after it.
static struct threads {
  threads() { std::thread([] { record("thread", when::before_main); }).join(); }
  ~threads() { std::thread([] { record("thread", when::after_main); }).join(); }
} around_main;

}  // namespace statics
