// SPDX-License-Identifier: Apache-2.0
//
// One schema all the way, with the simplest code: instruments, scrape, an alert with its test, a
// panel, and events in SQLite that survive kill -9.
//
//     vertical write FOLDER TEMPLATE     rules.yml, rules_test.yml, dashboard.json, sqlite.sql
//     vertical run FOLDER [CALLS] [kill] records CALLS tool calls; `kill` dies by SIGKILL at the
//                                        end, and the next run stores the rows that were left

#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>

#include <pantograph/exporters/http.hpp>

#include "event_log.hpp"
#include "event_store.hpp"
#include "tools.hpp"

namespace vertical {
namespace {

tool_metrics metrics;

int fail(const pg::error& problem) {
  std::fprintf(stderr, "vertical: %s\n", problem.text.c_str());
  return 1;
}

bool write_file(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) std::fprintf(stderr, "vertical: %s cannot be written\n", path.c_str());
  return !out.fail();
}

int write_all(const std::string& folder, const std::string& template_path) {
  constexpr auto alerts = alerts_of(tool_alerts{});
  constexpr auto panels = panels_of(tool_dashboard{});
  std::ifstream in(template_path, std::ios::binary);
  const std::string layout{std::istreambuf_iterator<char>(in), {}};
  const auto tests = make_tests("rules.yml", alerts);
  const auto dashboard = make_dashboard(layout, "Tool server", panels);
  if (!tests) return fail(tests.error());
  if (!dashboard) return fail(dashboard.error());
  mkdir(folder.c_str(), 0777);
  const bool written = write_file(folder + "/rules.yml", make_rules("tool_alerts", alerts)) &&
                       write_file(folder + "/rules_test.yml", *tests) &&
                       write_file(folder + "/dashboard.json", *dashboard) &&
                       write_file(folder + "/sqlite.sql", create_table(table_of<tool_event>));
  return written ? 0 : 1;
}

// A tool that does nothing; every tenth call fails.
void call_tools(event_log& events, long long calls) {
  for (long long i = 0; i < calls; ++i) {
    const auto tool = static_cast<tool_name>(i % 3);
    const outcome result = i % 10 == 9 ? outcome::error : outcome::success;
    const auto start = std::chrono::steady_clock::now();
    auto call = pg::begin(metrics, tool_execution, {.tool = tool});
    call.end(result);
    events.record(tool_event{.at = std::chrono::system_clock::now(),
                             .tool = tool,
                             .status = result,
                             .agent = i % 2 == 0 ? "planner" : "writer",
                             .duration = std::chrono::steady_clock::now() - start,
                             .tokens = 100 + i});
  }
}

int run(const std::string& folder, long long calls, bool dies) {
  mkdir(folder.c_str(), 0700);
  auto store = event_store::open(folder + "/events.db", table_of<tool_event>);
  if (!store) return fail(store.error());
  const adopted left = store->adopt(folder + "/rings");
  std::printf("recovered %llu rows from %llu rings of dead processes\n",
              static_cast<unsigned long long>(left.rows),
              static_cast<unsigned long long>(left.rings));
  std::fputs(left.problems.c_str(), stderr);

  pg::exposition exposition;
  exposition.add(metrics);
  pg::exporters::http_endpoint endpoint;
  const auto started = endpoint.start(exposition, {.port = 0, .service = "vertical"});
  if (!started) return fail(started.error());
  std::printf("serving %s/metrics\n", endpoint.url().c_str());

  event_log events(folder + "/rings");
  std::thread other([&] { call_tools(events, calls / 2); });
  call_tools(events, calls - calls / 2);
  other.join();
  std::printf("recorded %lld calls\n", calls);
  std::fflush(stdout);
  if (dies) std::raise(SIGKILL);

  std::uint64_t rows = 0;
  int code = 0;
  events.for_each_ring([&](ring& each) {
    const auto drained = store->drain(each);
    if (drained) rows += *drained;
    if (!drained) code = fail(drained.error());
  });
  std::printf("stored %llu rows in %s/events.db\n", static_cast<unsigned long long>(rows),
              folder.c_str());
  return code;
}

}  // namespace
}  // namespace vertical

int main(int count, char** arguments) {
  const std::string_view command = count > 1 ? arguments[1] : "";
  if (command == "write" && count == 4) return vertical::write_all(arguments[2], arguments[3]);
  const bool dies = count == 5 && std::string_view(arguments[4]) == "kill";
  char* end = nullptr;
  const long long calls = count > 3 ? std::strtoll(arguments[3], &end, 10) : 100;
  if (command == "run" && count >= 3 && (count <= 4 || dies) && (end == nullptr || *end == '\0') &&
      calls >= 0) {
    return vertical::run(arguments[2], calls, dies);
  }
  std::fputs("usage: vertical write FOLDER TEMPLATE\n       vertical run FOLDER [CALLS] [kill]\n",
             stderr);
  return 2;
}
