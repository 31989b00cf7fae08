// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an HTTP server does: requests by method, route and status, their durations and body sizes,
// what is under way. Names and labels are those of source document 002, dots made underscores.
// Today's OpenTelemetry calls the labels http.request.method, http.route and
// http.response.status_code, and has no counters of requests and connections.
//
//     pg::schemas::http_server_metrics http;                  // at most 500 series a family
//
//     auto request = http.begin("GET");                       // under way
//     request.route("/users/{id}");                           // the pattern, never the path
//     request.status(404);
//     request.response_size(body.size());
//                                                             // recorded when the scope ends
// Cardinality is bounded by the types: an unknown method is `_OTHER`, a status is a registered code
// or its class, so that http_status_code=~"5.." selects all server errors; routes are text within
// the family's bound. Recording neither locks, allocates nor throws; a request's object is about
// 320 bytes.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>
#include <utility>

#include <pantograph/metrics.hpp>
#include <pantograph/schemas/detail/call_end.hpp>
#include <pantograph/schemas/detail/copied_text.hpp>
#include <pantograph/schemas/http_words.hpp>

namespace pantograph::schemas {

using namespace std::chrono_literals;

struct http_method_label {
  label<schemas::http_method> http_method;
};
struct http_route_label {
  label<schemas::http_method> http_method;
  label<text> http_route;
};
struct http_response_label {
  label<schemas::http_method> http_method;       // 002: http.method
  label<text> http_route;                        // 002: http.route
  label<schemas::http_status> http_status_code;  // 002: http.status_code
};

// What a server may choose. Derive from it and write only what differs.
struct http_server_defaults {
  using clock = steady_clock;
  static constexpr std::size_t series = 500;  // the bound of a family with a route; beyond: `other`
  static constexpr slow_after slow_request{};  // never; {.warn = 1s} tells the slow-operation hook
};

template <class Metrics>
class http_request;

template <class Choices = http_server_defaults>
struct http_server_metrics {
  using choices = Choices;
  static constexpr std::string_view prefix = "http_server";

  counter<http_response_label, at_most<Choices::series>> requests_total{"Requests answered."};
  // Bounds: OpenTelemetry semantic conventions 1.41, http.server.request.duration (read 2026-11).
  histogram<seconds,
            buckets(5ms, 10ms, 25ms, 50ms, 75ms, 100ms, 250ms, 500ms, 750ms, 1s, 2'500ms, 5s,
                    7'500ms, 10s),
            http_response_label, at_most<Choices::series>>
      request_duration_seconds{"Time from a request's head to the end of its response."};
  histogram<bytes,
            buckets(256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864),
            http_route_label, at_most<Choices::series>>
      request_size_bytes{"Size of a request's body."};
  histogram<bytes,
            buckets(256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864),
            http_route_label, at_most<Choices::series>>
      response_size_bytes{"Size of a response's body."};
  up_down<http_method_label> active_requests{"Requests under way."};
  counter<> connections_total{"Connections accepted."};

  // A request whose head was read. The object ends on any thread.
  [[nodiscard]] http_request<http_server_metrics> begin(http_method method) noexcept {
    return http_request<http_server_metrics>(*this, method);
  }
  // Of the method as it stands in the request.
  [[nodiscard]] http_request<http_server_metrics> begin(std::string_view method) noexcept {
    return begin(http_method_of(method));
  }
};

// A request under way. Ends once: at the end of its scope, as 500 when an exception leaves it, or
// by end(). Movable, also to another thread.
template <class Metrics>
class [[nodiscard]] http_request {
  using clock = typename Metrics::choices::clock;

 public:
  http_request(Metrics& on, http_method method) noexcept
      : metrics_(&on),
        method_(method),
        exceptions_(std::uncaught_exceptions()),
        start_(clock::now()) {
    on.active_requests[{.http_method = method}].increment();
  }
  http_request(http_request&& from) noexcept
      : metrics_(std::exchange(from.metrics_, nullptr)),
        method_(from.method_),
        status_(from.status_),
        exceptions_(from.exceptions_),
        start_(from.start_),
        request_size_(from.request_size_),
        response_size_(from.response_size_),
        route_(from.route_) {}
  http_request& operator=(http_request&&) = delete;
  ~http_request() {
    if (metrics_ == nullptr) return;
    if (std::uncaught_exceptions() > exceptions_) status(500);
    end();
  }

  // The pattern that matched, such as "/users/{id}"; without one it is "unmatched". Copied.
  void route(std::string_view pattern) noexcept { route_ = pattern; }
  // As sent: 404. Until then 200.
  void status(int code) noexcept { status_ = http_status_of(code); }
  // Bytes of the bodies. What is not told is not recorded.
  void request_size(std::uint64_t body) noexcept {
    request_size_ = static_cast<std::int64_t>(body);
  }
  void response_size(std::uint64_t body) noexcept {
    response_size_ = static_cast<std::int64_t>(body);
  }

  // Records now; later calls and the destructor do nothing.
  void end() noexcept {
    if (metrics_ == nullptr) return;
    Metrics& on = *std::exchange(metrics_, nullptr);
    const std::uint64_t elapsed = clock::elapsed(start_, clock::now());
    const std::string_view route =
        route_.view().empty() ? std::string_view{"unmatched"} : route_.view();
    const http_response_label answered{
        .http_method = method_, .http_route = route, .http_status_code = status_};
    const http_route_label routed{.http_method = method_, .http_route = route};
    on.requests_total[answered].increment();
    on.request_duration_seconds[answered].record_nanoseconds(elapsed);
    if (request_size_ >= 0) on.request_size_bytes[routed].observe(request_size_);
    if (response_size_ >= 0) on.response_size_bytes[routed].observe(response_size_);
    on.active_requests[{.http_method = method_}].decrement();
    detail::tell_of_end<2>(
        "http_request",
        {label_text{"http_method", http_method_text(method_)}, label_text{"http_route", route}},
        http_status_text(status_), elapsed, Metrics::choices::slow_request);
  }

 private:
  Metrics* metrics_;  // null: ended, or moved from
  http_method method_;
  http_status status_ = http_status_of(200);
  int exceptions_;
  std::uint64_t start_;
  std::int64_t request_size_ = -1;  // -1: not told
  std::int64_t response_size_ = -1;
  detail::copied_text route_;
};

}  // namespace pantograph::schemas
