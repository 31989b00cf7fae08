// SPDX-License-Identifier: Apache-2.0
//
// The ready-made schema of a tool server. Names, labels and thresholds are those of source document
// 003, written out here by hand.

#include <pantograph/schemas/tool_server.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace pg = pantograph;
namespace schemas = pantograph::schemas;
using namespace std::chrono_literals;
using schemas::outcome;
using schemas::query_type;

namespace {

enum class tool { register_client, list_clients };
enum class store { redis, local };

// 003's own names.
struct documented : schemas::tool_server_defaults {};

// Time stands still until the test moves it.
struct set_clock {
  static inline std::uint64_t nanoseconds = 1;
  static std::uint64_t now() noexcept { return nanoseconds; }
  static std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) noexcept { return to - from; }
};
struct with_set_clock : schemas::tool_server_defaults {
  using clock = set_clock;
};

// Labels and thresholds of a server's own; always slow.
enum class verdict { success, error, refused };
struct acme : schemas::tool_server_defaults {
  using tool_name = ::tool;
  using status = verdict;
  using cache_type = store;
  static constexpr pg::slow_after slow_tool{.warn = 1ns, .error = 24h};
  static constexpr pg::slow_after slow_query{.warn = 1ns, .error = 1ns};
};

}  // namespace

template <>
inline constexpr std::string_view pg::prefix_of<schemas::tool_server_metrics<documented>> =
    "cs_mcp";

