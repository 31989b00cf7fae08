// SPDX-License-Identifier: Apache-2.0
//
// Claim: in a -fPIC shared object, where a thread_local is found by a function call, a counter's
// increment costs at most 5 cycles.

#include <cstddef>

#include "harness.hpp"

extern "C" {
void plugin_increment(std::size_t n);
void plugin_add_to_thread_local(std::size_t n);
}

int main() {
  const auto [ours, plain] = bench::race(500'000, plugin_increment, plugin_add_to_thread_local);
  bench::row{.claim = "counter, own thread, in a -fPIC shared object",
             .measured = ours.cycles,
             .unit = bench::cycle_unit(),
             .at_most = 5,
             .limit = plain.cycles,
             .limit_name = "plain add to a thread_local there"}
      .print();
}
