// SPDX-License-Identifier: Apache-2.0
#pragma once

// A server of tools, such as an MCP server: tool executions, the database queries and platform
// calls behind them, its caches, errors, connections and memory. The names are those of source
// document 003 with the prefix `mcp` for its `cs_mcp`; none of them broke a naming rule. Families
// that 003 does not have are marked so: an operation counts by outcome and what is in flight.
//
//     enum class tool { register_client, list_clients };
//     pg::schemas::tool_server_metrics<tool> metrics;      // <>: tool names are text
//
//     auto all = metrics.monitor_tool_execution(tool::list_clients, [&] { return store.list(); });
//     auto row = metrics.monitor_database_query(query_type::select, [&] { return db.find(id); });
//     metrics.record_cache_hit("redis");
//     auto here = metrics.active_connections.scoped();
//
// To have 003's own names, or any others:
//
//     template <class Choices>
//     inline constexpr std::string_view
//         pantograph::prefix_of<pantograph::schemas::tool_server_metrics<Choices>> = "cs_mcp";

#include <chrono>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pantograph/metrics.hpp>
#include <pantograph/schemas/detail/read_back.hpp>
#include <pantograph/schemas/monitor.hpp>

namespace pantograph::schemas {

using namespace std::chrono_literals;

enum class outcome { success, error, timeout };
enum class query_type { select, insert, update, delete_, complex };

// What a server may choose: the types of its labels (an enum, bool or text), its clock, what is
// slow. Derive from it and write only what differs:
//
//     struct acme : pg::schemas::tool_server_defaults {
//       using tool_name = acme_tool;
//       static constexpr pg::slow_after slow_tool{.warn = 2s, .error = 10s};
//     };
//     pg::schemas::tool_server_metrics<acme> metrics;
struct tool_server_defaults {
  using tool_name = text;
  using status = schemas::outcome;  // another one has `success` and `error`, too
  using query_type = schemas::query_type;
  using integration = text;
  using endpoint = text;
  using cache_type = text;
  using clock = steady_clock;  // or tsc_clock, or one of your own, see instruments/clock.hpp

  // 003, "Performance Thresholds".
  static constexpr slow_after slow_tool{.warn = 1s, .error = 5s};
  static constexpr slow_after slow_query{.warn = 50ms, .error = 200ms};
  static constexpr slow_after slow_api_call{.warn = 2s, .error = 10s};
  static constexpr slow_after slow_health_score{.warn = 100ms};  // its target
};

namespace detail {
// An enum stands for defaults with these tool names.
template <class T>
struct tool_server_choice {
  using type = T;
};
template <class Enum>
requires std::is_enum_v<Enum>
struct tool_server_choice<Enum> {
  struct type : tool_server_defaults {
    using tool_name = Enum;
  };
};
}  // namespace detail

template <class C>
struct tool_label {
  label<typename C::tool_name> tool_name;
};
template <class C>
struct tool_outcome {
  label<typename C::tool_name> tool_name;
  label<typename C::status> status;
};
template <class C>
struct query_label {
  label<typename C::query_type> query_type;
};
template <class C>
struct query_outcome {
  label<typename C::query_type> query_type;
  label<typename C::status> status;
};
template <class C>
struct api_label {
  label<typename C::integration> integration;
  label<typename C::endpoint> endpoint;
};
template <class C>
struct api_outcome {
  label<typename C::integration> integration;
  label<typename C::endpoint> endpoint;
  label<typename C::status> status;
};
template <class C>
struct score_outcome {
  label<typename C::status> status;
};
template <class C>
struct cache_label {
  label<typename C::cache_type> cache_type;
};
struct error_label {
  label<text> error_type;  // an exception's type, or a word given to record_error
};

// `Choices`: an enum of tools, or a struct derived from tool_server_defaults.
template <class Choices = tool_server_defaults>
struct tool_server_metrics {
  using choices = typename detail::tool_server_choice<Choices>::type;
  static constexpr std::string_view prefix = "mcp";

