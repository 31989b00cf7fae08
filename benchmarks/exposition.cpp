// SPDX-License-Identifier: Apache-2.0
//
// Claim: a scrape costs at most 15 ns a series and 1.5 ms for 100,000; after the first one it
// allocates nothing, and its memory is one chunk of 64 KiB. The same series for the rival:
// mcp_server_tool_calls_total{tool="tool_00000",status="ok"} 6297

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#if defined(BENCH_ZLIB)
#include <zlib.h>
#endif

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <pantograph/metrics.hpp>

#include "harness.hpp"

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;

struct by_text {
  pg::label<pg::text> tool;
  pg::label<pg::text> status;
};
struct mcp_server_metrics {
  pg::counter<by_text, pg::at_most<100'000>> tool_calls_total{"Tool calls."};
};
struct timing_metrics {
  static constexpr std::string_view prefix = "mcp_server";
  pg::histogram<pg::seconds, pg::log_buckets(5ms, 10s, 12), by_text, pg::at_most<7'000>>
      tool_call_duration_seconds{"Time of tool calls."};
};

const char* const outcomes[4] = {"ok", "error", "timeout", "cancelled"};

[[nodiscard]] std::string tool(std::size_t i) {
  char name[16];
  std::snprintf(name, sizeof name, "tool_%05u", static_cast<unsigned>(i / 4));
  return name;
}

template <class Record>
void record_all(std::size_t series, Record&& record) {
  bench::random_numbers random;
  for (std::size_t i = 0; i < series; ++i) {
    record(tool(i), std::string(outcomes[i % 4]), static_cast<std::uint64_t>(random.between(1, 1e9)));
  }
}

template <class Sink>
void scrape(pg::exposition& out, Sink& sink) {
  out.write(pg::sink_to(sink), pg::text_format::prometheus_0_0_4);
}

struct rival_registry {
  prometheus::Registry registry;
  explicit rival_registry(std::size_t series) {
    auto& family = prometheus::BuildCounter()
                       .Name("mcp_server_tool_calls_total")
                       .Help("Tool calls.")
                       .Register(registry);
    record_all(series, [&](const std::string& tool, const std::string& status, std::uint64_t n) {
      family.Add({{"tool", tool}, {"status", status}}).Increment(static_cast<double>(n));
    });
  }
  [[nodiscard]] std::size_t scrape() const {
    return prometheus::TextSerializer().Serialize(registry.Collect()).size();
  }
};

void at_size(std::size_t series, bool rows_of_a_series) {
  mcp_server_metrics metrics;
  record_all(series, [&](const std::string& tool, const std::string& status, std::uint64_t n) {
    metrics.tool_calls_total[{.tool = tool, .status = status}].increment(n);
  });
  pg::exposition out;
  out.add(metrics);
  std::string text;
  auto keep = [&](std::string_view chunk) { text += chunk; };
  scrape(out, keep);

  std::size_t bytes = 0;
  auto count = [&](std::string_view chunk) { bytes += chunk.size(); };
  std::vector<char> chunk(pg::largest_text_chunk);
  const auto [ours, copy] = bench::race(
      1, [&](std::size_t) { scrape(out, count); },
      [&](std::size_t) {  // the finished text through the same chunk
        for (std::size_t at = 0; at < text.size(); at += chunk.size()) {
          std::memcpy(chunk.data(), text.data() + at, std::min(chunk.size(), text.size() - at));
          bench::fence();
        }
      });
  const rival_registry rival(series);
  std::vector<double> theirs;
  for (int i = 0; i < 5; ++i) {
    const double start = bench::nanoseconds_now();
    bytes += rival.scrape();
    theirs.push_back(bench::nanoseconds_now() - start);
  }
  const auto n = static_cast<double>(series);
  if (rows_of_a_series) {
    bench::row{.claim = "exposition, a series (10,000 series)",
               .measured = ours.nanoseconds / n,
               .unit = "ns",
               .at_most = 15,
               .rival = bench::prometheus_cpp,
               .rival_measured = bench::median(theirs) / n,
               .limit = copy.nanoseconds / n,
               .limit_name = "copy of the finished text"}
        .print();
    return;
  }
  bench::row{.claim = "100,000 series, one scrape, uncompressed",
             .measured = ours.nanoseconds / 1e6,
             .unit = "ms",
             .at_most = 1.5,
             .rival = bench::prometheus_cpp,
             .rival_measured = bench::median(theirs) / 1e6,
             .limit = copy.nanoseconds / 1e6,
             .limit_name = "copy of the finished text",
             .note = std::to_string(text.size() / 1000) + " kB of text"}
      .print();

  const std::uint64_t before = bench::allocations();
  for (int i = 0; i < 5; ++i) scrape(out, count);
  const std::uint64_t between = bench::allocations();
  bytes += rival.scrape();
  bench::row{.claim = "allocations of a scrape after the first, 100,000 series",
             .measured = static_cast<double>(between - before) / 5,
             .unit = "allocations",
             .at_most = 0,
             .rival = bench::prometheus_cpp,
             .rival_measured = static_cast<double>(bench::allocations() - between),
             .limit = 0,
             .limit_name = "none"}
      .print();

#if defined(BENCH_ZLIB)
  std::vector<double> compressed;
  for (int i = 0; i < 3; ++i) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return;
    auto deflate_chunk = [&](std::string_view from) {
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
      stream.avail_in = static_cast<uInt>(from.size());
      do {
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        (void)deflate(&stream, Z_NO_FLUSH);
      } while (stream.avail_in != 0);
    };
    const double start = bench::nanoseconds_now();
    scrape(out, deflate_chunk);
    do {
      stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
      stream.avail_out = static_cast<uInt>(chunk.size());
    } while (deflate(&stream, Z_FINISH) == Z_OK);
    compressed.push_back(bench::nanoseconds_now() - start);
    bytes = stream.total_out;
    deflateEnd(&stream);
  }
  bench::row{.claim = "100,000 series, one scrape, with gzip at its fastest level",
             .measured = bench::median(compressed) / 1e6,
             .unit = "ms",
             .limit = ours.nanoseconds / 1e6,
             .limit_name = "the same uncompressed",
             .note = "zlib, " + std::to_string(bytes / 1000) + " kB compressed",
             .lost = true}
      .print();
