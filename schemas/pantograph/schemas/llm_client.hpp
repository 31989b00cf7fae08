// SPDX-License-Identifier: Apache-2.0
#pragma once

// Calls of language models as the client sees them: duration, tokens, and for streams the time to
// the first chunk and between chunks. Names, labels and buckets are OpenTelemetry's (semantic
// conventions 1.41, "Generative AI client metrics", status development, read 2026-11), dots made
// underscores and `s` made `_seconds`. Left out: server.address and server.port, which would
// multiply the series.
//
//     pg::schemas::llm_client_metrics llm;                    // at most 500 series a family
//
//     auto call = llm.begin({.gen_ai_operation_name = gen_ai_operation::chat,
//                            .gen_ai_provider_name = gen_ai_provider::anthropic,
//                            .gen_ai_request_model = "claude-sonnet-4-5"});
//     for (auto& piece : stream) call.chunk();                // streams only
//     call.response_model(reply.model);
//     call.input_tokens(1200);
//     call.output_tokens(350);
//                                   // recorded when the scope ends; an exception is an error, and
//     call.end(llm_error::timeout); // this one is named
//
// `error_type` is "none" for a call that went well (the convention leaves the label out, a family
// here has the same labels in every series), so error_type!="none" selects the errors.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pantograph/metrics.hpp>
#include <pantograph/schemas/detail/call_end.hpp>
#include <pantograph/schemas/detail/copied_text.hpp>
#include <pantograph/schemas/llm_words.hpp>

namespace pantograph::schemas {

using namespace std::chrono_literals;

// What a client may choose. Derive from it and write only what differs: another enum makes the
// label's values one's own.
struct llm_client_defaults {
  using provider = gen_ai_provider;
  using error_type = llm_error;  // another one has `success` and `error`, too
  using clock = steady_clock;
  static constexpr std::size_t series = 500;  // the bound of each family; beyond it: `other`
  static constexpr slow_after slow_call{};    // never: a long answer takes long
};

// What is known when the call starts.
template <class C>
struct llm_request {
  label<gen_ai_operation> gen_ai_operation_name;
  label<typename C::provider> gen_ai_provider_name;
  label<text> gen_ai_request_model;
};
template <class C>
struct llm_response_label {
  label<gen_ai_operation> gen_ai_operation_name;
  label<typename C::provider> gen_ai_provider_name;
  label<text> gen_ai_request_model;
  label<text> gen_ai_response_model;
};
template <class C>
struct llm_outcome_label {
  label<gen_ai_operation> gen_ai_operation_name;
  label<typename C::provider> gen_ai_provider_name;
  label<text> gen_ai_request_model;
  label<text> gen_ai_response_model;
  label<typename C::error_type> error_type;
};
template <class C>
struct llm_token_label {
  label<gen_ai_operation> gen_ai_operation_name;
  label<typename C::provider> gen_ai_provider_name;
  label<text> gen_ai_request_model;
  label<text> gen_ai_response_model;
  label<gen_ai_token> gen_ai_token_type;
};

namespace detail {
template <class Enum>
concept names_success_and_error = requires {
  Enum::success;
  Enum::error;
};
}  // namespace detail

template <class Metrics>
class llm_call;

template <class Choices = llm_client_defaults>
struct llm_client_metrics {
  static_assert(std::is_enum_v<typename Choices::provider>,
                "[schemas/provider] the provider of a model client is an enum. Name the providers "
                "that are called, or keep gen_ai_provider");
  static_assert(detail::names_success_and_error<typename Choices::error_type>,
                "[schemas/error-type] the enum error_type of a model client has the enumerators "
                "`success`, for a scope that ends, and `error`, for one that an exception leaves. "
                "Add both");

  using choices = Choices;
  using request = llm_request<Choices>;
  static constexpr std::string_view prefix = "gen_ai_client";
  // The convention's bounds for every duration of a client, and for tokens.
  static constexpr auto durations =
      buckets(10ms, 20ms, 40ms, 80ms, 160ms, 320ms, 640ms, 1'280ms, 2'560ms, 5'120ms, 10'240ms,
              20'480ms, 40'960ms, 81'920ms);
  static constexpr auto token_counts = buckets(1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144,
                                               1048576, 4194304, 16777216, 67108864);

  // UCUM's {token} is an annotation, not a unit, so the name has no suffix.
  histogram<tokens, token_counts, llm_token_label<Choices>, at_most<Choices::series>> token_usage{
      "Billable tokens of one call, input with what was cached."};
  histogram<seconds, durations, llm_outcome_label<Choices>, at_most<Choices::series>>
      operation_duration_seconds{"Time that one call took."};
  histogram<seconds, durations, llm_response_label<Choices>, at_most<Choices::series>>
      operation_time_to_first_chunk_seconds{
          "Time from the request to the first chunk of a streamed answer."};
  histogram<seconds, durations, llm_response_label<Choices>, at_most<Choices::series>>
      operation_time_per_output_chunk_seconds{
          "Time from one chunk of a streamed answer to the next."};

  // A call that is sent now. The object ends on any thread.
  [[nodiscard]] llm_call<llm_client_metrics> begin(const request& labels) noexcept {
    return llm_call<llm_client_metrics>(*this, labels);
  }
};

// A call under way, about 600 bytes. Ends once: at the end of its scope as success, as `error` when
// an exception leaves it, or by end(). Movable, also to another thread. Neither locks, allocates
// nor throws.
template <class Metrics>
class [[nodiscard]] llm_call {
  using choices = typename Metrics::choices;
  using provider = typename choices::provider;
  using clock = typename choices::clock;

