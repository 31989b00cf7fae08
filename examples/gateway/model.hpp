// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a request would have taken and how it would have ended: a stated, seeded model, because a
// trace holds arrival times and token counts only. Nothing here is measured, and the program says
// so.
//
//     tool call    20 ms + 10 us a context token
//     model call   200 ms + 0.2 ms a context token to the first chunk, then 15 ms a generated token
//     each times a log-normal factor (sigma 0.4); errors and timeouts at the given rates, for tool
//     and model alike; a timeout takes 10 s (tool) or 30 s (model)

#include <chrono>
#include <cstdint>

#include "instruments.hpp"
#include "trace.hpp"

namespace gateway {

// Shares of calls, 0 .. 1, of tool calls and of model calls alike.
struct failure_rates {
  double errors = 0.02;
  double timeouts = 0.005;
};

struct simulated {
  using nanoseconds = std::chrono::nanoseconds;

  tool_name tool;
  pg::schemas::outcome tool_outcome;
  pg::schemas::query_type query;
  bool cache_hit;                                // a hit needs neither database nor platform
  bool scored;                                   // the tool also calculates a health score
  nanoseconds query_time, api_time, score_time;  // within tool_time
  nanoseconds tool_time;

  std::uint32_t model;  // index into model_names
  pg::schemas::llm_error model_error;
  nanoseconds first_chunk;
  nanoseconds chunk_gap;  // between two chunks; a chunk is one token
  nanoseconds model_time;
};

// Depends on the arguments alone.
[[nodiscard]] simulated simulate(const request& of, std::uint64_t index, std::uint64_t seed,
                                 const failure_rates& rates);

}  // namespace gateway
