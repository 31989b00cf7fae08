// SPDX-License-Identifier: Apache-2.0
//
// Claim: a scoped timer (two clock reads and an observation) costs at most 60 ns with the steady
// clock and 30 ns with the calibrated counter of the processor.

#include <prometheus/histogram.h>

#include <chrono>
#include <cstdint>

#include <pantograph/metrics.hpp>

#include "harness.hpp"

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;

struct bench_metrics {
  pg::histogram<pg::seconds, pg::log_buckets(1us, 10s, 12)> call_duration_seconds{"Time."};
};
bench_metrics metrics;

template <class Clock>
void timers(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const auto timing = metrics.call_duration_seconds.time<Clock>();
    bench::fence();
  }
}
template <class Clock>
void two_reads(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t first = Clock::now();
    bench::hide(first);
    std::uint64_t last = Clock::now();
    bench::hide(last);
  }
}

}  // namespace

int main() {
  const bool has_counter = pg::tsc_clock::calibrate();
  prometheus::Histogram rival({1e-6, 4e-6, 2e-5, 8e-5, 3e-4, 1e-3, 6e-3, 3e-2, 1e-1, 5e-1, 2, 10});
  const auto [steady, steady_reads, tsc, tsc_reads, theirs] = bench::race(
      20'000, timers<pg::steady_clock>, two_reads<pg::steady_clock>, timers<pg::tsc_clock>,
      two_reads<pg::tsc_clock>, [&](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          const auto start = std::chrono::steady_clock::now();
          bench::fence();
          const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
          rival.Observe(took.count());
        }
      });
  bench::row{.claim = "scoped timer, steady clock",
             .measured = steady.nanoseconds,
             .unit = "ns",
             .at_most = 60,
             .rival = std::string(bench::prometheus_cpp) + " and two std::chrono reads",
             .rival_measured = theirs.nanoseconds,
             .limit = steady_reads.nanoseconds,
             .limit_name = "two clock reads"}
      .print();
  if (!has_counter) {
    bench::left_out("scoped timer with the processor's counter: it is not invariant here");
    return 0;
  }
  bench::row{.claim = "scoped timer, processor's counter",
             .measured = tsc.nanoseconds,
             .unit = "ns",
             .at_most = 30,
             .limit = tsc_reads.nanoseconds,
             .limit_name = "two counter reads"}
      .print();
}
