// SPDX-License-Identifier: Apache-2.0
//
// The example as a program, and its scrape over HTTP.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include <pantograph/exporters/http.hpp>

#include "http_get.hpp"
#include "program.hpp"
#include "tools.hpp"

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST(vertical_run, what_was_recorded_is_scraped) {
  vertical::tool_metrics metrics;
  auto call = vertical::pg::begin(metrics, vertical::tool_execution,
                                  {.tool = vertical::tool_name::read_document});
  call.end(vertical::outcome::timeout);
  vertical::pg::exposition exposition;
  ASSERT_TRUE(exposition.add(metrics));
  vertical::pg::exporters::http_endpoint endpoint;
  const auto port = endpoint.start(exposition, {.port = 0});
  ASSERT_TRUE(port) << port.error().text;
  const auto answer = gateway::http_get(*port, "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(has(answer.body,
                  "\nmcp_tool_executions_total{tool=\"read_document\","
                  "status=\"timeout\"} 1\n"))
      << answer.body;
  EXPECT_TRUE(
      has(answer.body, "\nmcp_tool_executions_total{tool=\"search\",status=\"error\"} 0\n"));
  EXPECT_TRUE(
      has(answer.body, "\nmcp_tool_execution_duration_seconds_count{tool=\"read_document\"} 1\n"));
  EXPECT_TRUE(has(answer.body, "\nmcp_tool_executions_in_flight 0\n"));
}

TEST(vertical_run, killed_it_loses_nothing_and_the_next_start_stores_it_once) {
  char name[] = "/tmp/vertical-test-XXXXXX";
  const std::string folder = mkdtemp(name);
  program killed({VERTICAL_PROGRAM, "run", folder, "1001", "kill"});
  EXPECT_EQ(killed.wait(), -SIGKILL);
  program next({VERTICAL_PROGRAM, "run", folder, "10"});
  EXPECT_EQ(next.wait(), 0) << next.errors();
  EXPECT_TRUE(has(next.output(), "recovered 1001 rows from 2 rings of dead processes\n"));
  EXPECT_TRUE(has(next.output(), "stored 10 rows in " + folder + "/events.db\n"));
  program third({VERTICAL_PROGRAM, "run", folder, "0"});
  EXPECT_EQ(third.wait(), 0);
  EXPECT_TRUE(has(third.output(), "recovered 0 rows from 0 rings of dead processes\n"));
  std::filesystem::remove_all(folder);
}

TEST(vertical_run, a_wrong_command_line_ends_with_2) {
  program wrong({VERTICAL_PROGRAM, "run"});
  EXPECT_EQ(wrong.wait(), 2);
  EXPECT_TRUE(has(wrong.errors(), "usage: vertical write FOLDER TEMPLATE\n"));
  program no_number({VERTICAL_PROGRAM, "run", "/tmp", "many"});
  EXPECT_EQ(no_number.wait(), 2);
}

}  // namespace
