// SPDX-License-Identifier: Apache-2.0
//
// Claim: a counter's increment on a thread's own cell costs at most 2 cycles in an executable.

#include <prometheus/counter.h>

#include <atomic>
#include <cstdint>

#include <pantograph/metrics.hpp>

#include "harness.hpp"

namespace {

namespace pg = pantograph;

struct bench_metrics {
  pg::counter<> calls_total{"Calls."};
};
bench_metrics metrics;
prometheus::Counter rival;
std::atomic<std::uint64_t> shared_cell{0};
std::uint64_t plain_cell = 0;

}  // namespace

int main() {
  const auto [ours, theirs, atomic, plain] = bench::race(
      500'000,
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          metrics.calls_total.increment();
          bench::fence();
        }
      },
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) rival.Increment();
      },
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) shared_cell.fetch_add(1, std::memory_order_relaxed);
      },
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          plain_cell += 1;
          bench::fence();
        }
      });
  bench::row{.claim = "counter, own thread",
             .measured = ours.cycles,
             .unit = bench::cycle_unit(),
             .at_most = 2,
             .rival = bench::prometheus_cpp,
             .rival_measured = theirs.cycles,
             .limit = plain.cycles,
             .limit_name = "plain add"}
      .print();
  bench::row{.claim = "what others share: a relaxed atomic add, uncontended",
             .measured = atomic.cycles,
             .unit = bench::cycle_unit(),
             .limit = plain.cycles,
             .limit_name = "plain add"}
      .print();
}
