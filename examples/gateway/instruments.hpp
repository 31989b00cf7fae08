// SPDX-License-Identifier: Apache-2.0
#pragma once

// The gateway's instruments: four ready-made schemas, with its own tools named, and one operation
// per tool call that takes its time from the replayed clock instead of the machine's.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pantograph/metrics.hpp>
#include <pantograph/schemas/http_server.hpp>
#include <pantograph/schemas/llm_client.hpp>
#include <pantograph/schemas/process.hpp>
#include <pantograph/schemas/tool_server.hpp>

namespace gateway {

namespace pg = pantograph;

enum class tool_name { search, read_document, write_document, list_tickets, send_message };
inline constexpr std::size_t tool_names = 5;
inline constexpr std::array<std::string_view, 2> model_names{"gpt-4o", "gpt-4o-mini"};

// The time of the trace, which a thread sets before it begins or ends a call: what an operation
// then measures is the simulated duration, however fast the trace is replayed.
struct replayed_clock {
  static inline thread_local constinit std::uint64_t nanoseconds = 0;

  static void set(std::chrono::nanoseconds to) noexcept {
    nanoseconds = static_cast<std::uint64_t>(to.count());
  }
  [[nodiscard]] static std::uint64_t now() noexcept { return nanoseconds; }
  [[nodiscard]] static std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) noexcept {
    return to - from;
  }
};

using tool_schema = pg::schemas::tool_server_metrics<tool_name>;
using tool_choices = tool_schema::choices;

inline constexpr auto tool_execution = pg::operation_of<replayed_clock>(
    "tool_execution", &tool_schema::tool_execution_total,
    &tool_schema::tool_execution_duration_seconds, &tool_schema::tool_executions_in_flight,
    &pg::schemas::tool_outcome<tool_choices>::status, tool_choices::slow_tool);
inline constexpr auto database_query = pg::operation_of<replayed_clock>(
    "database_query", &tool_schema::database_query_total,
    &tool_schema::database_query_duration_seconds, &tool_schema::database_queries_in_flight,
    &pg::schemas::query_outcome<tool_choices>::status, tool_choices::slow_query);
inline constexpr auto platform_api_call = pg::operation_of<replayed_clock>(
    "platform_api_call", &tool_schema::platform_api_calls_total,
    &tool_schema::platform_api_duration_seconds, &tool_schema::platform_api_calls_in_flight,
    &pg::schemas::api_outcome<tool_choices>::status, tool_choices::slow_api_call);
inline constexpr auto health_score = pg::operation_of<replayed_clock>(
    "health_score_calculation", &tool_schema::health_score_calculations_total,
    &tool_schema::health_score_calculation_seconds,
    &tool_schema::health_score_calculations_in_flight,
    &pg::schemas::score_outcome<tool_choices>::status, tool_choices::slow_health_score);

struct instruments {
  tool_schema tools;
  pg::schemas::llm_client_metrics<> llm;
  pg::schemas::http_server_metrics<> http;
  pg::schemas::process_metrics process;
};

}  // namespace gateway
