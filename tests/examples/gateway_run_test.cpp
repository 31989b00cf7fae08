// SPDX-License-Identifier: Apache-2.0
//
// The demo as a user runs it, without a real Prometheus (that is
// referees/gateway_prometheus_test.cpp). The counts expected of trace_50_lines.csv were added up by
// hand, see gateway_test.cpp.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "http_get.hpp"
#include "program.hpp"

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

std::vector<std::string> with(std::vector<std::string> more) {
  more.insert(more.begin(), {GATEWAY_PROGRAM, "--port", "0", "--no-prometheus"});
  return more;
}

// A folder of the test's own, removed at its end.
struct folder {
  folder() {
    char name[] = "/tmp/gateway-test-XXXXXX";
    path = mkdtemp(name);
  }
  ~folder() { std::filesystem::remove_all(path); }
  [[nodiscard]] bool empty() const { return std::filesystem::is_empty(path); }
  std::string path;
};

TEST(gateway_run, a_trace_with_malformed_lines_gives_the_counts_of_the_others) {
  const folder here;
  program run(with({"--trace", GATEWAY_TRACE, "--errors", "0", "--timeouts", "0", "--speed", "1000",
                    "--save", here.path + "/metrics"}));
  EXPECT_EQ(run.wait(), 0);
  EXPECT_TRUE(has(run.output(), "tool calls          37       0         0 ")) << run.output();
  EXPECT_TRUE(has(run.output(), "model calls         37       0         0 ")) << run.output();
  EXPECT_TRUE(has(run.output(), "tokens       42437 in, 2249 out\n")) << run.output();
  EXPECT_TRUE(has(run.output(), "malformed lines skipped: 12\n")) << run.output();
  EXPECT_TRUE(has(run.output(), "the instruments agree with the list")) << run.output();
  EXPECT_TRUE(has(run.output(), "durations are SIMULATED")) << run.output();
  EXPECT_TRUE(has(run.errors(), "trace_50_lines.csv:12: skipped: ContextTokens is \"many\""))
      << run.errors();
  EXPECT_TRUE(has(run.errors(), "trace_50_lines.csv:28: skipped: the line is empty"));
  std::ifstream saved(here.path + "/metrics");
  const std::string text{std::istreambuf_iterator<char>(saved), {}};
  EXPECT_TRUE(has(text, "\n# TYPE mcp_tool_execution_total counter\n"));
  EXPECT_TRUE(has(text, "\nhttp_server_connections_total 37\n"));
}

TEST(gateway_run, every_call_fails_when_that_is_asked_for) {
  program run(
      with({"--trace", GATEWAY_TRACE, "--errors", "100", "--timeouts", "0", "--speed", "1000"}));
  EXPECT_EQ(run.wait(), 0);
  EXPECT_TRUE(has(run.output(), "tool calls          37      37         0 ")) << run.output();
  EXPECT_TRUE(has(run.output(), "model calls         37      37         0 ")) << run.output();
  EXPECT_TRUE(has(run.output(), "tokens       42437 in, 0 out\n")) << run.output();
}

TEST(gateway_run, every_call_times_out_when_that_is_asked_for) {
  program run(
      with({"--trace", GATEWAY_TRACE, "--errors", "0", "--timeouts", "100", "--speed", "1000"}));
  EXPECT_EQ(run.wait(), 0);
  EXPECT_TRUE(has(run.output(), "tool calls          37       0        37    10.00 s"))
      << run.output();
  EXPECT_TRUE(has(run.output(), "model calls         37       0        37    30.00 s"))
      << run.output();
  EXPECT_TRUE(has(run.output(), "37 took 1 s or longer, 37 of them 5 s or longer")) << run.output();
}

TEST(gateway_run, the_same_seed_gives_the_same_summary_with_any_number_of_threads) {
  const auto summary_of = [](const char* threads) {
    program run(with({"--requests", "300", "--speed", "1e5", "--quiet", "--threads", threads}));
    EXPECT_EQ(run.wait(), 0);
    return run.output();
  };
  const std::string one = summary_of("1");
  EXPECT_TRUE(has(one, "tool calls         300"));
  EXPECT_EQ(one, summary_of("7"));
}

