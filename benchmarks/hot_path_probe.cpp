// SPDX-License-Identifier: Apache-2.0
//
// The object that hot_path looks into: one function a hot record, compiled as a user's would be.

#include <chrono>
#include <string_view>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;
using namespace std::chrono_literals;

enum class tool_name { search, read_document, write_document, list_files };
enum class outcome { success, error, timeout };
struct tool_call {
  pg::label<tool_name> tool;
  pg::label<outcome> status;
};
struct probe_metrics {
  pg::counter<> plain_total{"Calls."};
  pg::counter<tool_call> calls_total{"Calls."};
  pg::histogram<pg::seconds, pg::log_buckets(5ms, 10s, 12)> call_duration_seconds{"Time."};
  pg::histogram<pg::ratio, pg::log_buckets(0.005, 10.0, 12)> load_ratio{"Load."};
  pg::up_down<> calls_in_flight{"In flight."};
};
extern probe_metrics metrics;

extern "C" {
void hot_increment() { metrics.plain_total.increment(); }
void hot_enum_labels(tool_name tool, outcome status) {
  metrics.calls_total[{.tool = tool, .status = status}].increment();
}
void hot_up_down() { metrics.calls_in_flight.increment(); }
void hot_observe_integer(std::chrono::nanoseconds value) {
  metrics.call_duration_seconds.observe(value);
}
void hot_observe_double(double value) { metrics.load_ratio.observe(value); }
}
