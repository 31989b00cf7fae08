// SPDX-License-Identifier: Apache-2.0
#pragma once

// Fills every family of the four ready-made schemas with known values, and notes each sample.

#include <pantograph/schemas/http_server.hpp>
#include <pantograph/schemas/llm_client.hpp>
#include <pantograph/schemas/process.hpp>
#include <pantograph/schemas/tool_server.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "hostile.hpp"
#include "recorded.hpp"

namespace parity {

namespace pg = pantograph;
namespace schemas = pantograph::schemas;
using namespace std::chrono_literals;

// ---- tool server ----

inline void populate_tools(schemas::tool_server_metrics<>& metrics, recorded& list) {
  const std::vector<const char*> times{"0.005", "0.01", "0.025", "0.05", "0.1",  "0.25",
                                       "0.5",   "1.0",  "2.5",   "5.0",  "10.0", "30.0"};
  long long beyond = 0;
  long long n = 0;
  for (const hostile_text& tool : hostile_texts()) {
    ++n;
    metrics.tool_execution_total[{.tool_name = tool.recorded, .status = schemas::outcome::error}]
        .increment(n);
    metrics.tool_execution_duration_seconds[{.tool_name = tool.recorded}].observe(7ms);
    metrics.tool_executions_in_flight[{.tool_name = tool.recorded}].increment(n);
    if (tool.seen.empty()) {
      beyond += n;
      continue;
    }
    const label_list labels{{"tool_name", tool.seen}};
    list.sample("mcp_tool_execution_total", with(labels, "status", "error"), n);
    if (tool.seen == "other") {
      // Beside text alone, `other` as a text is the series of everything that is not kept. All of
      // its observations are noted below.
      beyond += n;
      continue;
    }
    list.histogram("mcp_tool_execution_duration_seconds", labels, times, {0.007}, "0.007");
    list.sample("mcp_tool_executions_in_flight", labels, n);
  }
  // Two texts are not kept (22 and 23), and the 12th is "other" itself.
  const label_list other{{"tool_name", "other"}};
  list.sample("mcp_tool_execution_total", with(other, "status", "other"), 22 + 23);
  list.histogram("mcp_tool_execution_duration_seconds", other, times, {0.007, 0.007, 0.007},
                 "0.021");
  list.sample("mcp_tool_executions_in_flight", other, beyond);

  metrics
      .platform_api_calls_total[{.integration = "zendesk",
                                 .endpoint = "tickets/{id}",
                                 .status = schemas::outcome::timeout}]
      .increment(9'007'199'254'740'991);  // 2^53 - 1, the last integer that a reader's double holds
  list.sample("mcp_platform_api_calls_total",
              {{"integration", "zendesk"}, {"endpoint", "tickets/{id}"}, {"status", "timeout"}},
              9'007'199'254'740'991);
  auto api = metrics.platform_api_duration_seconds[{.integration = "a", .endpoint = "a\"b"}];
  api.observe(2s);  // a bound, which is inclusive
  api.observe(2'000'000'001ns);
  api.observe(31s);
  list.histogram("mcp_platform_api_duration_seconds", {{"integration", "a"}, {"endpoint", "a\"b"}},
                 {"0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.0", "5.0", "10.0", "30.0"},
                 {2, 2.000000001, 31}, "35.000000001");
  metrics.platform_api_calls_in_flight.increment(3);
  list.sample("mcp_platform_api_calls_in_flight", {}, 3);

  // Dense: every series is shown from the start.
  metrics.database_query_total[{schemas::query_type::delete_, schemas::outcome::error}].increment(
      5);
  metrics.database_query_duration_seconds[{schemas::query_type::complex}].observe(50ms);
  for (const char* query : {"select", "insert", "update", "delete", "complex"}) {
    for (const char* status : {"success", "error", "timeout"}) {
      const bool recorded_one = std::string(query) == "delete" && std::string(status) == "error";
      list.sample("mcp_database_query_total", {{"query_type", query}, {"status", status}},
                  recorded_one ? 5 : 0);
    }
    const bool observed_one = std::string(query) == "complex";
    list.histogram(
        "mcp_database_query_duration_seconds", {{"query_type", query}},
        {"0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.2", "0.5", "1.0", "5.0"},
        observed_one ? std::vector{0.05} : std::vector<double>{}, observed_one ? "0.05" : "0");
  }
  metrics.database_queries_in_flight.decrement(2);  // ended more than began: shown as it is
  list.sample("mcp_database_queries_in_flight", {}, -2);

  metrics.health_score_calculations_total[{schemas::outcome::success}].increment(1);
  for (const char* status : {"success", "error", "timeout"}) {
    list.sample("mcp_health_score_calculations_total", {{"status", status}},
                std::string(status) == "success" ? 1 : 0);
  }
  metrics.health_score_calculation_seconds.observe(1ns);
  list.histogram("mcp_health_score_calculation_seconds", {},
                 {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5"},
                 {0.000000001}, "0.000000001");
  list.sample("mcp_health_score_calculations_in_flight", {}, 0);

  metrics.record_cache_hit("redis");
  metrics.record_cache_miss("re\\dis");
  metrics.record_error("std::runtime_error");
  metrics.record_error("std::runtime_error");
  metrics.active_connections.increment(17);
  metrics.memory_usage_bytes.observe([] { return 1'234'567'890'123; });
  list.sample("mcp_cache_hits_total", {{"cache_type", "redis"}}, 1);
  list.sample("mcp_cache_misses_total", {{"cache_type", "re\\dis"}}, 1);
  list.sample("mcp_errors_total", {{"error_type", "std::runtime_error"}}, 2);
  list.sample("mcp_active_connections", {}, 17);
  list.sample("mcp_memory_usage_bytes", {}, 1'234'567'890'123);
  list.families_of<schemas::tool_server_metrics<>>();
}

// ---- model client ----

inline void populate_models(schemas::llm_client_metrics<>& metrics, recorded& list) {
  using schemas::gen_ai_operation;
  using schemas::gen_ai_provider;
  const std::vector<const char*> times{"0.01", "0.02", "0.04", "0.08",  "0.16",  "0.32",  "0.64",
                                       "1.28", "2.56", "5.12", "10.24", "20.48", "40.96", "81.92"};
  const std::vector<const char*> counts{
      "1.0",     "4.0",     "16.0",     "64.0",      "256.0",     "1024.0",     "4096.0",
      "16384.0", "65536.0", "262144.0", "1048576.0", "4194304.0", "16777216.0", "67108864.0"};
  std::vector<double> unkept;
  long long unkept_sum = 0, n = 0;
  for (const hostile_text& model : hostile_texts()) {
    n += 1000;
    metrics
        .token_usage[{gen_ai_operation::chat, gen_ai_provider::aws_bedrock, model.recorded,
                      "answered", schemas::gen_ai_token::input}]
        .observe(n);
    if (model.seen.empty()) {
      unkept.push_back(static_cast<double>(n));
      unkept_sum += n;
      continue;
    }
    list.histogram("gen_ai_client_token_usage",
                   {{"gen_ai_operation_name", "chat"},
                    {"gen_ai_provider_name", "aws.bedrock"},
                    {"gen_ai_request_model", model.seen},
                    {"gen_ai_response_model", "answered"},
                    {"gen_ai_token_type", "input"}},
                   counts, {static_cast<double>(n)}, std::to_string(n));
  }
  list.histogram("gen_ai_client_token_usage",
                 {{"gen_ai_operation_name", "other"},
                  {"gen_ai_provider_name", "other"},
                  {"gen_ai_request_model", "other"},
                  {"gen_ai_response_model", "other"},
                  {"gen_ai_token_type", "other"}},
                 counts, unkept, std::to_string(unkept_sum));

  const label_list base{{"gen_ai_operation_name", "text_completion"},
                        {"gen_ai_provider_name", "_OTHER"},
                        {"gen_ai_request_model", "a/b"},
                        {"gen_ai_response_model", "a/b:1"}};
  const auto operation = gen_ai_operation::text_completion;
  const auto provider = gen_ai_provider::other;
  metrics
      .operation_duration_seconds[{operation, provider, "a/b", "a/b:1",
                                   schemas::llm_error::success}]
      .observe(81'920ms);
  metrics
      .operation_duration_seconds[{operation, provider, "a/b", "a/b:1",
                                   schemas::llm_error::timeout}]
      .observe(81'920'001us);
  list.histogram("gen_ai_client_operation_duration_seconds", with(base, "error_type", "none"),
                 times, {81.92}, "81.92");
  list.histogram("gen_ai_client_operation_duration_seconds", with(base, "error_type", "timeout"),
                 times, {81.920001}, "81.920001");
  metrics.operation_time_to_first_chunk_seconds[{operation, provider, "a/b", "a/b:1"}].observe(0ms);
  list.histogram("gen_ai_client_operation_time_to_first_chunk_seconds", base, times, {0}, "0");
  metrics.operation_time_per_output_chunk_seconds[{operation, provider, "a/b", "a/b:1"}].observe(
      40ms);
  list.histogram("gen_ai_client_operation_time_per_output_chunk_seconds", base, times, {0.04},
                 "0.04");
  list.families_of<schemas::llm_client_metrics<>>();
}

// ---- HTTP server ----

inline void populate_requests(schemas::http_server_metrics<>& metrics, recorded& list) {
  using schemas::http_method;
  long long unkept = 0, n = 0;
  for (const hostile_text& route : hostile_texts()) {
    ++n;
    metrics.requests_total[{http_method::delete_, route.recorded, schemas::http_status_of(404)}]
        .increment(n);
    if (route.seen.empty()) {
      unkept += n;
    } else {
      list.sample(
          "http_server_requests_total",
          {{"http_method", "DELETE"}, {"http_route", route.seen}, {"http_status_code", "404"}}, n);
    }
  }
  list.sample("http_server_requests_total",
              {{"http_method", "other"}, {"http_route", "other"}, {"http_status_code", "other"}},
              unkept);
  metrics.requests_total[{http_method::other, "/x", schemas::http_status_of(499)}].increment();
  list.sample("http_server_requests_total",
              {{"http_method", "_OTHER"}, {"http_route", "/x"}, {"http_status_code", "4xx"}}, 1);
  metrics.request_duration_seconds[{http_method::get, "/x", schemas::http_status_of(200)}].observe(
      75ms);
  list.histogram("http_server_request_duration_seconds",
                 {{"http_method", "GET"}, {"http_route", "/x"}, {"http_status_code", "200"}},
                 {"0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0",
                  "2.5", "5.0", "7.5", "10.0"},
                 {0.075}, "0.075");
  const std::vector<const char*> sizes{"256.0",      "1024.0",    "4096.0",    "16384.0",
                                       "65536.0",    "262144.0",  "1048576.0", "4194304.0",
                                       "16777216.0", "67108864.0"};
  metrics.request_size_bytes[{http_method::put, "/x"}].observe(0);
  metrics.request_size_bytes[{http_method::put, "/x"}].observe(67'108'865);
  list.histogram("http_server_request_size_bytes", {{"http_method", "PUT"}, {"http_route", "/x"}},
                 sizes, {0, 67'108'865}, "67108865");
  metrics.response_size_bytes[{http_method::query, "/x"}].observe(16384);
  list.histogram("http_server_response_size_bytes",
                 {{"http_method", "QUERY"}, {"http_route", "/x"}}, sizes, {16384}, "16384");
  metrics.active_requests[{http_method::get}].increment(4);
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS",
                             "TRACE", "QUERY", "_OTHER"}) {
    list.sample("http_server_active_requests", {{"http_method", method}},
                std::string(method) == "GET" ? 4 : 0);
  }
  metrics.connections_total.increment(12);
  list.sample("http_server_connections_total", {}, 12);
  list.families_of<schemas::http_server_metrics<>>();
}

// ---- process ----

// With fixed numbers in place of a process_watch, whose readings move.
inline void populate_process(schemas::process_metrics& metrics, recorded& list) {
  const auto fixed = [&](auto& family, const char* name, auto value, const char* text) {
    family.observe([value] { return value; });
    list.sample(name, {}, text);
  };
  fixed(metrics.cpu_seconds_total, "process_cpu_seconds_total", 12.625, "12.625");
  fixed(metrics.cpus, "process_cpus", 2, "2");
  fixed(metrics.resident_memory_bytes, "process_resident_memory_bytes", 3e9, "3000000000");
  fixed(metrics.virtual_memory_bytes, "process_virtual_memory_bytes", 0x1p45, "35184372088832");
  fixed(metrics.virtual_memory_max_bytes, "process_virtual_memory_max_bytes",
        std::numeric_limits<double>::infinity(), "+Inf");
  fixed(metrics.heap_bytes, "process_heap_bytes", 6, "6");
  fixed(metrics.heap_releasable_bytes, "process_heap_releasable_bytes", 1, "1");
  fixed(metrics.open_fds, "process_open_fds", 5, "5");
  fixed(metrics.max_fds, "process_max_fds", 20000, "20000");
  fixed(metrics.threads, "process_threads", 3, "3");
  fixed(metrics.disk_read_bytes_total, "process_disk_read_bytes_total", 4096, "4096");
  fixed(metrics.disk_written_bytes_total, "process_disk_written_bytes_total", 8192, "8192");
  fixed(metrics.network_receive_bytes_total, "process_network_receive_bytes_total", 1e15,
        "1000000000000000");
  fixed(metrics.network_transmit_bytes_total, "process_network_transmit_bytes_total", 7, "7");
  fixed(metrics.start_time_seconds, "process_start_time_seconds", 1795242482.74, "1795242482.74");
  const auto by = [&](auto& family, const char* name, const char* label,
                      const std::vector<const char*>& values) {
    family.observe([count = values.size()](const auto& out) {
      for (std::size_t i = 0; i < count; ++i) {
        using labels = typename std::remove_cvref_t<decltype(family)>::labels;
        using value_type = typename pg::detail::label_set<labels>::template value_type<0>;
        out(labels{static_cast<value_type>(i)}, i + 1);
      }
    });
    for (std::size_t i = 0; i < values.size(); ++i) {
      list.sample(name, {{label, values[i]}}, static_cast<long long>(i + 1));
    }
  };
  by(metrics.cpu_mode_seconds_total, "process_cpu_mode_seconds_total", "mode", {"user", "system"});
  by(metrics.heap_state_bytes, "process_heap_state_bytes", "state", {"in_use", "free", "mapped"});
  by(metrics.threads_by_state, "process_threads_by_state", "state",
     {"running", "sleeping", "uninterruptible", "stopped", "traced", "zombie", "dead", "idle",
      "parked"});
  by(metrics.context_switches_total, "process_context_switches_total", "type",
     {"voluntary", "involuntary"});
  by(metrics.page_faults_total, "process_page_faults_total", "type", {"minor", "major"});
  list.families_of<schemas::process_metrics>();
}

}  // namespace parity