 public:
  using error_type = typename choices::error_type;

  llm_call(Metrics& on, const llm_request<choices>& of) noexcept
      : metrics_(&on),
        operation_(of.gen_ai_operation_name.value()),
        provider_(of.gen_ai_provider_name.value()),
        request_model_(of.gen_ai_request_model.value()),
        exceptions_(std::uncaught_exceptions()),
        start_(clock::now()) {}
  llm_call(llm_call&& from) noexcept : llm_call(std::as_const(from)) { from.metrics_ = nullptr; }
  llm_call& operator=(llm_call&&) = delete;
  ~llm_call() {
    if (metrics_ == nullptr) return;
    end(std::uncaught_exceptions() > exceptions_ ? error_type::error : error_type::success);
  }

  // As the answer names it; "unknown" until then. Say it before the first chunk where the stream
  // does.
  void response_model(std::string_view model) noexcept { response_model_ = model; }
  // Billable ones, cached input included. What is not told is not recorded.
  void input_tokens(std::uint64_t count) noexcept { input_ = static_cast<std::int64_t>(count); }
  void output_tokens(std::uint64_t count) noexcept { output_ = static_cast<std::int64_t>(count); }

  // A chunk of a streamed answer has arrived.
  void chunk() noexcept {
    if (metrics_ == nullptr) return;
    const std::uint64_t now = clock::now();
    const llm_response_label<choices> labels{operation_, provider_, known(request_model_),
                                             known(response_model_)};
    auto& family = streaming_ ? metrics_->operation_time_per_output_chunk_seconds
                              : metrics_->operation_time_to_first_chunk_seconds;
    family[labels].record_nanoseconds(clock::elapsed(streaming_ ? last_chunk_ : start_, now));
    streaming_ = true;
    last_chunk_ = now;
  }

  // Records now; later calls and the destructor do nothing.
  void end(error_type with = error_type::success) noexcept {
    if (metrics_ == nullptr) return;
    Metrics& on = *std::exchange(metrics_, nullptr);
    const std::uint64_t elapsed = clock::elapsed(start_, clock::now());
    const std::string_view asked = known(request_model_), answered = known(response_model_);
    on.operation_duration_seconds[{operation_, provider_, asked, answered, with}]
        .record_nanoseconds(elapsed);
    const auto used = [&](gen_ai_token type, std::int64_t count) {
      if (count < 0) return;
      on.token_usage[{operation_, provider_, asked, answered, type}].observe(count);
    };
    used(gen_ai_token::input, input_);
    used(gen_ai_token::output, output_);
    detail::tell_of_end<4>(
        "llm_call",
        {label_text{"gen_ai_operation_name", text_of(operation_)},
         label_text{"gen_ai_provider_name", text_of(provider_)},
         label_text{"gen_ai_request_model", asked}, label_text{"gen_ai_response_model", answered}},
        text_of(with), elapsed, choices::slow_call);
  }

 private:
  llm_call(const llm_call&) = default;  // for the move: the texts are copied

  [[nodiscard]] static std::string_view known(const detail::copied_text& model) noexcept {
    return model.view().empty() ? std::string_view{"unknown"} : model.view();
  }
  template <class Enum>
  [[nodiscard]] static std::string_view text_of(Enum value) noexcept {
    return pantograph::detail::label_value_text<Enum>(
        static_cast<std::size_t>(pantograph::detail::label_index(value)));
  }

  Metrics* metrics_;  // null: ended, or moved from
  gen_ai_operation operation_;
  provider provider_;
  detail::copied_text request_model_;
  detail::copied_text response_model_;
  int exceptions_;
  std::uint64_t start_;
  bool streaming_ = false;  // a chunk came
  std::uint64_t last_chunk_ = 0;
  std::int64_t input_ = -1;  // -1: not told
  std::int64_t output_ = -1;
};

}  // namespace pantograph::schemas
