// SPDX-License-Identifier: Apache-2.0
//
// The demo: an AI tool gateway that replays requests through the instruments, serves /metrics, and
// asks a real Prometheus what it saw. `gateway --help` has the options.

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <pantograph/exporters/http.hpp>

#include "exposed.hpp"
#include "instruments.hpp"
#include "options.hpp"
#include "prometheus.hpp"
#include "replay.hpp"
#include "summary.hpp"
#include "trace.hpp"

namespace gateway {
namespace {

using namespace std::chrono_literals;

instruments all;
std::atomic<bool> stop_asked{false};
std::atomic<std::uint64_t> slow_calls{0}, too_slow_calls{0};
static_assert(std::atomic<bool>::is_always_lock_free);  // it is set in a signal handler

// For the slow-operation hook, which runs on the recording threads.
void count_slow(const pg::ended_operation& call) noexcept {
  if (call.operation != "tool_execution") return;
  (call.slow == pg::slowness::error ? too_slow_calls : slow_calls).fetch_add(1);
}

void handle_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_asked = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int fail(const pg::error& problem) {
  std::fprintf(stderr, "gateway: %s\n", problem.text.c_str());
  return 1;
}

void say(const options& how, const std::string& line) {
  if (how.quiet) return;
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
}

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.3g" : "%.0f", value);
  return text;
}

pg::result<trace> load(const options& how) {
  if (how.trace.empty()) return make_trace(how.requests.value_or(2000), how.seed);
  auto read = read_trace_file(how.trace, how.requests.value_or(~std::size_t{0}));
  if (!read) return read;
  for (const malformed_line& each : read->examples) {
    std::fprintf(stderr, "gateway: %s:%zu: skipped: %s\n", how.trace.c_str(), each.number,
                 each.why.c_str());
  }
  if (read->malformed > read->examples.size()) {
    std::fprintf(stderr, "gateway: %s: and %zu more malformed lines\n", how.trace.c_str(),
                 read->malformed - read->examples.size());
  }
  return read;
}

// On the port asked for; without one on 9464, or on any that is free.
pg::result<std::uint16_t> serve(pg::exporters::http_endpoint& endpoint, pg::exposition& exposition,
                                const options& how) {
  pg::exporters::http_options settings;
  settings.service = "gateway";
  settings.max_age = 0s;  // what is compared at the end must not come from a cache
  settings.port = how.port.value_or(9464);
  auto started = endpoint.start(exposition, settings);
  if (!started && !how.port && started.error().id == "http/port-in-use") {
    say(how, "port 9464 is taken, so another one is used\n");
    settings.port = 0;
    started = endpoint.start(exposition, settings);
  }
  return started;
}

// One line a tenth of a second on a terminal, where it is overwritten; else one every two seconds.
void show_progress(replay& run, std::size_t total, const options& how) {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const auto start = std::chrono::steady_clock::now();
  auto shown = start;
  while (!run.finished()) {
    std::this_thread::sleep_for(50ms);
    if (stop_asked) run.stop();
    const auto now = std::chrono::steady_clock::now();
    if (now - shown < (terminal ? 100ms : 2000ms) && !run.finished()) continue;
    shown = now;
    const auto [started, ended] = run.progress();
    char line[120];
    std::snprintf(line, sizeof line, "%s%5.1f s  %zu of %zu requests, %zu in flight%s",
                  terminal ? "\r" : "", std::chrono::duration<double>(now - start).count(), ended,
                  total, started - ended, terminal ? "   " : "\n");
    say(how, line);
  }
  if (terminal) say(how, "\n");
  run.wait();
}

// Five expressions, what Prometheus says and what the program counted. False: they differ.
bool question(prometheus& server, const summary& own) {
  const call_summary& tool = own.tool;
  const struct {
    const char* expression;
    double expected;
  } questions[] = {
      {"sum(mcp_tool_execution_total)", static_cast<double>(tool.calls)},
      {"sum(mcp_tool_execution_total{status!=\"success\"})",
       static_cast<double>(tool.errors + tool.timeouts)},
      {"sum(gen_ai_client_operation_duration_seconds_count{error_type!=\"none\"}) or vector(0)",
       static_cast<double>(own.model.errors + own.model.timeouts)},
      {"sum(gen_ai_client_token_usage_sum{gen_ai_token_type=\"input\"})",
       static_cast<double>(own.input_tokens)},
      {"histogram_quantile(0.95, sum by (le) (gen_ai_client_operation_duration_seconds_bucket))",
       own.model.estimated[1]},
  };
  bool equal = true;
  for (const auto& [expression, expected] : questions) {
    const auto answer = server.ask(expression);
    // Quantiles are quotients: the last digits may differ by the order of operations.
    const bool same = answer && std::abs(*answer - expected) <= 1e-9 * std::abs(expected);
    equal = equal && same;
    std::printf("  %s\n    ", expression);
    if (answer) std::printf("%.15g", *answer);
    if (!answer) std::printf("no answer");
    if (same) std::printf("  equal to the program's own\n");
    if (!same) std::printf("  DIFFERENT from the program's own %.15g\n", expected);
  }
  return equal;
}

void announce(const options& how, const trace& requests, double speed, const std::string& url) {
  const std::string total = std::to_string(requests.requests.size());
  say(how,
      "AI tool gateway: " + total +
          (how.trace.empty()
               ? " synthetic requests (no --trace given), seed " + std::to_string(how.seed)
               : " requests of " + how.trace + ", " + std::to_string(requests.malformed) +
                     " malformed lines skipped") +
          "\nreplayed " + rounded(speed) + " times as fast as they came, by " +
          std::to_string(how.threads) +
          " threads\n"
          "durations are SIMULATED: tool calls take 20 ms + 10 us a context token, model calls\n"
          "  200 ms + 0.2 ms a context token + 15 ms a generated token, each times a random "
          "factor;\n  " +
          rounded(how.errors) + " % of each fail, " + rounded(how.timeouts) +
          " % time out; a failed model call generates no token\nserving " + url + "/metrics\n");
}

// Null without one: not installed, not wanted, or not started, which also sets `code`.
std::unique_ptr<prometheus> start_prometheus(const options& how, std::uint16_t target, int& code) {
  if (!how.prometheus) return nullptr;
  const std::string program = find_prometheus();
  if (program.empty()) {
    say(how, "Prometheus is not installed: the numbers below are only the program's own\n");
    return nullptr;
  }
  auto started = prometheus::start(program, target, stop_asked);
  if (!started) {
    code = fail(started.error());
    return nullptr;
  }
  say(how, "Prometheus scrapes it every second: " + (*started)->url() + "\n");
  return std::move(*started);
}

// False: the instruments differ from the list, or the file cannot be written.
bool report(const options& how, const trace& requests, const summary& own, const exposed& shown) {
  if (stop_asked) std::printf("stopped early\n");
  const std::uint64_t longest = too_slow_calls, slow = slow_calls + longest;
  std::printf(
      "\n%sslow tool calls, told by a hook: %llu took 1 s or longer, %llu of them 5 s or longer\n",
      to_text(own).c_str(), static_cast<unsigned long long>(slow),
      static_cast<unsigned long long>(longest));
  if (!how.trace.empty()) std::printf("malformed lines skipped: %zu\n", requests.malformed);
  std::fflush(stdout);
  if (!how.save.empty()) {
    std::ofstream file(how.save, std::ios::binary);
    file << shown.text();
    file.close();
    if (!file) return fail({"gateway/save", how.save + " cannot be written"}) == 0;
  }
  return own.differences.empty();
}

// The next scrape may take a while: Prometheus looks for targets every 5 s.
bool compare(prometheus& server, const summary& own,
             std::chrono::system_clock::time_point last_record) {
  const auto scraped = server.wait_for_scrape(last_record, stop_asked);
  if (!scraped) return stop_asked || fail(scraped.error()) == 0;
  std::printf("\nPrometheus, asked after its next scrape:\n");
  const bool equal = question(server, own);
  std::fflush(stdout);
  return equal;
}

void keep_serving(const options& how, const std::string& url) {
  if (!how.serve && how.serve_seconds <= 0) return;
  say(how, "still serving " + url + "/metrics" +
               (how.serve ? " until Ctrl-C\n" : " for " + rounded(how.serve_seconds) + " s\n"));
  const auto start = std::chrono::steady_clock::now();
  const std::chrono::duration<double> time(how.serve_seconds);
  while (!stop_asked && (how.serve || std::chrono::steady_clock::now() - start < time)) {
    std::this_thread::sleep_for(50ms);
  }
}

int run(const options& how) {
  const auto loaded = load(how);
  if (!loaded) return fail(loaded.error());
  const std::vector<request>& all_requests = loaded->requests;
  const std::chrono::duration<double> span(all_requests.back().at);
  const double speed = how.speed.value_or(std::max(1.0, span.count() / 15));

  pg::schemas::process_watch watch(all.process);
  all.tools.memory_usage_bytes.observe(pg::schemas::resident_memory);
  pg::exposition exposition;
  if (!exposition.add(all.tools) || !exposition.add(all.llm) || !exposition.add(all.http) ||
      !exposition.add(all.process)) {
    return fail({"gateway/exposition", exposition.problems().front()});
  }
  pg::exporters::http_endpoint endpoint;
  const auto port = serve(endpoint, exposition, how);
  if (!port) return fail(port.error());
  announce(how, *loaded, speed, endpoint.url());

  int code = 0;
  const auto server = start_prometheus(how, *port, code);
  pg::on_slow_operation(count_slow);
  replay requests(all, all_requests,
                  {.speed = speed,
                   .threads = how.threads,
                   .seed = how.seed,
                   .rates = {.errors = how.errors / 100, .timeouts = how.timeouts / 100}});
  show_progress(requests, all_requests.size(), how);
  const auto last_record = std::chrono::system_clock::now();

  const exposed shown(exposition);
  const summary own = summarise(requests.results(), shown);
  if (!report(how, *loaded, own, shown)) code = 1;
  if (server && !stop_asked && !compare(*server, own, last_record)) code = 1;
  keep_serving(how, endpoint.url());
  return code;
}

}  // namespace
}  // namespace gateway

int main(int count, char** arguments) {
  const auto how = gateway::parse_options(count, arguments);
  if (!how) {
    std::fprintf(stderr, "gateway: %s. See gateway --help\n", how.error().text.c_str());
    return 2;
  }
  if (how->help) {
    std::fputs(gateway::help_text().data(), stdout);
    return 0;
  }
  gateway::handle_signals();
  return gateway::run(*how);
}
