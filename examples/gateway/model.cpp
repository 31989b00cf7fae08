// SPDX-License-Identifier: Apache-2.0

#include "model.hpp"

#include "random.hpp"

namespace gateway {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds tool_timeout = 10s, model_timeout = 30s;

nanoseconds times(nanoseconds duration, double factor) {
  return nanoseconds(static_cast<std::int64_t>(static_cast<double>(duration.count()) * factor));
}

enum class fate { success, error, timeout };
fate draw(random_numbers& random, const failure_rates& rates) {
  const double x = random.uniform();
  if (x < rates.errors) return fate::error;
  return x < rates.errors + rates.timeouts ? fate::timeout : fate::success;
}

pg::schemas::llm_error draw_error(random_numbers& random) {
  using enum pg::schemas::llm_error;
  constexpr pg::schemas::llm_error some[] = {rate_limit, overloaded, content_filter, error};
  return some[random.below(std::size(some))];
}

void simulate_tool(simulated& out, const request& of, random_numbers& random,
                   const failure_rates& rates) {
  out.tool = static_cast<tool_name>(random.below(tool_names));
  out.query = static_cast<pg::schemas::query_type>(random.below(5));
  out.cache_hit = random.uniform() < 0.7;
  out.scored = random.below(10) == 0;
  out.tool_time = times(20ms + of.context_tokens * 10us, random.spread(0.4));
  switch (draw(random, rates)) {
    case fate::success:
      out.tool_outcome = pg::schemas::outcome::success;
      break;
    case fate::error:
      out.tool_outcome = pg::schemas::outcome::error;
      break;
    case fate::timeout:
      out.tool_outcome = pg::schemas::outcome::timeout;
      out.tool_time = tool_timeout;
      out.cache_hit = false;  // it waits for the platform
      break;
  }
  // What is behind the tool: the query a fifth of its time, the platform's API three fifths.
  out.query_time = out.cache_hit ? nanoseconds(0) : times(out.tool_time, 0.2);
  out.api_time = out.cache_hit ? nanoseconds(0) : times(out.tool_time, 0.6);
  out.score_time = out.scored ? times(out.tool_time, 0.1) : nanoseconds(0);
}

void simulate_model(simulated& out, const request& of, random_numbers& random,
                    const failure_rates& rates) {
  out.model = static_cast<std::uint32_t>(random.below(model_names.size()));
  out.first_chunk = times(200ms + of.context_tokens * 200us, random.spread(0.4));
  out.chunk_gap = times(15ms, random.spread(0.4));
  out.model_time = out.first_chunk;
  if (of.generated_tokens > 1) out.model_time += out.chunk_gap * (of.generated_tokens - 1);
  switch (draw(random, rates)) {
    case fate::success:
      out.model_error = pg::schemas::llm_error::success;
      break;
    case fate::error:
      out.model_error = draw_error(random);
      break;
    case fate::timeout:
      out.model_error = pg::schemas::llm_error::timeout;
      out.model_time = model_timeout;
      break;
  }
}

}  // namespace

simulated simulate(const request& of, std::uint64_t index, std::uint64_t seed,
                   const failure_rates& rates) {
  random_numbers random(seed, index);
  simulated out{};
  simulate_tool(out, of, random, rates);
  simulate_model(out, of, random, rates);
  return out;
}

}  // namespace gateway