// With the folder of traces at hand; the sums were taken by another program (awk).
TEST(gateway_run, the_whole_trace_gives_its_8819_requests) {
  const char* data = std::getenv("PANTOGRAPH_DATA");
  if (data == nullptr) GTEST_SKIP() << "PANTOGRAPH_DATA does not name the folder with the traces";
  program run(with({"--trace", std::string(data) + "/azure_llm_trace_code.csv", "--errors", "0",
                    "--timeouts", "0", "--speed", "20000"}));
  EXPECT_EQ(run.wait(), 0);
  EXPECT_TRUE(has(run.output(), "tool calls        8819       0         0 ")) << run.output();
  EXPECT_TRUE(has(run.output(), "tokens       18059974 in, 245896 out\n")) << run.output();
  EXPECT_TRUE(has(run.output(), "malformed lines skipped: 0\n")) << run.output();
  EXPECT_EQ(run.errors(), "");
}

TEST(gateway_run, a_missing_trace_is_an_error_that_names_it) {
  program run(with({"--trace", "no/such/trace.csv"}));
  EXPECT_EQ(run.wait(), 1);
  EXPECT_TRUE(
      has(run.errors(), "gateway: the trace \"no/such/trace.csv\" cannot be read: No such file"))
      << run.errors();
}

TEST(gateway_run, a_wrong_command_line_ends_with_2_and_help_with_0) {
  program wrong({GATEWAY_PROGRAM, "--sped", "3"});
  EXPECT_EQ(wrong.wait(), 2);
  EXPECT_EQ(wrong.errors(), "gateway: unknown argument \"--sped\". See gateway --help\n");
  program help({GATEWAY_PROGRAM, "--help"});
  EXPECT_EQ(help.wait(), 0);
  EXPECT_TRUE(has(help.output(), "usage: gateway [options]"));
}

TEST(gateway_run, a_port_in_use_is_an_error_that_says_so) {
  const int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  ASSERT_EQ(bind(other, reinterpret_cast<sockaddr*>(&where), size), 0);
  ASSERT_EQ(listen(other, 1), 0);
  ASSERT_EQ(getsockname(other, reinterpret_cast<sockaddr*>(&where), &size), 0);
  const std::string port = std::to_string(ntohs(where.sin_port));
  program run({GATEWAY_PROGRAM, "--no-prometheus", "--port", port});
  EXPECT_EQ(run.wait(), 1);
  EXPECT_TRUE(has(run.errors(), port)) << run.errors();
  close(other);
}

TEST(gateway_run, serves_until_it_is_told_to_stop) {
  program run(with({"--requests", "20", "--speed", "1000", "--serve"}));
  ASSERT_TRUE(run.wait_for("still serving")) << run.output() << run.errors();
  const std::uint16_t port = run.number_behind("serving http://127.0.0.1:");
  const auto metrics = gateway::http_get(port, "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_TRUE(has(metrics.body, "\nhttp_server_connections_total 20\n"));
  EXPECT_EQ(gateway::http_get(port, "/health").status, 200);
  run.send(SIGINT);
  EXPECT_EQ(run.wait(), 0);
  EXPECT_EQ(gateway::http_get(port, "/metrics").status, 0);
}

TEST(gateway_run, stopped_while_it_replays_it_tells_what_was_done) {
  program run(with({"--requests", "2000", "--speed", "1"}));
  ASSERT_TRUE(run.wait_for("of 2000 requests")) << run.errors();
  run.send(SIGTERM);
  EXPECT_EQ(run.wait(), 0);
  EXPECT_TRUE(has(run.output(), "stopped early")) << run.output();
  EXPECT_TRUE(has(run.output(), "the instruments agree with the list")) << run.output();
}

TEST(gateway_run, without_prometheus_it_says_so_and_goes_on) {
  program run({GATEWAY_PROGRAM, "--port", "0", "--requests", "20", "--speed", "1000"},
              {"PATH=/nowhere"});
  EXPECT_EQ(run.wait(), 0);
  EXPECT_TRUE(has(run.output(), "Prometheus is not installed")) << run.output();
}

// A program of that name that ends at once.
TEST(gateway_run, a_prometheus_that_does_not_start_is_reported_with_its_log_and_leaves_nothing) {
  const folder programs, temporary;
  std::ofstream(programs.path + "/prometheus")
      << "#!/bin/sh\necho the disk is on fire >&2\nexit 1\n";
  chmod((programs.path + "/prometheus").c_str(), 0755);
  program run({GATEWAY_PROGRAM, "--port", "0", "--requests", "20", "--speed", "1000"},
              {"PATH=" + programs.path, "TMPDIR=" + temporary.path});
  EXPECT_EQ(run.wait(), 1);
  EXPECT_TRUE(has(run.errors(), "Prometheus did not become ready")) << run.errors();
  EXPECT_TRUE(has(run.errors(), "the disk is on fire")) << run.errors();
  EXPECT_TRUE(has(run.output(), "tool calls          20")) << run.output();
  EXPECT_TRUE(temporary.empty());
}

}  // namespace
