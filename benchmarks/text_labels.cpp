// SPDX-License-Identifier: Apache-2.0
//
// Claim: two text labels that are given at each call cost at most 30 cycles and no allocation, and
// readers take no lock. 64 tuples, chosen at random; lengths differ, so nothing can be foreseen.

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pantograph/metrics.hpp>

#include "harness.hpp"

namespace {

namespace pg = pantograph;

struct by_text {
  pg::label<pg::text> tool;
  pg::label<pg::text> status;
};
struct bench_metrics {
  pg::counter<by_text, pg::at_most<100>> calls_total{"Calls."};
  pg::counter<by_text, pg::at_most<100>> model_calls_total{"Calls by long names."};
};
bench_metrics metrics;

// 6 .. 14 bytes, and 5 .. 9.
const std::string tools[16] = {"search",       "read_document", "write_document", "list_files",
                               "delete_file",  "run_query",     "send_mail",      "translate",
                               "summarise",    "embed_text",    "fetch_page",     "call_model",
                               "rank_results", "store_vector",  "load_session",   "plan_steps"};
const std::string outcomes[4] = {"success", "error", "timeout", "cancelled"};
// 2 .. 26 bytes, and 2 .. 9: short and long ones take another way.
const std::string models[16] = {"claude-sonnet-4-5-20250929", "gpt-4o", "gemini-1.5-pro",
                                "claude-3-haiku-20240307", "mistral-large", "o3",
                                "llama-3.1-405b-instruct", "command-r-plus", "deepseek-chat",
                                "qwen2.5-72b", "text-embedding-3-large", "gpt-4.1-mini", "grok-2",
                                "nova-pro", "phi-4", "jamba-1.5"};
const std::string short_outcomes[4] = {"ok", "error", "timeout", "cancelled"};

struct tuple {
  std::string_view first, second;
};
std::vector<tuple> tuples, long_tuples;
std::vector<std::uint8_t> choices;

}  // namespace

int main() {
  bench::random_numbers random;
  for (std::size_t i = 0; i < bench::inputs; ++i) {
    choices.push_back(static_cast<std::uint8_t>(random.below(64)));
  }
  for (std::size_t i = 0; i < 64; ++i) {
    tuples.push_back({tools[i / 4], outcomes[i % 4]});
    long_tuples.push_back({models[i / 4], short_outcomes[i % 4]});
  }
  const auto ours_n = [](std::size_t n) {
    const tuple* const all = tuples.data();
    const std::uint8_t* const which = choices.data();
    for (std::size_t i = 0; i < n; ++i) {
      const tuple& of = all[which[i]];
      metrics.calls_total[{.tool = of.first, .status = of.second}].increment();
      bench::fence();
    }
  };
  const auto [ours, long_ones, hash] = bench::race(
      bench::inputs, ours_n,
      [](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) {
          const tuple& of = long_tuples[choices[i]];
          metrics.model_calls_total[{.tool = of.first, .status = of.second}].increment();
          bench::fence();
        }
      },
      [](std::size_t n) {  // reading the texts once, as any look-up must
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
          const tuple& of = tuples[choices[i]];
          const auto first = pg::detail::words_of_short(of.first.data(), of.first.size());
          const auto second = pg::detail::words_of_short(of.second.data(), of.second.size());
          sum += pg::detail::hash_short(of.first.size(), first, 1) ^
                 pg::detail::hash_short(of.second.size(), second, 2);
          bench::hide(sum);
        }
      });

  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter().Name("calls_total").Help("Calls.").Register(registry);
  const auto theirs_n = [&](std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t of = choices[i];
      family.Add({{"tool", tools[of / 4]}, {"status", outcomes[of % 4]}}).Increment();
    }
  };
  const auto [theirs] = bench::race(2'000, theirs_n);

  const std::uint64_t before = bench::allocations();
  ours_n(bench::inputs);
  const std::uint64_t between = bench::allocations();
  theirs_n(1'000);
  const std::uint64_t after = bench::allocations();

  bench::row{.claim = "two text labels, given at each call",
             .measured = ours.cycles,
             .unit = bench::cycle_unit(),
             .at_most = 30,
             .rival = bench::prometheus_cpp,
             .rival_measured = theirs.cycles,
             .limit = hash.cycles,
             .limit_name = "hash of the two texts",
             .note = "texts of 4 to 16 bytes"}
      .print();
  bench::row{.claim = "two text labels, allocations a call",
             .measured = static_cast<double>(between - before) / static_cast<double>(bench::inputs),
             .unit = "allocations",
             .at_most = 0,
             .rival = bench::prometheus_cpp,
             .rival_measured = static_cast<double>(after - between) / 1000,
             .limit = 0,
             .limit_name = "none"}
      .print();
  bench::row{.claim = "two text labels of 2 to 26 bytes, mixed at random",
             .measured = long_ones.cycles,
             .unit = bench::cycle_unit(),
             .note = "a length that the processor cannot guess costs a branch",
             .lost = true}
      .print();
}
