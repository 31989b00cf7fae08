// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a user writes: one small schema, and from it an alert, a panel and an event. Everything else
// in this folder is machinery that later rooms replace.

#include <chrono>
#include <cstdint>
#include <string_view>

#include <pantograph/metrics.hpp>

#include "alert.hpp"
#include "dashboard.hpp"
#include "expression.hpp"

namespace vertical {

using namespace std::chrono_literals;

enum class tool_name { search, read_document, write_document };
enum class outcome { success, error, timeout };

struct tool_call {
  pg::label<tool_name> tool;
  pg::label<outcome> status;
};
struct by_tool {
  pg::label<tool_name> tool;
};

struct tool_metrics {
  static constexpr std::string_view prefix = "mcp";
  pg::counter<tool_call> tool_executions_total{"Tool executions."};
  pg::histogram<pg::seconds, pg::log_buckets(5ms, 10s, 12), by_tool>
      tool_execution_duration_seconds{"Time one tool execution took."};
  pg::up_down<> tool_executions_in_flight{"Tool executions running now."};
};

inline constexpr auto tool_execution = pg::operation_of(
    "tool_execution", &tool_metrics::tool_executions_total,
    &tool_metrics::tool_execution_duration_seconds, &tool_metrics::tool_executions_in_flight,
    &tool_call::status, pg::slow_after{.warn = 1s, .error = 5s});

struct tool_alerts {
  using m = tool_metrics;
  using t = tool_call;
  alert high_error_rate{
      .when = sum(rate(&m::tool_executions_total, 5min).where(&t::status, outcome::error)) /
                  sum(rate(&m::tool_executions_total, 5min)) >
              1_percent,
      .held_for = 5min,
      .severity = severity::critical,
      .summary = "Tool calls fail: {value}",
      .runbook = "Look at errors by tool first."};
};

struct tool_dashboard {
  using m = tool_metrics;
  using t = tool_call;
  panel tool_calls{.title = "Tool calls",
                   .shows = sum<&t::tool>(rate(&m::tool_executions_total)),
                   .legend = "{tool}"};
};

// A row: its fields are the columns. Text is copied on recording, so a view may end afterwards.
struct tool_event {
  std::chrono::sys_time<std::chrono::nanoseconds> at;
  tool_name tool;
  outcome status;
  std::string_view agent;
  std::chrono::nanoseconds duration;
  std::int64_t tokens;
};

}  // namespace vertical