namespace {

// ---- the schema ----

TEST(tool_server, has_every_metric_of_document_003_under_its_name) {
  constexpr std::string_view names[] = {
      "cs_mcp_tool_execution_total",
      "cs_mcp_tool_execution_duration_seconds",
      "cs_mcp_database_query_total",
      "cs_mcp_database_query_duration_seconds",
      "cs_mcp_platform_api_calls_total",
      "cs_mcp_platform_api_duration_seconds",
      "cs_mcp_health_score_calculation_seconds",
      "cs_mcp_cache_hits_total",
      "cs_mcp_cache_misses_total",
      "cs_mcp_errors_total",
      "cs_mcp_active_connections",
      "cs_mcp_memory_usage_bytes",
  };
  std::set<std::string_view> offered;
  for (const pg::family_row& row :
       pg::catalog_of<schemas::tool_server_metrics<documented>>.families) {
    offered.insert(row.name);
  }
  for (const std::string_view name : names) EXPECT_TRUE(offered.contains(name)) << name;
}

TEST(tool_server, is_called_mcp_unless_renamed) {
  for (const pg::family_row& row : pg::catalog_of<schemas::tool_server_metrics<>>.families) {
    EXPECT_TRUE(row.name.starts_with("mcp_")) << row.name;
  }
}

TEST(tool_server, has_the_labels_of_document_003) {
  const auto labels_of = [](std::string_view field) {
    std::string out;
    for (const pg::family_row& row : pg::catalog_of<schemas::tool_server_metrics<>>.families) {
      if (row.field != field) continue;
      for (const pg::label_row& label : row.labels) (out += label.name) += ' ';
    }
    return out;
  };
  EXPECT_EQ(labels_of("tool_execution_total"), "tool_name status ");
  EXPECT_EQ(labels_of("tool_execution_duration_seconds"), "tool_name ");
  EXPECT_EQ(labels_of("database_query_total"), "query_type status ");  // 003: query_type alone
  EXPECT_EQ(labels_of("database_query_duration_seconds"), "query_type ");
  EXPECT_EQ(labels_of("platform_api_calls_total"), "integration endpoint status ");
  EXPECT_EQ(labels_of("platform_api_duration_seconds"), "integration endpoint ");
  EXPECT_EQ(labels_of("health_score_calculation_seconds"), "");
  EXPECT_EQ(labels_of("cache_hits_total"), "cache_type ");
  EXPECT_EQ(labels_of("cache_misses_total"), "cache_type ");
  EXPECT_EQ(labels_of("errors_total"), "error_type ");
}

// 003, "Performance Thresholds". Each is a bucket bound as well: the share above it is then exact.
using plain = schemas::tool_server_metrics<>;
static_assert(plain::tool_execution.slow.warn == pg::duration(1s));
static_assert(plain::tool_execution.slow.error == pg::duration(5s));
static_assert(plain::database_query.slow.warn == pg::duration(50ms));
static_assert(plain::database_query.slow.error == pg::duration(200ms));
static_assert(plain::platform_api_call.slow.warn == pg::duration(2s));
static_assert(plain::platform_api_call.slow.error == pg::duration(10s));
static_assert(plain::health_score_calculation.slow.warn == pg::duration(100ms));
static_assert(plain::health_score_calculation.slow.error == pg::duration{});
template <class Histogram>
constexpr bool has_bound(pg::duration wanted) {
  for (const std::int64_t bound : Histogram::bounds) {
    if (bound == wanted.count()) return true;
  }
  return false;
}
using tool_times = decltype(plain::tool_execution_duration_seconds);
using query_times = decltype(plain::database_query_duration_seconds);
using api_times = decltype(plain::platform_api_duration_seconds);
using score_times = decltype(plain::health_score_calculation_seconds);
static_assert(has_bound<tool_times>(1s) && has_bound<tool_times>(5s));
static_assert(has_bound<tool_times>(500ms), "003's target for the average tool");
static_assert(has_bound<query_times>(50ms) && has_bound<query_times>(200ms));
static_assert(has_bound<api_times>(2s) && has_bound<api_times>(10s));
static_assert(has_bound<score_times>(100ms));

// ---- running something ----

TEST(tool_server, returns_what_a_monitored_tool_returns) {
  schemas::tool_server_metrics<tool> metrics;
  EXPECT_EQ(metrics.monitor_tool_execution(tool::list_clients, [] { return 42; }), 42);
  auto pointer =
      metrics.monitor_tool_execution(tool::list_clients, [] { return std::make_unique<int>(7); });
  EXPECT_EQ(*pointer, 7);
  int kept = 3;
  int& same = metrics.monitor_tool_execution(tool::list_clients, [&]() -> int& { return kept; });
  EXPECT_EQ(&same, &kept);
  metrics.monitor_tool_execution(tool::list_clients, [] {});
}

TEST(tool_server, counts_times_and_ends_a_tool_execution) {
  schemas::tool_server_metrics<tool> metrics;
  double in_flight_inside = -1;
  metrics.monitor_tool_execution(tool::list_clients, [&] {
    in_flight_inside =
        scrapes::of_object(metrics).at("mcp_tool_executions_in_flight{tool_name=\"list_clients\"}");
  });
  EXPECT_EQ(in_flight_inside, 1);
  const auto seen = scrapes::of_object(metrics);
  EXPECT_EQ(seen.at("mcp_tool_execution_total{tool_name=\"list_clients\",status=\"success\"}"), 1);
  EXPECT_EQ(seen.at("mcp_tool_execution_total{tool_name=\"list_clients\",status=\"error\"}"), 0);
  EXPECT_EQ(seen.at("mcp_tool_execution_total{tool_name=\"register_client\",status=\"success\"}"),
            0);
  EXPECT_EQ(seen.at("mcp_tool_execution_duration_seconds_count{tool_name=\"list_clients\"}"), 1);
  EXPECT_EQ(seen.at("mcp_tool_executions_in_flight{tool_name=\"list_clients\"}"), 0);
}

TEST(tool_server, counts_an_escaping_exception_as_error_and_by_its_type) {
  schemas::tool_server_metrics<> metrics;
  EXPECT_THROW(metrics.monitor_database_query(query_type::select,
                                              []() -> int { throw std::out_of_range("row 7"); }),
               std::out_of_range);
  EXPECT_THROW(metrics.monitor_database_query(query_type::select, [] { throw 5; }), int);
  const auto seen = scrapes::of_object(metrics);
  EXPECT_EQ(seen.at("mcp_database_query_total{query_type=\"select\",status=\"error\"}"), 2);
  EXPECT_EQ(seen.at("mcp_database_query_total{query_type=\"select\",status=\"success\"}"), 0);
  EXPECT_EQ(seen.at("mcp_database_query_duration_seconds_count{query_type=\"select\"}"), 2);
  EXPECT_EQ(seen.at("mcp_database_queries_in_flight"), 0);
  EXPECT_EQ(seen.at("mcp_errors_total{error_type=\"std::out_of_range\"}"), 1);
  EXPECT_EQ(seen.at("mcp_errors_total{error_type=\"int\"}"), 1);
}

TEST(tool_server, lets_the_callable_name_the_outcome) {
  schemas::tool_server_metrics<> metrics;
  const int answer = metrics.monitor_api_call("zendesk", "create_ticket", [](auto& call) {
    call.end(outcome::timeout);
    return 504;
  });
  EXPECT_EQ(answer, 504);
  const auto seen = scrapes::of_object(metrics);
  EXPECT_EQ(
      seen.at("mcp_platform_api_calls_total{integration=\"zendesk\",endpoint=\"create_ticket\","
              "status=\"timeout\"}"),
      1);
  EXPECT_FALSE(
      seen.has("mcp_platform_api_calls_total{integration=\"zendesk\",endpoint=\"create_"
               "ticket\",status=\"success\"}"));
  EXPECT_EQ(seen.at("mcp_platform_api_duration_seconds_count{integration=\"zendesk\",endpoint="
                    "\"create_ticket\"}"),
            1);
}

TEST(tool_server, monitors_a_calculation_that_has_no_labels) {
  schemas::tool_server_metrics<> metrics;
  EXPECT_EQ(metrics.monitor_health_score_calculation([] { return 0.75; }), 0.75);
  const auto seen = scrapes::of_object(metrics);
  EXPECT_EQ(seen.at("mcp_health_score_calculations_total{status=\"success\"}"), 1);
  EXPECT_EQ(seen.at("mcp_health_score_calculation_seconds_count"), 1);
}

TEST(tool_server, decorates_a_function_that_is_called_later) {
  schemas::tool_server_metrics<> metrics;
  std::string name = "list_clients";
  auto list = schemas::monitored(
      metrics, metrics.tool_execution, {.tool_name = name},
      [calls = 0](int a, std::unique_ptr<int> b) mutable { return a + *b + ++calls; });
  name = "changed later";
  EXPECT_TRUE(scrapes::of_object(metrics).has(
      "mcp_tool_execution_duration_seconds_count{tool_name=\"list_clients\"}"));
  EXPECT_EQ(list(40, std::make_unique<int>(1)), 42);
  EXPECT_EQ(list(40, std::make_unique<int>(0)), 42);
  EXPECT_EQ(scrapes::of_object(metrics).at(
                "mcp_tool_execution_total{tool_name=\"list_clients\",status=\"success\"}"),
            2);
}

TEST(tool_server, begins_an_operation_by_hand_and_ends_it_on_another_thread) {
  schemas::tool_server_metrics<tool> metrics;
  auto call = pg::begin(metrics, metrics.tool_execution, {.tool_name = tool::register_client});
  std::thread([moved = std::move(call)]() mutable { moved.end(outcome::timeout); }).join();
  EXPECT_EQ(scrapes::of_object(metrics).at(
                "mcp_tool_execution_total{tool_name=\"register_client\",status=\"timeout\"}"),
            1);
}

// ---- what a server chooses ----

std::vector<std::string> told;  // by the hook below
void tell(const pg::ended_operation& ended) noexcept {
  std::string line(ended.operation);
  for (const pg::label_text& label : ended.labels) {
    ((((line += ' ') += label.name) += '=') += label.value);
  }
  ((line += ' ') += ended.outcome) += ended.slow == pg::slowness::warn    ? " warn"
                                      : ended.slow == pg::slowness::error ? " error"
                                                                          : " none";
  told.push_back(line + (ended.threshold == pg::duration(1ns) ? " 1ns" : " ?"));
}

TEST(tool_server, takes_enums_and_thresholds_of_ones_own_and_tells_the_slow_hook) {
  schemas::tool_server_metrics<acme> metrics;
  told.clear();
  pg::on_slow_operation(tell);
  metrics.monitor_tool_execution(::tool::list_clients,
                                 [](auto& call) { call.end(verdict::refused); });
  metrics.monitor_database_query(query_type::delete_, [] {});
  metrics.monitor_api_call("zendesk", "list", [] {});  // 2 s: not slow
  metrics.monitor_health_score_calculation([] {});     // 100 ms: not slow
  pg::on_slow_operation(nullptr);
  EXPECT_EQ(told, (std::vector<std::string>{
                      "tool_execution tool_name=list_clients refused warn 1ns",
                      "database_query query_type=delete success error 1ns",
                  }));
  const auto seen = scrapes::of_object(metrics);
  EXPECT_EQ(seen.at("mcp_tool_execution_total{tool_name=\"list_clients\",status=\"refused\"}"), 1);
  metrics.record_cache_hit(store::local);
  EXPECT_EQ(scrapes::of_object(metrics).at("mcp_cache_hits_total{cache_type=\"local\"}"), 1);
}

TEST(tool_server, warns_and_complains_at_the_thresholds_of_document_003) {
  schemas::tool_server_metrics<with_set_clock> metrics;
  static std::vector<pg::slowness> seen;
  seen.clear();
  pg::on_operation_end(
      [](const pg::ended_operation& ended) noexcept { seen.push_back(ended.slow); });
  const auto last = [&](auto run, std::chrono::nanoseconds time) {
    run([&] { set_clock::nanoseconds += static_cast<std::uint64_t>(time.count()); });
    return seen.back();
  };
  const auto tool = [&](auto work) { metrics.monitor_tool_execution("search", work); };
  const auto query = [&](auto work) { metrics.monitor_database_query(query_type::select, work); };
  const auto api = [&](auto work) { metrics.monitor_api_call("zendesk", "list", work); };
  const auto score = [&](auto work) { metrics.monitor_health_score_calculation(work); };
  EXPECT_EQ(last(tool, 1s - 1ns), pg::slowness::none);
  EXPECT_EQ(last(tool, 1s), pg::slowness::warn);
  EXPECT_EQ(last(tool, 5s), pg::slowness::error);
  EXPECT_EQ(last(query, 50ms - 1ns), pg::slowness::none);
  EXPECT_EQ(last(query, 50ms), pg::slowness::warn);
  EXPECT_EQ(last(query, 200ms), pg::slowness::error);
  EXPECT_EQ(last(api, 2s - 1ns), pg::slowness::none);
  EXPECT_EQ(last(api, 2s), pg::slowness::warn);
  EXPECT_EQ(last(api, 10s), pg::slowness::error);
  EXPECT_EQ(last(score, 100ms - 1ns), pg::slowness::none);
  EXPECT_EQ(last(score, 1h), pg::slowness::warn);
  pg::on_operation_end(nullptr);
}

TEST(tool_server, merges_what_several_threads_record) {
  schemas::tool_server_metrics<> metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) metrics.monitor_tool_execution("search", [] {});
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(scrapes::of_object(metrics).at(
                "mcp_tool_execution_total{tool_name=\"search\",status=\"success\"}"),
            4000);
}

