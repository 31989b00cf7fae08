// SPDX-License-Identifier: Apache-2.0
//
// Claim: an operation around a call (count by outcome, duration, in flight; no event yet) costs at
// most 110 ns, and less than 0.5 % of a call that takes 50 us.

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include <pantograph/metrics.hpp>

#include "harness.hpp"

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;

enum class tool_name { search, read_document, write_document, list_files };
enum class outcome { success, error, timeout, cancelled };
struct by_tool {
  pg::label<tool_name> tool;
};
struct tool_call {
  pg::label<tool_name> tool;
  pg::label<outcome> status;
};
struct bench_metrics {
  pg::counter<tool_call> calls_total{"Calls."};
  pg::histogram<pg::seconds, pg::log_buckets(1us, 10s, 12), by_tool> call_duration_seconds{"Time."};
  pg::up_down<> calls_in_flight{"In flight."};
};
bench_metrics metrics;
constexpr auto tool_execution = pg::operation_of(
    "tool_execution", &bench_metrics::calls_total, &bench_metrics::call_duration_seconds,
    &bench_metrics::calls_in_flight, &tool_call::status, pg::slow_after{.warn = 1s, .error = 5s});

std::vector<tool_name> tools;
std::vector<outcome> outcomes;

// A call of about 50 us: multiplications, each waiting for the one before.
[[gnu::noinline]] void work() {
  static const int rounds = static_cast<int>(50'000 / (bench::nanoseconds_a_cycle() * 30));
  std::uint64_t x = 3;
  for (int i = 0; i < rounds; ++i) {
    asm volatile(
        "imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t"
        "imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t imul %0, %0"
        : "+r"(x));
  }
}

}  // namespace

int main() {
  bench::random_numbers random;
  for (std::size_t i = 0; i < bench::inputs; ++i) {
    tools.push_back(static_cast<tool_name>(random.below(4)));
    outcomes.push_back(static_cast<outcome>(random.below(4)));
  }
  // The rival by hand, with every handle kept: the least it can cost.
  prometheus::Counter counts[16];
  prometheus::Gauge in_flight;
  const prometheus::Histogram::BucketBoundaries bounds{1e-6, 4e-6, 2e-5, 8e-5, 3e-4, 1e-3,
                                                       6e-3, 3e-2, 1e-1, 5e-1, 2,    10};
  prometheus::Histogram times[4]{prometheus::Histogram(bounds), prometheus::Histogram(bounds),
                                 prometheus::Histogram(bounds), prometheus::Histogram(bounds)};
  const auto [ours, reads, theirs] = bench::race(
      20'000,
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          auto call = pg::begin(metrics, tool_execution, {.tool = tools[i]});
          bench::fence();
          call.end(outcomes[i]);
        }
      },
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          std::uint64_t first = pg::steady_clock::now();
          bench::hide(first);
          std::uint64_t last = pg::steady_clock::now();
          bench::hide(last);
        }
      },
      [&](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          const auto tool = static_cast<std::size_t>(tools[i]);
          in_flight.Increment();
          const auto start = std::chrono::steady_clock::now();
          bench::fence();
          const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
          times[tool].Observe(took.count());
          counts[tool * 4 + static_cast<std::size_t>(outcomes[i])].Increment();
          in_flight.Decrement();
        }
      });
  bench::row{.claim = "operation around a call",
             .measured = ours.nanoseconds,
             .unit = "ns",
             .at_most = 110,
             .rival = std::string(bench::prometheus_cpp) + " by hand, handles kept",
             .rival_measured = theirs.nanoseconds,
             .limit = reads.nanoseconds,
             .limit_name = "two clock reads",
             .note = "count, duration and in flight; without an event"}
      .print();

  work();
  const auto [alone, around] = bench::race(
      100,
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) work();
      },
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          auto call = pg::begin(metrics, tool_execution, {.tool = tools[i]});
          work();
          call.end(outcomes[i]);
        }
      });
  bench::row{.claim = "operation, share of a call of 50 us",
             .measured = std::max(0.0, (around.cycles / alone.cycles - 1) * 100),
             .unit = "%",
             .at_most = 0.5,
             .limit = reads.nanoseconds / 50'000 * 100,
             .limit_name = "two clock reads"}
      .print();
}