#else
  bench::left_out("a scrape with gzip: zlib's header is not installed (zlib1g-dev)");
#endif
}

// Of 7,000 series with 12 bounds: 15 lines each.
void histograms() {
  constexpr std::size_t series = 7'000, lines = series * 15;
  timing_metrics metrics;
  bench::random_numbers random;
  for (std::size_t i = 0; i < series; ++i) {
    for (int k = 0; k < 20; ++k) {
      metrics.tool_call_duration_seconds[{.tool = tool(i), .status = outcomes[i % 4]}].observe(
          std::chrono::nanoseconds(static_cast<std::int64_t>(random.between(2e6, 16e9))));
    }
  }
  pg::exposition out;
  out.add(metrics);
  std::size_t bytes = 0;
  auto count = [&](std::string_view chunk) { bytes += chunk.size(); };
  scrape(out, count);
  const auto [ours] = bench::race(1, [&](std::size_t) { scrape(out, count); });
  bench::row{.claim = "exposition, a sample of a histogram (7,000 histograms)",
             .measured = ours.nanoseconds / static_cast<double>(lines),
             .unit = "ns"}
      .print();
}

// What the largest resident size grows by while a scrape runs.
[[nodiscard]] double kilobytes_on_top(auto&& scrape_once) {
  const auto kilobytes = [](const char* of) {
    double found = NAN;
    if (FILE* file = std::fopen("/proc/self/status", "r")) {
      char line[256];
      while (std::fgets(line, sizeof line, file) != nullptr) {
        if (std::strncmp(line, of, std::strlen(of)) == 0) found = std::atof(line + std::strlen(of));
      }
      std::fclose(file);
    }
    return found;
  };
  scrape_once();
  malloc_trim(0);
  if (FILE* file = std::fopen("/proc/self/clear_refs", "w")) {  // 5: forget the largest size
    std::fputs("5", file);
    std::fclose(file);
  }
  const double before = kilobytes("VmRSS:");
  scrape_once();
  return std::max(0.0, kilobytes("VmHWM:") - before);
}

}  // namespace

int main() {
  const double ours = bench::in_a_child([] {
    mcp_server_metrics metrics;
    record_all(100'000, [&](const std::string& tool, const std::string& status, std::uint64_t n) {
      metrics.tool_calls_total[{.tool = tool, .status = status}].increment(n);
    });
    pg::exposition out;
    out.add(metrics);
    std::size_t bytes = 0;
    auto count = [&](std::string_view chunk) { bytes += chunk.size(); };
    return kilobytes_on_top([&] { scrape(out, count); });
  });
  const double theirs = bench::in_a_child([] {
    const rival_registry rival(100'000);
    std::size_t bytes = 0;
    return kilobytes_on_top([&] { bytes += rival.scrape(); });
  });
  at_size(10'000, true);
  at_size(100'000, false);
  bench::row{.claim = "memory on top while 100,000 series are scraped",
             .measured = ours,
             .unit = "KiB",
             .at_most = 64,
             .rival = bench::prometheus_cpp,
             .rival_measured = theirs,
             .limit = 0,
             .limit_name = "none",
             .note = "the chunk of 64 KiB and 8 B a series are kept from the first scrape on"}
      .print();
  histograms();
}