// ---- caches, errors, gauges ----

TEST(tool_server, knows_the_hit_ratio_of_a_cache) {
  schemas::tool_server_metrics<> metrics;
  EXPECT_TRUE(std::isnan(metrics.cache_hit_ratio("redis")));
  for (int i = 0; i < 3; ++i) metrics.record_cache_hit("redis");
  std::thread([&] { metrics.record_cache_miss("redis"); }).join();
  metrics.record_cache_miss("local");
  EXPECT_EQ(metrics.cache_hit_ratio("redis"), 0.75);
  EXPECT_EQ(metrics.cache_hit_ratio("local"), 0);
  EXPECT_TRUE(std::isnan(metrics.cache_hit_ratio("none")));

  schemas::tool_server_metrics<acme> by_enum;
  EXPECT_TRUE(std::isnan(by_enum.cache_hit_ratio(store::redis)));
  by_enum.record_cache_hit(store::local);
  by_enum.record_cache_hit(store::redis);
  by_enum.record_cache_miss(store::redis);
  EXPECT_EQ(by_enum.cache_hit_ratio(store::redis), 0.5);
  EXPECT_EQ(by_enum.cache_hit_ratio(store::local), 1);
}

TEST(tool_server, counts_errors_that_no_exception_tells) {
  schemas::tool_server_metrics<> metrics;
  metrics.record_error("quota_exceeded");
  metrics.record_error("quota_exceeded");
  EXPECT_EQ(scrapes::of_object(metrics).at("mcp_errors_total{error_type=\"quota_exceeded\"}"), 2);
}

