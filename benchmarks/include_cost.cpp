// SPDX-License-Identifier: Apache-2.0
//
// Claim: <pantograph/metrics.hpp> costs at most 1.5 times <boost/pfr.hpp> to include, and a schema of
// 100 fields with everything that is generated from it compiles in at most 20 s. Processor time of the
// compiler, by turns.

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "harness.hpp"

namespace {

[[nodiscard]] double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

// NaN when the compiler refuses.
[[nodiscard]] double compile_seconds(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{BENCH_COMPILER, "-std=c++20", "-I" BENCH_INCLUDE, "-isystem",
                               BENCH_BOOST_INCLUDE};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> words;
  for (std::string& each : all) words.push_back(each.data());
  words.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execv(words[0], words.data());
    _exit(127);
  }
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) != child || status != 0) return NAN;
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

[[nodiscard]] std::vector<std::string> include_only(const char* header) {
  return {"-fsyntax-only", "-x", "c++", "-include", header, "/dev/null"};
}

// 100 fields of all kinds, each recorded once, their catalogue and their exposition.
void write_schema(const char* path) {
  FILE* const out = std::fopen(path, "w");
  if (out == nullptr) return;
  std::fputs(
      "#include <chrono>\n#include <cstdio>\n#include <pantograph/metrics.hpp>\n"
      "namespace pg = pantograph;\nusing namespace std::chrono_literals;\n"
      "enum class tool_name { search, read_document, write_document, list_files };\n"
      "enum class outcome { success, error, timeout };\n"
      "struct tool_call { pg::label<tool_name> tool; pg::label<outcome> status; };\n"
      "struct by_agent { pg::label<pg::text> agent; pg::label<tool_name> tool; };\n"
      "struct hundred_metrics {\n",
      out);
  for (int i = 0; i < 100; i += 5) {
    std::fprintf(out,
                 "  pg::counter<tool_call> calls_of_part_%02d_total{\"Calls.\"};\n"
                 "  pg::histogram<pg::seconds, pg::log_buckets(%dms, 10s, 12), tool_call>"
                 " part_%02d_duration_seconds{\"Time.\"};\n"
                 "  pg::counter<by_agent, pg::at_most<500>> agents_of_part_%02d_total{\"By agent.\"};\n"
                 "  pg::gauge<pg::bytes> part_%02d_size_bytes{\"Size.\"};\n"
                 "  pg::up_down<> part_%02d_in_flight{\"In flight.\"};\n",
                 i, i + 1, i, i, i, i);
  }
  std::fputs("};\nhundred_metrics metrics;\nint main() {\n", out);
  const char* const labels = "{.tool = tool_name::search, .status = outcome::success}";
  for (int i = 0; i < 100; i += 5) {
    std::fprintf(out,
                 "  metrics.calls_of_part_%02d_total[%s].increment();\n"
                 "  metrics.part_%02d_duration_seconds[%s].observe(7ms);\n"
                 "  metrics.agents_of_part_%02d_total[{.agent = \"a\", .tool = tool_name::search}]"
                 ".increment();\n"
                 "  metrics.part_%02d_size_bytes.set(4096);\n"
                 "  metrics.part_%02d_in_flight.increment();\n",
                 i, labels, i, labels, i, i, i);
  }
  std::fputs(
      "  for (const pg::family_row& row : pg::catalog_of<hundred_metrics>.families) {\n"
      "    std::puts(row.name.data());\n  }\n"
      "  pg::exposition out;\n  out.add(metrics);\n"
      "  auto keep = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };\n"
      "  out.write(pg::sink_to(keep), pg::text_format::openmetrics_1_0);\n}\n",
      out);
  std::fclose(out);
}

}  // namespace

int main() {
  std::vector<double> ours, pfr;
  for (int i = 0; i < 5; ++i) {
    pfr.push_back(compile_seconds(include_only("boost/pfr.hpp")));
    ours.push_back(compile_seconds(include_only("pantograph/metrics.hpp")));
  }
  bench::row{.claim = "include cost of <pantograph/metrics.hpp>, syntax only",
             .measured = bench::median(ours),
             .unit = "s",
             .at_most = bench::median(pfr) * 1.5,
             .target = "<= 1.5 times <boost/pfr.hpp>",
             .limit = bench::median(pfr),
             .limit_name = "<boost/pfr.hpp>"}
      .print();

  const char* const source = "hundred_fields.cpp";
  write_schema(source);
  bench::row{.claim = "a schema of 100 fields with everything that is generated, compiled with -O2",
             .measured = compile_seconds({"-O2", "-c", source, "-o", "hundred_fields.o"}),
             .unit = "s",
             .at_most = 20,
             .note = "20 each of counters, histograms, bounded families, gauges and up-downs; each "
                     "recorded once, their catalogue and exposition"}
      .print();
}
