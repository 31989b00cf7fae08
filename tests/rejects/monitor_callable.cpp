// SPDX-License-Identifier: Apache-2.0
// A monitored callable that wants an argument.
#include <pantograph/schemas/tool_server.hpp>

pantograph::schemas::tool_server_metrics metrics;

int list() {
#ifdef REJECT
  return metrics.monitor_tool_execution("list", [](int page) { return page; });
#else
  return metrics.monitor_tool_execution("list", [] { return 1; });
#endif
}
