// SPDX-License-Identifier: Apache-2.0

#include "summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace gateway {
namespace {

using pg::schemas::llm_error;
using pg::schemas::outcome;

constexpr double quantiles[3] = {0.50, 0.95, 0.99};

// Nearest rank: the smallest value that at least this share of all does not exceed.
double percentile(const std::vector<std::int64_t>& sorted, double share) {
  if (sorted.empty()) return std::nan("");
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1]) / 1e9;
}

void fill_percentiles(call_summary& into, std::vector<std::int64_t> nanoseconds,
                      const exposed& instruments, std::string_view histogram) {
  std::sort(nanoseconds.begin(), nanoseconds.end());
  for (std::size_t i = 0; i < 3; ++i) {
    into.exact[i] = percentile(nanoseconds, quantiles[i]);
    into.estimated[i] = instruments.quantile(histogram, quantiles[i]);
  }
}

std::string seconds_text(double seconds) {
  char text[32];
  if (std::isnan(seconds)) return "-";
  if (seconds < 1) {
    std::snprintf(text, sizeof text, "%.1f ms", seconds * 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.2f s", seconds);
  }
  return text;
}

std::string row(const char* name, const call_summary& of) {
  char line[160];
  std::snprintf(line, sizeof line, "%-12s %9llu %7llu %9llu %10s %10s %10s  exact\n", name,
                static_cast<unsigned long long>(of.calls),
                static_cast<unsigned long long>(of.errors),
                static_cast<unsigned long long>(of.timeouts), seconds_text(of.exact[0]).c_str(),
                seconds_text(of.exact[1]).c_str(), seconds_text(of.exact[2]).c_str());
  std::string out = line;
  std::snprintf(line, sizeof line, "%40s %10s %10s %10s  from buckets\n", "",
                seconds_text(of.estimated[0]).c_str(), seconds_text(of.estimated[1]).c_str(),
                seconds_text(of.estimated[2]).c_str());
  return out + line;
}

}  // namespace

summary summarise(std::span<const ended_request> list, const exposed& instruments) {
  summary out;
  std::vector<std::int64_t> tool_times, model_times;
  for (const ended_request& each : list) {
    if (!each.ended) continue;
    ++out.tool.calls;
    ++out.model.calls;
    out.tool.errors += each.tool_outcome == outcome::error;
    out.tool.timeouts += each.tool_outcome == outcome::timeout;
    out.model.timeouts += each.model_error == llm_error::timeout;
    out.model.errors +=
        each.model_error != llm_error::success && each.model_error != llm_error::timeout;
    out.input_tokens += each.input_tokens;
    out.output_tokens += each.output_tokens;
    tool_times.push_back(each.tool_time.count());
    model_times.push_back(each.model_time.count());
  }
  constexpr std::string_view model_seconds = "gen_ai_client_operation_duration_seconds";
  fill_percentiles(out.tool, std::move(tool_times), instruments,
                   "mcp_tool_execution_duration_seconds");
  fill_percentiles(out.model, std::move(model_times), instruments, model_seconds);

  const auto compare = [&](std::string_view name, std::string_view label, std::uint64_t expected) {
    const double found = instruments.sum(name, label);
    if (found == static_cast<double>(expected)) return;
    out.differences.push_back(std::string(name) + "{" + std::string(label) + "} is " +
                              std::to_string(found) + ", the program's own list says " +
                              std::to_string(expected));
  };
  const std::string model_count = std::string(model_seconds) + "_count";
  compare("mcp_tool_execution_total", "", out.tool.calls);
  compare("mcp_tool_execution_total", "status=\"error\"", out.tool.errors);
  compare("mcp_tool_execution_total", "status=\"timeout\"", out.tool.timeouts);
  compare("mcp_tool_execution_duration_seconds_count", "", out.tool.calls);
  compare(model_count, "", out.model.calls);
  compare(model_count, "error_type=\"none\"",
          out.model.calls - out.model.errors - out.model.timeouts);
  compare(model_count, "error_type=\"timeout\"", out.model.timeouts);
  compare("http_server_requests_total", "", out.model.calls);
  compare("gen_ai_client_token_usage_sum", "gen_ai_token_type=\"input\"", out.input_tokens);
  compare("gen_ai_client_token_usage_sum", "gen_ai_token_type=\"output\"", out.output_tokens);
  compare("mcp_tool_executions_in_flight", "", 0);
  compare("mcp_active_connections", "", 0);
  return out;
}

std::string to_text(const summary& of) {
  std::string out = "                 calls  errors  timeouts        p50        p95        p99\n";
  out += row("tool calls", of.tool) + row("model calls", of.model);
  out += "tokens       " + std::to_string(of.input_tokens) + " in, " +
         std::to_string(of.output_tokens) + " out\n";
  out +=
      "exact: nearest rank in the program's own list; from buckets: what histogram_quantile makes "
      "of "
      "the histogram\n";
  if (of.differences.empty()) {
    out += "the instruments agree with the list: calls, errors, timeouts, tokens\n";
  }
  for (const std::string& each : of.differences) out += "DIFFERENT: " + each + "\n";
  return out;
}

}  // namespace gateway
