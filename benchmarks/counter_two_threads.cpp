// SPDX-License-Identifier: Apache-2.0
//
// Claim: two threads that increment one series cost each other nothing.

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

}  // namespace

int main() {
  if (bench::all_processors.size() < 2) {
    bench::left_out("two threads on one counter: there is one processor only");
    return 0;
  }
  const auto [ours, theirs, atomic] = bench::race_in_pairs(
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
      });
  bench::row{.claim = "counter, two threads on one series",
             .measured = ours.two,
             .unit = "ns",
             .at_most = ours.one * 1.1,
             .target = "as one thread, within 10 %",
             .rival = bench::prometheus_cpp,
             .rival_measured = theirs.two,
             .limit = ours.one,
             .limit_name = "one thread"}
      .print();
  bench::row{.claim = "what others share: a relaxed atomic add, two threads",
             .measured = atomic.two,
             .unit = "ns",
             .limit = atomic.one,
             .limit_name = "one thread"}
      .print();
}