  counter<tool_outcome<choices>, at_most<768>> tool_execution_total{"Tool executions that ended."};
  // Each threshold of 003 is a bound, so that the share above it is exact.
  histogram<seconds, buckets(5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2'500ms, 5s, 10s, 30s),
            tool_label<choices>, at_most<256>>
      tool_execution_duration_seconds{"Time that one tool execution took."};
  // Not in 003.
  up_down<tool_label<choices>, at_most<256>> tool_executions_in_flight{
      "Tool executions under way."};

  // In 003 without `status`.
  counter<query_outcome<choices>, at_most<200>> database_query_total{
      "Database queries that ended."};
  histogram<seconds, buckets(1ms, 2'500us, 5ms, 10ms, 25ms, 50ms, 100ms, 200ms, 500ms, 1s, 5s),
            query_label<choices>, at_most<64>>
      database_query_duration_seconds{"Time that one database query took."};
  // Not in 003.
  up_down<> database_queries_in_flight{"Database queries under way."};

  counter<api_outcome<choices>, at_most<768>> platform_api_calls_total{
      "Calls of platform APIs that ended."};
  histogram<seconds, buckets(25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2s, 5s, 10s, 30s),
            api_label<choices>, at_most<256>>
      platform_api_duration_seconds{"Time that one call of a platform API took."};
  // Not in 003.
  up_down<> platform_api_calls_in_flight{"Calls of platform APIs under way."};

  // Not in 003.
  counter<score_outcome<choices>> health_score_calculations_total{
      "Calculations of a health score that ended."};
  histogram<seconds, buckets(5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2'500ms)>
      health_score_calculation_seconds{"Time that one calculation of a health score took."};
  // Not in 003.
  up_down<> health_score_calculations_in_flight{"Calculations of a health score under way."};

  counter<cache_label<choices>, at_most<64>> cache_hits_total{"Lookups that a cache answered."};
  counter<cache_label<choices>, at_most<64>> cache_misses_total{
      "Lookups that a cache could not answer."};
  counter<error_label, at_most<100>> errors_total{"Errors by type."};
  up_down<> active_connections{"Connections open now."};
  // Exported once it is told where to look, e.g.
  // memory_usage_bytes.observe(schemas::resident_memory) with <pantograph/schemas/process.hpp>.
  observed_gauge<bytes> memory_usage_bytes{"Memory that the server uses."};

  // ---- operations, for pg::begin and pg::schemas::monitor ----

  static constexpr auto tool_execution = operation_of<typename choices::clock>(
      "tool_execution", &tool_server_metrics::tool_execution_total,
      &tool_server_metrics::tool_execution_duration_seconds,
      &tool_server_metrics::tool_executions_in_flight, &tool_outcome<choices>::status,
      choices::slow_tool);
  static constexpr auto database_query = operation_of<typename choices::clock>(
      "database_query", &tool_server_metrics::database_query_total,
      &tool_server_metrics::database_query_duration_seconds,
      &tool_server_metrics::database_queries_in_flight, &query_outcome<choices>::status,
      choices::slow_query);
  static constexpr auto platform_api_call = operation_of<typename choices::clock>(
      "platform_api_call", &tool_server_metrics::platform_api_calls_total,
      &tool_server_metrics::platform_api_duration_seconds,
      &tool_server_metrics::platform_api_calls_in_flight, &api_outcome<choices>::status,
      choices::slow_api_call);
  static constexpr auto health_score_calculation = operation_of<typename choices::clock>(
      "health_score_calculation", &tool_server_metrics::health_score_calculations_total,
      &tool_server_metrics::health_score_calculation_seconds,
      &tool_server_metrics::health_score_calculations_in_flight, &score_outcome<choices>::status,
      choices::slow_health_score);

  // ---- 003's decorators: run `work`, see schemas::monitor ----

  template <class Work>
  decltype(auto) monitor_tool_execution(label<typename choices::tool_name> tool, Work&& work) {
    return monitor(*this, tool_execution, {.tool_name = tool}, std::forward<Work>(work));
  }
  template <class Work>
  decltype(auto) monitor_database_query(label<typename choices::query_type> query, Work&& work) {
    return monitor(*this, database_query, {.query_type = query}, std::forward<Work>(work));
  }
  template <class Work>
  decltype(auto) monitor_api_call(label<typename choices::integration> integration,
                                  label<typename choices::endpoint> endpoint, Work&& work) {
    return monitor(*this, platform_api_call, {.integration = integration, .endpoint = endpoint},
                   std::forward<Work>(work));
  }
  template <class Work>
  decltype(auto) monitor_health_score_calculation(Work&& work) {
    return monitor(*this, health_score_calculation, {}, std::forward<Work>(work));
  }

  // ---- 003's cache and error helpers ----

  void record_cache_hit(label<typename choices::cache_type> cache) noexcept {
    cache_hits_total[{.cache_type = cache}].increment();
  }
  void record_cache_miss(label<typename choices::cache_type> cache) noexcept {
    cache_misses_total[{.cache_type = cache}].increment();
  }
  // Hits among all lookups since the start, 0 .. 1; NaN before the first lookup, so that no
  // comparison with a threshold holds. Costs a scrape: for a report, not for a request. On a
  // dashboard: rate(mcp_cache_hits_total[5m]) / (rate(mcp_cache_hits_total[5m]) +
  // rate(mcp_cache_misses_total[5m]))
  [[nodiscard]] double cache_hit_ratio(label<typename choices::cache_type> cache) const {
    const auto hits =
        static_cast<double>(detail::value_of(cache_hits_total, {.cache_type = cache}));
    const auto misses =
        static_cast<double>(detail::value_of(cache_misses_total, {.cache_type = cache}));
    return hits + misses == 0 ? std::numeric_limits<double>::quiet_NaN() : hits / (hits + misses);
  }
  // An error that no exception of a monitored call tells. `type` comes from a small set of words.
  void record_error(std::string_view type) noexcept {
    errors_total[{.error_type = type}].increment();
  }
};

}  // namespace pantograph::schemas
