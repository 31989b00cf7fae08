// SPDX-License-Identifier: Apache-2.0
#pragma once

// Serves an exposition over HTTP from one thread of its own: /metrics, /health and a small index at
// /. It refuses, with a status and a sentence, what is too large, too slow, too many or not GET or
// HEAD; nothing it meets brings the service down, and starting never throws. It costs one thread,
// 18 KiB a connection and the text of the responses being read (docs/http.md). Linux only.
//
//     pantograph::exporters::http_endpoint endpoint;
//     auto started = endpoint.start(exposition, {.port = 9464});
//     if (!started) std::fputs(started.error().text.c_str(), stderr);   // the service goes on
//     ...
//     endpoint.stop();                                                  // or the destructor

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <pantograph/base/result.hpp>
#include <pantograph/text/format.hpp>
#include <pantograph/text/sink.hpp>

namespace pantograph::exporters {

enum class health_status { ok, degraded };

struct health_report {
  health_status status = health_status::ok;
  std::string detail;  // shown to whoever asks, up to 1 KiB of it; empty: not shown
};

// What /health answers: 200 while ok, 503 while degraded; without a callback always ok. Called on
// the endpoint's thread, so it must be quick; if it throws, the answer is degraded and says so.
//
//     .health = {[](void* pool) -> health_report { ... }, &pool}
struct health_check {
  health_report (*ask)(void* context) = nullptr;
  void* context = nullptr;
};

struct http_options {
  // An IPv4 or IPv6 literal, or localhost (127.0.0.1). "::" listens on IPv4 as well.
  std::string host = "127.0.0.1";
  std::uint16_t port = 9464;                        // 0: any free port, see http_endpoint::port()
  std::string service = "pantograph";               // named by the index page
  std::chrono::nanoseconds max_age{1'000'000'000};  // values this young are not read again; >= 0
  health_check health{};

  // Limits. Each has a status of its own, see http_refusal.
  std::size_t head_bytes = 8192;           // request line and fields; 256 .. 65536
  std::size_t head_fields = 64;            // 1 .. 1024
  std::size_t connections = 64;            // 1 .. 4096
  std::size_t connections_per_client = 8;  // by remote address; 1 .. 4096
  std::size_t buffer_bytes = 64 << 20;     // rendered text not yet taken by readers; >= 65536
  std::chrono::nanoseconds head_timeout{5'000'000'000};   // first byte (or accept) to end of head
  std::chrono::nanoseconds idle_timeout{15'000'000'000};  // between two requests
  std::chrono::nanoseconds send_timeout{30'000'000'000};  // a response, from first to last byte
  std::chrono::nanoseconds stop_timeout{2'000'000'000};   // what running responses get at stop()
};

// Why a request or connection was turned away, with the HTTP status it saw.
enum class http_refusal {
  malformed,          // 400: no HTTP/1.x request, no Host, two framings of one body
  unknown_path,       // 404
  method,             // 405
  head_timeout,       // 408
  body,               // 413: a request with a body
  client_limit,       // 429
  head_too_large,     // 431
  too_many_fields,    // 431
  exposition_failed,  // 500: the exposition threw
  connection_limit,   // 503
  buffer_limit,       // 503
  version,            // 505
  send_timeout,       // none: the response had begun, the connection was reset
};
inline constexpr std::size_t http_refusal_count =
    static_cast<std::size_t>(http_refusal::send_timeout) + 1;

// Counted since the endpoint was constructed, across restarts. Loads of single values: what belongs
// together may differ by what was in flight.
struct http_statistics {
  std::uint64_t scrapes_prometheus = 0;   // /metrics answered in text 0.0.4, HEAD included
  std::uint64_t scrapes_openmetrics = 0;  // /metrics answered in OpenMetrics 1.0
  std::uint64_t health_requests = 0;
  std::uint64_t index_requests = 0;
  std::uint64_t connections_accepted = 0;  // refused ones are not among them
  std::uint64_t bytes_sent = 0;            // handed to the kernel, heads included
  std::uint64_t internal_errors = 0;       // accept failed, memory ran out; 0 in a healthy process
  std::uint64_t connections_open = 0;      // now, refused ones included until they are closed
  std::chrono::nanoseconds last_scrape{};  // rendering the latest text took this long
  std::array<std::uint64_t, http_refusal_count> refusals{};

  [[nodiscard]] std::uint64_t refused(http_refusal reason) const noexcept {
    return refusals[static_cast<std::size_t>(reason)];
  }
};

template <class Exposition>
concept writes_text = requires(Exposition& exposition, text_sink sink) {
  exposition.write(sink, text_format::prometheus_0_0_4, std::chrono::nanoseconds{});
};

namespace detail {
// An exposition whose type was forgotten; the library behind this header never learns it.
struct text_source {
  void* exposition = nullptr;
  void (*write)(void* exposition, text_sink, text_format, std::chrono::nanoseconds) = nullptr;
};
}  // namespace detail

// Threads: start() from one thread at a time; stop(), port(), url() and statistics() from any.
// After a fork the child has no endpoint thread: stop() or the destructor there only closes the
// child's copies of the sockets, and start() begins anew.
class http_endpoint {
 public:
  http_endpoint() noexcept;
  ~http_endpoint();  // stop()
  http_endpoint(const http_endpoint&) = delete;
  http_endpoint& operator=(const http_endpoint&) = delete;

  // Listens and starts the thread; returns the port. `exposition` must outlive the endpoint or its
  // stop(). An error leaves the endpoint stopped and the process untouched; ids: http/host,
  // http/address-not-here, http/port-in-use, http/port-forbidden, http/option-out-of-range,
  // http/already-started, http/system.
  template <writes_text Exposition>
  result<std::uint16_t> start(Exposition& exposition, const http_options& options = {}) noexcept {
    const auto write = [](void* object, text_sink sink, text_format format,
                          std::chrono::nanoseconds max_age) {
      static_cast<Exposition*>(object)->write(sink, format, max_age);
    };
    return start_serving({&exposition, write}, options);
  }

  // Stops accepting, closes idle connections, lets running responses finish within stop_timeout,
  // joins the thread. Does nothing when stopped. From a health callback, which runs on the thread
  // to be joined, it only begins to stop.
  void stop() noexcept;

  [[nodiscard]] std::uint16_t port() const noexcept;  // 0 while stopped
  [[nodiscard]] std::string url() const;  // "http://[::1]:9464" as listened on; empty while stopped
  [[nodiscard]] http_statistics statistics() const noexcept;

 private:
  result<std::uint16_t> start_serving(detail::text_source, const http_options&) noexcept;

  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace pantograph::exporters
