// SPDX-License-Identifier: Apache-2.0

#include "replay.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace gateway {

using pg::schemas::llm_error;
using pg::schemas::outcome;
using std::chrono::nanoseconds;

// A request under way. The operations move in when they begin, and are ended in place.
struct replay::flight {
  template <class Kind>
  using running = std::optional<pg::operation<std::remove_const_t<Kind>>>;

  const request* of;
  std::size_t index;
  simulated will;
  nanoseconds due;  // when the next thing happens
  int stage = 0;
  running<decltype(tool_execution)> tool{};
  running<decltype(database_query)> query{};
  running<decltype(platform_api_call)> api{};
  running<decltype(health_score)> score{};
  std::optional<decltype(tool_schema::active_connections)::presence> connection{};
};

replay::replay(instruments& into, std::span<const request> requests, const replay_options& options)
    : into_(into), requests_(requests), options_(options), results_(requests.size()) {
  running_ = options.threads;
  for (unsigned i = 0; i < options.threads; ++i) threads_.emplace_back([this, i] { work(i); });
}

replay::~replay() {
  stop();
  wait();
}

void replay::stop() noexcept {
  const std::lock_guard hold(stopping_);
  stop_ = true;
  stop_said_.notify_all();
}

void replay::wait() {
  for (std::thread& each : threads_) {
    if (each.joinable()) each.join();
  }
}

void replay::sleep_until(nanoseconds at) {
  const auto real =
      start_ +
      nanoseconds(static_cast<std::int64_t>(static_cast<double>(at.count()) / options_.speed));
  std::unique_lock hold(stopping_);
  stop_said_.wait_until(hold, real, [this] { return stop_; });
}

// Every `threads`-th request, from `first` on. Of those under way the one that is due next is on
// top of a heap.
void replay::work(std::size_t first) {
  const auto later = [](const auto& a, const auto& b) { return a->due > b->due; };
  std::vector<std::unique_ptr<flight>> under_way;
  for (std::size_t next = first;;) {
    {
      const std::lock_guard hold(stopping_);
      if (stop_) next = requests_.size();
    }
    const bool arrives = next < requests_.size() &&
                         (under_way.empty() || requests_[next].at <= under_way.front()->due);
    if (!arrives && under_way.empty()) break;
    const nanoseconds due = arrives ? requests_[next].at : under_way.front()->due;
    sleep_until(due);
    if (arrives) {
      {
        const std::lock_guard hold(stopping_);
        if (stop_) continue;
      }
      const request& of = requests_[next];
      under_way.push_back(std::make_unique<flight>(
          flight{&of, next, simulate(of, next, options_.seed, options_.rates), of.at}));
      next += options_.threads;
    } else {
      std::pop_heap(under_way.begin(), under_way.end(), later);
    }
    if (advance(*under_way.back())) {
      std::push_heap(under_way.begin(), under_way.end(), later);
    } else {
      under_way.pop_back();
    }
  }
  --running_;
}

bool replay::advance(flight& of) {
  replayed_clock::set(of.due);
  tool_schema& tools = into_.tools;
  const simulated& will = of.will;
  const nanoseconds tool_end = of.of->at + will.tool_time;
  switch (of.stage++) {
    case 0:
      begin(of);
      if (will.cache_hit) {
        of.due = tool_end;
        of.stage = 4;
      } else {
        of.query.emplace(pg::begin(tools, database_query, {.query_type = will.query}));
        of.due += will.query_time;
      }
      return true;
    case 1:
      of.query->end(outcome::success);
      of.api.emplace(pg::begin(tools, platform_api_call,
                               {.integration = "support_desk", .endpoint = "/v2/tickets"}));
      of.due += will.api_time;
      return true;
    case 2:
      of.api->end(will.tool_outcome);  // it is the platform that fails
      if (will.scored) of.score.emplace(pg::begin(tools, health_score, {}));
      of.due += will.score_time;
      return true;
    case 3:
      if (will.scored) of.score->end(outcome::success);
      of.due = tool_end;
      return true;
    case 4:
      of.tool->end(will.tool_outcome);
      of.due = tool_end + will.model_time;
      return true;
    default:
      end(of);
      return false;
  }
}

void replay::begin(flight& of) {
  ++started_;
  tool_schema& tools = into_.tools;
  into_.http.connections_total.increment();
  into_.http.active_requests[{.http_method = pg::schemas::http_method::post}].increment();
  of.connection.emplace(tools.active_connections.scoped());
  of.tool.emplace(pg::begin(tools, tool_execution, {.tool_name = of.will.tool}));
  if (of.will.cache_hit) {
    tools.record_cache_hit("documents");
  } else {
    tools.record_cache_miss("documents");
  }
  if (of.will.tool_outcome != outcome::success) {
    tools.record_error(of.will.tool_outcome == outcome::timeout ? "tool_timeout" : "tool_error");
  }
}

void replay::end(flight& of) {
  record_model(of);
  record_http(of);
  of.connection.reset();
  const simulated& will = of.will;
  const bool answered = will.model_error == llm_error::success;
  results_[of.index] = {.ended = true,
                        .tool_time = will.tool_time,
                        .model_time = will.model_time,
                        .tool_outcome = will.tool_outcome,
                        .model_error = will.model_error,
                        .input_tokens = of.of->context_tokens,
                        .output_tokens = answered ? of.of->generated_tokens : 0};
  ++ended_;
}

// Field by field, not with llm.begin(): its object takes the machine's clock.
void replay::record_model(const flight& of) {
  using namespace pg::schemas;
  auto& llm = into_.llm;
  const simulated& will = of.will;
  constexpr auto chat = gen_ai_operation::chat;
  constexpr auto provider = gen_ai_provider::azure_ai_openai;
  const std::string_view model = model_names[will.model];
  llm.operation_duration_seconds[{chat, provider, model, model, will.model_error}].observe(
      will.model_time);
  llm.token_usage[{chat, provider, model, model, gen_ai_token::input}].observe(
      of.of->context_tokens);
  if (will.model_error != llm_error::success) {
    into_.tools.record_error(will.model_error == llm_error::timeout ? "model_timeout"
                                                                    : "model_error");
    return;
  }
  llm.token_usage[{chat, provider, model, model, gen_ai_token::output}].observe(
      of.of->generated_tokens);
  if (of.of->generated_tokens == 0) return;
  llm.operation_time_to_first_chunk_seconds[{chat, provider, model, model}].observe(
      will.first_chunk);
  const auto gaps = llm.operation_time_per_output_chunk_seconds[{chat, provider, model, model}];
  for (std::uint32_t i = 1; i < of.of->generated_tokens; ++i) gaps.observe(will.chunk_gap);
}

void replay::record_http(const flight& of) {
  using namespace pg::schemas;
  auto& http = into_.http;
  const simulated& will = of.will;
  const bool answered = will.model_error == llm_error::success;
  const int code = answered                                    ? 200
                   : will.model_error == llm_error::timeout    ? 504
                   : will.model_error == llm_error::rate_limit ? 429
                                                               : 502;
  constexpr std::string_view route = "/v1/tools/{tool}";
  const http_response_label response{http_method::post, route, http_status_of(code)};
  http.requests_total[response].increment();
  http.request_duration_seconds[response].observe(will.tool_time + will.model_time);
  // About four bytes of text a token.
  http.request_size_bytes[{http_method::post, route}].observe(of.of->context_tokens * 4);
  http.response_size_bytes[{http_method::post, route}].observe(
      answered ? of.of->generated_tokens * 4 : 0);
  http.active_requests[{http_method::post}].decrement();
}

}  // namespace gateway
