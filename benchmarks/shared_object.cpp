// SPDX-License-Identifier: Apache-2.0
//
// The part of counter_in_shared_object that lies in the shared object: loops as its own code has them.

#include <cstddef>
#include <cstdint>

#include <pantograph/metrics.hpp>

namespace {

namespace pg = pantograph;

struct plugin_metrics {
  pg::counter<> calls_total{"Calls."};
};
plugin_metrics metrics;
thread_local std::uint64_t plain_cell = 0;

}  // namespace

extern "C" {

void plugin_increment(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    metrics.calls_total.increment();
    asm volatile("" ::: "memory");
  }
}

// What any thread_local costs there.
void plugin_add_to_thread_local(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    asm volatile("" ::: "memory");
    plain_cell += 1;
  }
}
}
