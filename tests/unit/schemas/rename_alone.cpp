// SPDX-License-Identifier: Apache-2.0
//
// Every ready-made schema keeps the rules, and can be renamed by whoever includes it: so no header
// of theirs may look at its own names first. A program of its own: a schema has one name in a
// program.

#include <pantograph/schemas/http_server.hpp>
#include <pantograph/schemas/llm_client.hpp>
#include <pantograph/schemas/process.hpp>
#include <pantograph/schemas/tool_server.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace schemas = pantograph::schemas;

// All tool servers of a program, whatever they chose.
template <class Choices>
inline constexpr std::string_view pantograph::prefix_of<schemas::tool_server_metrics<Choices>> =
    "cs_mcp";
template <>
inline constexpr std::string_view pantograph::prefix_of<schemas::llm_client_metrics<>> = "ai";
template <>
inline constexpr std::string_view pantograph::prefix_of<schemas::http_server_metrics<>> = "";
template <>
inline constexpr std::string_view pantograph::prefix_of<schemas::process_metrics> = "own_process";

namespace {

using pantograph::catalog_of;
using pantograph::checked;

static_assert(checked<schemas::tool_server_metrics<>>());
static_assert(checked<schemas::llm_client_metrics<>>());
static_assert(checked<schemas::http_server_metrics<>>());
static_assert(checked<schemas::process_metrics>());

enum class tool { search };

TEST(schemas, can_be_renamed) {
  EXPECT_EQ(catalog_of<schemas::tool_server_metrics<>>.families[0].name,
            "cs_mcp_tool_execution_total");
  EXPECT_EQ(catalog_of<schemas::tool_server_metrics<tool>>.families[0].name,
            "cs_mcp_tool_execution_total");
  EXPECT_EQ(catalog_of<schemas::llm_client_metrics<>>.families[0].name, "ai_token_usage");
  EXPECT_EQ(catalog_of<schemas::http_server_metrics<>>.families[0].name, "requests_total");
  EXPECT_EQ(catalog_of<schemas::process_metrics>.families[0].name, "own_process_cpu_seconds_total");
}

TEST(schemas, say_what_they_count_in_sentences) {
  const auto look = [](const pantograph::schema_row& schema) {
    for (const pantograph::family_row& row : schema.families) {
      EXPECT_GE(row.help.size(), 8u) << row.name;
      EXPECT_EQ(row.help.back(), '.') << row.name;
      EXPECT_TRUE(row.help.front() >= 'A' && row.help.front() <= 'Z') << row.name;
    }
  };
  look(catalog_of<schemas::tool_server_metrics<>>);
  look(catalog_of<schemas::llm_client_metrics<>>);
  look(catalog_of<schemas::http_server_metrics<>>);
  look(catalog_of<schemas::process_metrics>);
}

TEST(schemas, stay_within_what_is_written) {
  const auto look = [](const pantograph::schema_row& schema) {
    for (const pantograph::family_row& row : schema.families) {
      EXPECT_LE(row.series, row.limit) << row.name;
      EXPECT_LE(row.limit, 1000u) << row.name;
    }
  };
  look(catalog_of<schemas::tool_server_metrics<>>);
  look(catalog_of<schemas::llm_client_metrics<>>);
  look(catalog_of<schemas::http_server_metrics<>>);
  look(catalog_of<schemas::process_metrics>);
}

}  // namespace
