// SPDX-License-Identifier: Apache-2.0
#include <pantograph/exporters/http.hpp>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#include "counters.hpp"
#include "server.hpp"

namespace pantograph::exporters {

namespace {

// The server that the calling thread runs: tells a stop() from within a callback, which must not
// join its own thread.
thread_local detail::server* served_here = nullptr;

// Signals meant for the service must not be handled on this thread. Those that a thread causes
// itself stay open: blocked, they would kill the process without its crash handler. SIGPROF too,
// or profilers would not see this thread.
class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF}) {
      sigdelset(&all, own);
    }
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;

 private:
  sigset_t before_;
};

struct service {
  service(detail::text_source source, const http_options& options, detail::counters& counts)
      : server(source, options, counts) {}
  detail::server server;
  std::thread thread;
  pid_t process = ::getpid();
};

}  // namespace

struct http_endpoint::state {
  std::mutex control;  // held while starting and stopping, also while joining; guards running
  std::unique_ptr<service> running;
  std::atomic<detail::server*> serving{nullptr};  // compared, never followed
  std::atomic<std::uint16_t> port{0};
  std::mutex url_mutex;  // its own: a callback may ask for the URL while stop() joins its thread
  std::string url;
  detail::counters counts;

  void announce(std::uint16_t new_port, std::string new_url) {
    port.store(new_port, std::memory_order_relaxed);
    const std::lock_guard<std::mutex> held(url_mutex);
    url = std::move(new_url);
  }
};

http_endpoint::http_endpoint() noexcept : state_(new (std::nothrow) state) {}

http_endpoint::~http_endpoint() { stop(); }

result<std::uint16_t> http_endpoint::start_serving(detail::text_source source,
                                                   const http_options& options) noexcept {
  try {
    if (!state_) throw std::bad_alloc();
    const std::lock_guard<std::mutex> held(state_->control);
    if (state_->running) {
      return error{"http/already-started",
                   "[http/already-started] This endpoint listens on " +
                       state_->running->server.url() +
                       " already: one endpoint serves one address. Call stop() first, or make a "
                       "second http_endpoint."};
    }
    auto next = std::make_unique<service>(source, options, state_->counts);
    const auto port = next->server.open();
    if (!port) return port;
    state_->serving.store(&next->server, std::memory_order_relaxed);
    state_->announce(*port, next->server.url());
    {
      const signals_blocked here;  // a new thread inherits the mask
      next->thread = std::thread([&server = next->server] {
        served_here = &server;
        server.run();
      });
    }
    (void)pthread_setname_np(next->thread.native_handle(), "pantograph-http");
    state_->running = std::move(next);
    return port;
  } catch (const std::exception& thrown) {
    if (state_) {
      state_->serving.store(nullptr, std::memory_order_relaxed);
      state_->announce(0, {});
    }
    return error{"http/system", std::string("[http/system] The endpoint could not start: the "
                                            "system says \"") +
                                    thrown.what() +
                                    "\". It needs a thread, some descriptors and memory; see that "
                                    "the process may have them."};
  }
}

void http_endpoint::stop() noexcept {
  if (!state_) return;
  if (served_here != nullptr && served_here == state_->serving.load(std::memory_order_relaxed)) {
    try {
      served_here->ask_to_stop();
    } catch (...) {
      state_->counts.internal_errors.add();
    }
    return;
  }
  const std::lock_guard<std::mutex> held(state_->control);
  if (!state_->running) return;
  state_->announce(0, {});
  if (state_->running->process != ::getpid()) {
    state_->running->server.close_descriptors();
    state_->serving.store(nullptr, std::memory_order_relaxed);
    (void)state_->running.release();  // its thread and its locks are the parent's: see server.hpp
    return;
  }
  for (bool asked = false; !asked;) {
    try {
      state_->running->server.ask_to_stop();
      asked = true;
    } catch (...) {
      std::this_thread::yield();  // memory ran out; what the service frees will do
    }
  }
  state_->running->thread.join();
  state_->serving.store(nullptr, std::memory_order_relaxed);
  state_->running.reset();
}

std::uint16_t http_endpoint::port() const noexcept {
  return state_ ? state_->port.load(std::memory_order_relaxed) : std::uint16_t{0};
}

std::string http_endpoint::url() const {
  if (!state_) return {};
  const std::lock_guard<std::mutex> held(state_->url_mutex);
  return state_->url;
}

http_statistics http_endpoint::statistics() const noexcept {
  http_statistics out;
  if (!state_) return out;
  const detail::counters& counts = state_->counts;
  out.scrapes_prometheus = counts.scrapes_prometheus.value();
  out.scrapes_openmetrics = counts.scrapes_openmetrics.value();
  out.health_requests = counts.health_requests.value();
  out.index_requests = counts.index_requests.value();
  out.connections_accepted = counts.connections_accepted.value();
  out.bytes_sent = counts.bytes_sent.value();
  out.internal_errors = counts.internal_errors.value();
  out.connections_open = counts.connections_open.value();
  out.last_scrape =
      std::chrono::nanoseconds(static_cast<std::int64_t>(counts.last_scrape_nanoseconds.value()));
  for (std::size_t i = 0; i < http_refusal_count; ++i) out.refusals[i] = counts.refusals[i].value();
  return out;
}

}  // namespace pantograph::exporters