TEST(tool_server, shows_connections_and_memory) {
  schemas::tool_server_metrics<> metrics;
  EXPECT_FALSE(scrapes::of_object(metrics).has("mcp_memory_usage_bytes"))
      << "nobody said where to look";
  metrics.memory_usage_bytes.observe([] { return 4096; });
  const auto here = metrics.active_connections.scoped();
  metrics.active_connections.increment();
  const auto seen = scrapes::of_object(metrics);
  EXPECT_EQ(seen.at("mcp_memory_usage_bytes"), 4096);
  EXPECT_EQ(seen.at("mcp_active_connections"), 2);
}

// A schema of one's own holds the ready-made one as a part.
struct gateway_metrics {
  static constexpr std::string_view prefix = "gateway";
  schemas::tool_server_metrics<tool> tools;
  pg::counter<> restarts_total{"Restarts."};
};

TEST(tool_server, works_as_a_part_of_another_schema) {
  static_assert(pg::checked<gateway_metrics>());
  gateway_metrics metrics;
  metrics.tools.monitor_tool_execution(tool::list_clients, [] {});
  EXPECT_EQ(
      scrapes::of_object(metrics).at(
          "gateway_tools_tool_execution_total{tool_name=\"list_clients\",status=\"success\"}"),
      1);
}

}  // namespace
