// SPDX-License-Identifier: Apache-2.0
//
// What thread cells cost: a thread's first record, its end, and the memory and the scrapes of many
// threads. No rival has these, because their threads share. One claim, 8 bytes a series and thread,
// is in memory_a_series.

#include <atomic>
#include <cstdint>
#include <string_view>
#include <thread>
#include <vector>

#include <pantograph/metrics.hpp>

#include "harness.hpp"
#include "large_family.hpp"

namespace {

namespace pg = pantograph;

large::mcp_server_metrics metrics;
struct small_metrics {
  pg::counter<> calls_total{"Calls."};
};
small_metrics small;

// How long the end of a thread takes that did `work`, from its last statement until it is joined.
template <class Work>
[[nodiscard]] double end_of_a_thread(Work&& work) {
  double last = 0;
  std::thread one([&] {
    work();
    last = bench::nanoseconds_now();
  });
  one.join();
  return bench::nanoseconds_now() - last;
}

[[nodiscard]] double scrape_milliseconds(pg::exposition& out) {
  std::size_t bytes = 0;
  auto add = [&](std::string_view chunk) { bytes += chunk.size(); };
  out.write(pg::sink_to(add), pg::text_format::prometheus_0_0_4);
  std::vector<double> all;
  for (int i = 0; i < 15; ++i) {
    const double start = bench::nanoseconds_now();
    out.write(pg::sink_to(add), pg::text_format::prometheus_0_0_4);
    all.push_back((bench::nanoseconds_now() - start) / 1e6);
  }
  return bench::median(all);
}

}  // namespace

int main() {
  small.calls_total.increment();
  large::touch(metrics);

  std::vector<double> first, second, empty_end, small_end, large_end;
  for (int i = 0; i < 300; ++i) {
    std::thread([&] {
      const double start = bench::nanoseconds_now();
      small.calls_total.increment();
      const double between = bench::nanoseconds_now();
      small.calls_total.increment();
      first.push_back(between - start);
      second.push_back(bench::nanoseconds_now() - between);
    }).join();
    empty_end.push_back(end_of_a_thread([] {}));
    small_end.push_back(end_of_a_thread([] { small.calls_total.increment(); }));
    if (i % 10 == 0) large_end.push_back(end_of_a_thread([] { large::touch(metrics); }));
  }
  bench::row{.claim = "first record of a thread",
             .measured = (bench::median(first) - bench::median(second)) / 1e3,
             .unit = "us",
             .note = "its cells are mapped and one page of them becomes memory",
             .lost = true}
      .print();
  bench::row{.claim = "end of a thread, 100,000 cells in the arena, 1 touched",
             .measured = (bench::median(small_end) - bench::median(empty_end)) / 1e3,
             .unit = "us",
             .note = "on top of a thread that recorded nothing; it waits for a scrape that is adding up",
             .lost = true}
      .print();
  bench::row{.claim = "end of a thread, 100,000 cells in the arena, all touched",
             .measured = (bench::median(large_end) - bench::median(empty_end)) / 1e3,
             .unit = "us",
             .note = "its cells are added to the shared ones and 196 pages given back",
             .lost = true}
      .print();

  pg::exposition out;
  out.add(metrics);
  const double alone = scrape_milliseconds(out);
  constexpr int threads = 64;
  std::atomic<int> ready{0};
  std::atomic<bool> may_end{false};
  const double before = bench::resident_bytes();
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&] {
      large::touch(metrics);
      ready.fetch_add(1);
      while (!may_end.load()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    });
  }
  while (ready.load() != threads) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const double memory = bench::resident_bytes() - before;
  const double together = scrape_milliseconds(out);
  may_end.store(true);
  for (std::thread& each : all) each.join();
  bench::row{.claim = "100,000 series, one scrape, 64 live threads that touched all",
             .measured = together,
             .unit = "ms",
             .limit = alone,
             .limit_name = "one live thread",
             .lost = true}
      .print();
  bench::row{.claim = "memory of 64 live threads that touched 100,000 series",
             .measured = memory / 1e6,
             .unit = "MB",
             .limit = threads * 0.8,
             .limit_name = "8 B a series and thread",
             .lost = true}
      .print();

  // The least that a thread takes: the pages of its block that hold cells it wrote.
  const double least = bench::in_a_child([] {
    constexpr int count = 32;
    std::atomic<int> waiting{0};
    std::atomic<bool> go{false}, end{false};
    std::vector<std::thread> some;
    for (int i = 0; i < count; ++i) {
      some.emplace_back([&] {
        waiting.fetch_add(1);
        while (!go.load()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        small.calls_total.increment();
        waiting.fetch_sub(1);
        while (!end.load()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      });
    }
    while (waiting.load() != count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double idle = bench::resident_bytes();
    go.store(true);
    while (waiting.load() != 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double busy = bench::resident_bytes();
    end.store(true);
    for (std::thread& each : some) each.join();
    return (busy - idle) / count / 1024;
  });
  bench::row{.claim = "memory of a live thread that touched one counter",
             .measured = least,
             .unit = "KiB",
             .limit = 4,
             .limit_name = "a page",
             .lost = true}
      .print();
}
