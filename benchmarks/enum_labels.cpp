// SPDX-License-Identifier: Apache-2.0
//
// Claim: two enum labels that are given at each call cost at most 3 cycles, the increment included,
// and no allocation. Labels are chosen at random and checked at run time. The loop does eight calls a
// round, so that it is calls that are measured.

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <string>
#include <vector>

#include <pantograph/metrics.hpp>

#include "harness.hpp"

namespace {

namespace pg = pantograph;

enum class tool_name : unsigned char {
  search, read_document, write_document, list_files, delete_file, run_query, send_mail, translate,
  summarise, embed_text, fetch_page, call_model, rank_results, store_vector, load_session, plan_steps
};
enum class outcome : unsigned char { success, error, timeout, cancelled };
struct tool_call {
  pg::label<tool_name> tool;
  pg::label<outcome> status;
};
struct bench_metrics {
  pg::counter<tool_call> calls_total{"Calls."};
};
bench_metrics metrics;

struct choice {
  tool_name tool;
  outcome status;
};
std::vector<choice> choices;
std::uint64_t plain_cells[64];

template <class Call>
[[gnu::always_inline]] inline void eight_a_round(std::size_t n, Call&& call) {
  for (const choice* at = choices.data(); at != choices.data() + n; at += 8) {
    call(at[0]), call(at[1]), call(at[2]), call(at[3]);
    call(at[4]), call(at[5]), call(at[6]), call(at[7]);
  }
}

}  // namespace

int main() {
  bench::random_numbers random;
  for (std::size_t i = 0; i < bench::inputs; ++i) {
    choices.push_back({static_cast<tool_name>(random.below(16)), static_cast<outcome>(random.below(4))});
  }
  const auto ours_n = [](std::size_t n) {
    eight_a_round(n, [](const choice& of) __attribute__((always_inline)) {
      metrics.calls_total[{.tool = of.tool, .status = of.status}].increment();
      bench::fence();
    });
  };
  const auto [ours, plain] = bench::race(bench::inputs, ours_n, [](std::size_t n) {
    eight_a_round(n, [](const choice& of) __attribute__((always_inline)) {
      plain_cells[static_cast<std::size_t>(of.tool) * 4 + static_cast<std::size_t>(of.status)] += 1;
      bench::fence();
    });
  });

  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter().Name("calls_total").Help("Calls.").Register(registry);
  std::string tools[16], outcomes[4];
  for (std::size_t i = 0; i < 16; ++i) tools[i] = pg::detail::enumerators_of<tool_name>[i];
  for (std::size_t i = 0; i < 4; ++i) outcomes[i] = pg::detail::enumerators_of<outcome>[i];
  const auto theirs_n = [&](std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      const choice& of = choices[i];
      family.Add({{"tool", tools[static_cast<std::size_t>(of.tool)]},
                  {"status", outcomes[static_cast<std::size_t>(of.status)]}})
          .Increment();
    }
  };
  const auto [theirs] = bench::race(2'000, theirs_n);

  const std::uint64_t before = bench::allocations();
  ours_n(bench::inputs);
  const std::uint64_t between = bench::allocations();
  theirs_n(1'000);
  const std::uint64_t after = bench::allocations();

  bench::row{.claim = "two enum labels, given at each call",
             .measured = ours.cycles,
             .unit = bench::cycle_unit(),
             .at_most = 3,
             .rival = bench::prometheus_cpp,
             .rival_measured = theirs.cycles,
             .limit = plain.cycles,
             .limit_name = "plain add to an array at the same index, unchecked"}
      .print();
  bench::row{.claim = "two enum labels, allocations a call",
             .measured = static_cast<double>(between - before) / static_cast<double>(bench::inputs),
             .unit = "allocations",
             .at_most = 0,
             .rival = bench::prometheus_cpp,
             .rival_measured = static_cast<double>(after - between) / 1000,
             .limit = 0,
             .limit_name = "none"}
      .print();
}
