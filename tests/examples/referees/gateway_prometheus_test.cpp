// SPDX-License-Identifier: Apache-2.0
//
// The demo with a real Prometheus: it is up, its answers equal the program's counts, and nothing of
// it is left, whatever ends the demo.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "../program.hpp"
#include "http_get.hpp"
#include "prometheus.hpp"

namespace {

using namespace std::chrono_literals;

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

class gateway_prometheus : public testing::Test {
 protected:
  void SetUp() override {
    if (gateway::find_prometheus().empty()) GTEST_SKIP() << "no program prometheus in PATH";
    char name[] = "/tmp/gateway-test-XXXXXX";
    temporary_ = mkdtemp(name);
  }
  void TearDown() override {
    if (!temporary_.empty()) std::filesystem::remove_all(temporary_);
  }

  // Its line, and then its port, come when it is ready and before the replay starts.
  static constexpr std::string_view line = "Prometheus scrapes it every second: http://127.0.0.1:";
  [[nodiscard]] std::vector<std::string> environment() const { return {"TMPDIR=" + temporary_}; }
  [[nodiscard]] bool left_nothing() const { return std::filesystem::is_empty(temporary_); }
  static bool answers(std::uint16_t port) {
    return gateway::http_get(port, "/-/healthy", 1s).status == 200;
  }

  std::string temporary_;
};

TEST_F(gateway_prometheus, answers_five_queries_with_the_programs_own_counts) {
  program run({GATEWAY_PROGRAM, "--port", "0", "--trace", GATEWAY_TRACE, "--errors", "0",
               "--timeouts", "0", "--speed", "1000"},
              environment());
  EXPECT_EQ(run.wait(), 0) << run.output() << run.errors();
  std::size_t equal = 0;
  for (std::size_t at = 0;
       (at = run.output().find("  equal to the program's own\n", at)) != std::string::npos; ++at) {
    ++equal;
  }
  EXPECT_EQ(equal, 5u) << run.output();
  EXPECT_TRUE(has(run.output(), "sum(mcp_tool_execution_total)\n    37  equal")) << run.output();
  EXPECT_TRUE(has(run.output(), "\n    42437  equal")) << run.output();
  const std::uint16_t port = run.number_behind(line);
  EXPECT_NE(port, 0);
  EXPECT_FALSE(answers(port));
  EXPECT_TRUE(left_nothing());
}

TEST_F(gateway_prometheus, ends_with_the_demo_when_it_is_interrupted) {
  program run({GATEWAY_PROGRAM, "--port", "0", "--speed", "1"}, environment());
  ASSERT_TRUE(run.wait_for("of 2000 requests")) << run.output() << run.errors();
  const std::uint16_t port = run.number_behind(line);
  EXPECT_TRUE(answers(port));
  run.send(SIGINT);
  EXPECT_EQ(run.wait(), 0);
  EXPECT_FALSE(answers(port));
  EXPECT_TRUE(left_nothing());
}

TEST_F(gateway_prometheus, ends_with_the_demo_when_it_is_killed) {
  program run({GATEWAY_PROGRAM, "--port", "0", "--speed", "1"}, environment());
  ASSERT_TRUE(run.wait_for("of 2000 requests")) << run.output() << run.errors();
  const std::uint16_t port = run.number_behind(line);
  run.send(SIGKILL);
  EXPECT_EQ(run.wait(), -SIGKILL);
  // The kernel sends the signal; the folder stays, which nobody is left to remove.
  for (int i = 0; i < 100 && answers(port); ++i) std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(answers(port));
}

}  // namespace
