// SPDX-License-Identifier: Apache-2.0

// Every instrument once, in the order of docs/recording.md, whose code is cut from here.

#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;
using namespace pg::literals;

enum class tool_name { search, read_document, write_document };
enum class outcome { success, error, timeout };
enum class breaker { closed, half_open, open };

struct tool { pg::label<tool_name> tool; };
struct tool_call { pg::label<tool_name> tool; pg::label<outcome> status; };
struct agent_call { pg::label<pg::text> agent; pg::label<tool_name> tool; };
struct build { pg::label<pg::text> version; pg::label<pg::text> commit; };

struct pool_labels { pg::label<pg::text> pool; };
struct pool_metrics {
  using instance = pool_labels;  // what tells one pool from another
  pg::up_down<> connections_busy{"Connections lent out now."};
  pg::counter<> connections_opened_total{"Connections opened."};
};

struct gateway_metrics {
  pg::counter<tool_call> tool_executions_total{"Tool executions, by tool and outcome."};
  pg::histogram<pg::seconds, pg::log_buckets(5ms, 10s, 12), tool>
      tool_execution_duration_seconds{"Time one tool execution took."};
  pg::up_down<tool> tool_executions_in_flight{"Tool executions under way."};
  pg::counter<agent_call, pg::at_most<1000>> agent_calls_total{"Calls, by agent and tool."};
  pg::counter<pg::seconds> busy_seconds_total{"Time spent working."};
  pg::gauge<pg::bytes> cache_size_bytes{"Memory the cache holds."};
  pg::observed_gauge<> queue_depth{"Requests waiting."};
  pg::money_counter<> cost_usd_total{"Money spent."};
  pg::state_set<breaker> circuit_breaker{"State of the circuit breaker."};
  pg::info<build> build_info{"What is running."};
  pg::runtime_metrics<pg::at_most<200>> custom{"Metrics named at run time."};
};

inline constexpr auto tool_execution = pg::operation_of(
    "tool_execution", &gateway_metrics::tool_executions_total,
    &gateway_metrics::tool_execution_duration_seconds,
    &gateway_metrics::tool_executions_in_flight, &tool_call::status,
    pg::slow_after{.warn = 1s, .error = 5s});

gateway_metrics metrics;
pool_metrics orders_pool, users_pool;

int waiting_requests() { return 3; }

void record_one_of_each() {
  metrics.tool_executions_total[{.tool = tool_name::search, .status = outcome::error}].increment();
  metrics.busy_seconds_total.increment(12ms);
  metrics.tool_execution_duration_seconds[{.tool = tool_name::search}].observe(37ms);
  metrics.cost_usd_total.increment(0.000012_usd);

  metrics.agent_calls_total[{.agent = "planner", .tool = tool_name::search}].increment();

  metrics.cache_size_bytes.set(4096);
  metrics.circuit_breaker.set(breaker::half_open);
  metrics.build_info.set({.version = "1.4.0", .commit = "d3adb33"});
  metrics.queue_depth.observe([] { return waiting_requests(); });

  auto lent = orders_pool.connections_busy.scoped();  // one more until the end of the scope
  orders_pool.connections_opened_total.increment();

  metrics.custom.record("batch_size", 32, {{"stage", "embed"}});
}

void serve_one_call() {
  auto call = pg::begin(metrics, tool_execution, {.tool = tool_name::read_document});
  std::this_thread::sleep_for(1ms);  // the work
  call.end(outcome::timeout);        // without this: success, or error when an exception leaves
}

int main() {
  record_one_of_each();
  serve_one_call();

  pg::exposition out;
  out.add(metrics);
  out.add(orders_pool, {.pool = "orders"});
  out.add(users_pool, {.pool = "users"});
  const auto print = [](std::string_view chunk) {
    std::fwrite(chunk.data(), 1, chunk.size(), stdout);
  };
  out.write(pg::sink_to(print), pg::text_format::openmetrics_1_0);
  return out.problems().empty() ? 0 : 1;
}
