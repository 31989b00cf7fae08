// SPDX-License-Identifier: Apache-2.0
//
// Claim: an observation in a histogram with 12 bounds costs at most 12 cycles when it keeps doubles
// and 8 when it keeps integer nanoseconds, and two threads on one series cost the same as one.
// 262,144 log-uniform values: a short sequence would be learned by the branch predictor.

#include <prometheus/histogram.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include <pantograph/metrics.hpp>

#include "harness.hpp"

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;

struct bench_metrics {
  pg::histogram<pg::seconds, pg::log_buckets(5ms, 10s, 12)> call_duration_seconds{"Time."};
  pg::histogram<pg::ratio, pg::log_buckets(0.005, 10.0, 12)> load_ratio{"Load."};
};
bench_metrics metrics;
using integer_search = pg::detail::integer_buckets<decltype(metrics.call_duration_seconds)::bounds>;
using real_search = pg::detail::real_buckets<decltype(metrics.load_ratio)::bounds>;

std::vector<std::chrono::nanoseconds> durations;
std::vector<double> numbers;

}  // namespace

int main() {
  bench::random_numbers random;
  for (std::size_t i = 0; i < bench::inputs; ++i) {
    numbers.push_back(random.between(0.002, 16));
    durations.emplace_back(static_cast<std::int64_t>(numbers.back() * 1e9));
  }
  const auto integers = [](std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      metrics.call_duration_seconds.observe(durations[i]);
      bench::fence();
    }
  };
  const auto doubles = [](std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      metrics.load_ratio.observe(numbers[i]);
      bench::fence();
    }
  };
  const auto& bounds = decltype(metrics.load_ratio)::bounds;
  prometheus::Histogram rival(prometheus::Histogram::BucketBoundaries(bounds.begin(), bounds.end()));
  const auto theirs = [&](std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) rival.Observe(numbers[i]);
  };

  const auto [integer, real, other, find_integer, find_real] = bench::race(
      bench::inputs, integers, doubles, theirs,
      [](std::size_t n) {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
          sum += integer_search::index(durations[i].count());
          bench::hide(sum);
        }
      },
      [](std::size_t n) {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
          sum += real_search::index(numbers[i]);
          bench::hide(sum);
        }
      });
  const auto tell = [&](const char* claim, double measured, double at_most, double limit) {
    bench::row{.claim = claim,
               .measured = measured,
               .unit = bench::cycle_unit(),
               .at_most = at_most,
               .rival = bench::prometheus_cpp,
               .rival_measured = other.cycles,
               .limit = limit,
               .limit_name = "to find the bucket"}
        .print();
  };
  tell("histogram of integer nanoseconds, 12 bounds", integer.cycles, 8, find_integer.cycles);
  tell("histogram of doubles, 12 bounds", real.cycles, 12, find_real.cycles);

  if (bench::all_processors.size() < 2) {
    bench::left_out("two threads on one histogram: there is one processor only");
    return 0;
  }
  const auto [integer_pair, real_pair, other_pair] =
      bench::race_in_pairs(bench::inputs, integers, doubles, theirs);
  const auto tell_pair = [&](const char* claim, const bench::one_and_two& of) {
    bench::row{.claim = claim,
               .measured = of.two,
               .unit = "ns",
               .at_most = of.one * 1.1,
               .target = "as one thread, within 10 %",
               .rival = bench::prometheus_cpp,
               .rival_measured = other_pair.two,
               .limit = of.one,
               .limit_name = "one thread"}
        .print();
  };
  tell_pair("histogram of integer nanoseconds, two threads on one series", integer_pair);
  tell_pair("histogram of doubles, two threads on one series", real_pair);
}
