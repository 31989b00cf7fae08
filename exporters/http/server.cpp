// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace pantograph::exporters::detail {

namespace {

using namespace std::chrono_literals;

// Connections beyond the limits that may wait for their refusal at one time; others are closed
// without a word, so that a flood costs no more than this.
constexpr std::size_t refusal_slots = 8;
constexpr std::size_t accepts_in_a_row = 64;              // then others get their turn
constexpr std::chrono::nanoseconds accept_pause = 100ms;  // when descriptors have run out

struct address_text {
  std::string text;  // "127.0.0.1:9464", "[::1]:9464"
  address_text(const asio::ip::address& address, std::uint16_t port) {
    // Appended piece by piece: g++ 12 at -O3 warns of an overlap in `"[" + std::string` that is not
    // there (GCC bug 105651).
    if (address.is_v6()) text += '[';
    text += address.to_string();
    if (address.is_v6()) text += ']';
    text += ':';
    text += std::to_string(port);
  }
};

error host_error(const std::string& host) {
  return {"http/host", "[http/host] http_options::host \"" + host +
                           "\" is not an address: it must be an IPv4 literal, an IPv6 literal or "
                           "localhost, because names are not looked up. Write 127.0.0.1, ::1, "
                           "0.0.0.0 or :: for all, or the address of one interface."};
}

error system_error(const std::string& where, int code) {
  switch (code) {
    case EADDRINUSE:
      return {"http/port-in-use",
              "[http/port-in-use] " + where +
                  " is in use: one process alone can listen on an address and port. Stop the other "
                  "one (ss -ltnp names it), give http_options::port another port, or 0 for any "
                  "free one. The service goes on without this endpoint."};
    case EADDRNOTAVAIL:
      return {"http/address-not-here",
              "[http/address-not-here] " + where +
                  " belongs to no interface of this machine: one can listen on own addresses only. "
                  "Set http_options::host to one that \"ip address\" shows, 127.0.0.1 or 0.0.0.0."};
    case EACCES:
    case EPERM:
      return {"http/port-forbidden",
              "[http/port-forbidden] " + where +
                  " may not be listened on by this process: ports below 1024 need CAP_NET_BIND_"
                  "SERVICE. Give http_options::port a port from 1024 to 65535, or 0 for any free "
                  "one."};
    default:
      return {"http/system", "[http/system] Listening on " + where + " failed: the system says \"" +
                                 std::generic_category().message(code) +
                                 "\". Mend that, or choose another http_options::host and port."};
  }
}

// The first option that is out of its range.
std::optional<error> check(const http_options& options) {
  const auto outside = [](std::string_view name, std::uint64_t value, std::uint64_t low,
                          std::uint64_t high) -> std::optional<error> {
    if (value >= low && value <= high) return std::nullopt;
    return error{"http/option-out-of-range",
                 "[http/option-out-of-range] http_options::" + std::string(name) + " is " +
                     std::to_string(value) + ": it must be within " + std::to_string(low) +
                     " and " + std::to_string(high) + ". Set it so, or leave it out."};
  };
  const auto wrong_time = [](std::string_view name, std::chrono::nanoseconds value,
                             std::int64_t low) -> std::optional<error> {
    constexpr std::chrono::nanoseconds high = 24h;
    if (value.count() >= low && value <= high) return std::nullopt;
    return error{"http/option-out-of-range",
                 "[http/option-out-of-range] http_options::" + std::string(name) + " is " +
                     std::to_string(value.count()) + " ns: it must be within " +
                     std::to_string(low) + " ns and 24 h. Set it so, or leave it out."};
  };
  if (auto e = outside("head_bytes", options.head_bytes, 256, 65536)) return e;
  if (auto e = outside("head_fields", options.head_fields, 1, 1024)) return e;
  if (auto e = outside("connections", options.connections, 1, 4096)) return e;
  if (auto e = outside("connections_per_client", options.connections_per_client, 1, 4096)) return e;
  if (auto e = outside("buffer_bytes", options.buffer_bytes, text_block::bytes, SIZE_MAX)) return e;
  if (auto e = wrong_time("max_age", options.max_age, 0)) return e;
  if (auto e = wrong_time("head_timeout", options.head_timeout, 1)) return e;
  if (auto e = wrong_time("idle_timeout", options.idle_timeout, 1)) return e;
  if (auto e = wrong_time("send_timeout", options.send_timeout, 1)) return e;
  return wrong_time("stop_timeout", options.stop_timeout, 0);
}

// A literal, also in the brackets that URLs give to IPv6.
std::optional<asio::ip::address> parse_host(std::string_view host) {
  if (host == "localhost") return asio::ip::address_v4::loopback();
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  error_code ec;
  const auto address = asio::ip::make_address(std::string(host), ec);
  if (ec || (brackets && !address.is_v6())) return std::nullopt;
  return address;
}

asio::ip::address client_address(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
    return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
  asio::ip::address_v6::bytes_type bytes;
  std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), bytes.begin());
  return asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

// Asio opens sockets without SOCK_CLOEXEC, so a program started meanwhile by another thread would
// inherit them; hence our own socket() here and accept4() below.
// -1: failed, and `code` says why.
int listen_on(const asio::ip::tcp::endpoint& where, int& code) noexcept {
  const int family = where.protocol().family();
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  if (descriptor < 0) return -1;
  // A restarted service must not wait for the TIME_WAIT of its predecessor's connections. On Linux
  // this does not let two listeners share a port.
  const int yes = 1;
  const int no = 0;
  (void)::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (family == AF_INET6 && where.address().is_unspecified()) {
    (void)::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  }
  if (::bind(descriptor, where.data(), static_cast<socklen_t>(where.size())) == 0 &&
      ::listen(descriptor, SOMAXCONN) == 0) {
    return descriptor;
  }
  code = errno;
  ::close(descriptor);
  return -1;
}

}  // namespace

server::server(text_source source, const http_options& options, counters& counts)
    : options_(options),
      source_(source),
      counts_(counts),
      index_(index_page(options.service)),
      pool_(options.buffer_bytes),
      io_(1),
      work_(io_.get_executor()),
      acceptor_(io_),
      timer_(io_) {}

result<std::uint16_t> server::open() {
  if (auto wrong = check(options_)) return *std::move(wrong);
  const auto address = parse_host(options_.host);
  if (!address) return host_error(options_.host);
  const asio::ip::tcp::endpoint where(*address, options_.port);
  int code = 0;
  const int descriptor = listen_on(where, code);
  if (descriptor < 0) return system_error(address_text(*address, options_.port).text, code);
  error_code ec;
  protocol_ = where.protocol();
  acceptor_.assign(protocol_, descriptor, ec);
  if (ec) {
    ::close(descriptor);
    return system_error(address_text(*address, options_.port).text, ec.value());
  }
  listening_descriptor_ = descriptor;
  connections_.resize(options_.connections + refusal_slots);
  const std::uint16_t port = acceptor_.local_endpoint().port();
  url_ = "http://" + address_text(*address, port).text;
  wait_for_clients();
  return port;
}

void server::run() noexcept {
  for (;;) {
    try {
      io_.run();
      return;
    } catch (...) {
      // Memory ran out in a handler. Its connection has no operation under way and goes at its
      // deadline; the others go on.
      counts_.internal_errors.add();
    }
  }
}

void server::ask_to_stop() {
  asio::post(io_, [this] { begin_stop(); });
}

void server::close_descriptors() noexcept {
  if (listening_descriptor_ >= 0) ::close(listening_descriptor_);
  for (const auto& each : connections_) {
    if (each && each->descriptor() >= 0) ::close(each->descriptor());
  }
}

// ---- clients ----

void server::wait_for_clients() {
  const auto ready = [this](error_code ec) {
    if (ec || stopping_) return;
    for (std::size_t i = 0; i < accepts_in_a_row && accept_one(); ++i) {
    }
    if (!accept_paused_) wait_for_clients();
  };
  acceptor_.async_wait(asio::socket_base::wait_read,
                       operation_handler<decltype(ready)>(accept_operation_, ready));
}

// False: nobody is waiting, or nobody can be let in now.
bool server::accept_one() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int descriptor = ::accept4(listening_descriptor_, reinterpret_cast<sockaddr*>(&peer), &size,
                                   SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (descriptor < 0) {
    switch (errno) {
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        // The client stays in the queue; asking again at once would only burn the processor.
        counts_.internal_errors.add();
        accept_paused_ = true;
        accept_again_ = std::chrono::steady_clock::now() + accept_pause;
        watch(accept_again_);
        return false;
      case EAGAIN:
        return false;
      default:
        return true;  // this client is gone already (accept(2) passes on its network errors)
    }
  }
  const asio::ip::address client = client_address(peer);
  const auto refusal = refusal_for(client);
  connection* place = nullptr;
  try {
    place = free_connection(refusal.has_value());
  } catch (...) {
    counts_.internal_errors.add();
  }
  if (place == nullptr) {
    if (refusal) counts_.refuse(*refusal);
    ::close(descriptor);
    return true;
  }
  try {
    place->open(descriptor, protocol_, client, refusal);
  } catch (...) {
    counts_.internal_errors.add();  // it has taken the descriptor and closes at its deadline
  }
  return true;
}

std::optional<http_refusal> server::refusal_for(const asio::ip::address& client) const {
  std::size_t all = 0;
  std::size_t same = 0;
  for (const auto& each : connections_) {
    if (!each || each->is_free() || each->is_refused()) continue;
    ++all;
    if (each->client() == client) ++same;
  }
  if (same >= options_.connections_per_client) return http_refusal::client_limit;
  if (all >= options_.connections) return http_refusal::connection_limit;
  return std::nullopt;
}

// Null only for a refused client: for any other there is a place, or it would be refused.
connection* server::free_connection(bool refused) {
  std::size_t refusals = 0;
  std::unique_ptr<connection>* found = nullptr;
  for (auto& each : connections_) {
    if (!each || each->is_free()) {
      if (found == nullptr || (!*found && each)) found = &each;  // one that was used before is warm
    } else if (each->is_refused()) {
      ++refusals;
    }
  }
  if (found == nullptr || (refused && refusals >= refusal_slots)) return nullptr;
  if (!*found) *found = std::make_unique<connection>(*this);
  return found->get();
}

void server::connection_freed() {
  counts_.connections_open.subtract(1);
  end_if_idle();
}

// ---- deadlines ----

// One timer serves all: set to the earliest deadline, moved only when an earlier one comes. A
// deadline that was put off is found out when the timer fires.
void server::watch(steady_time deadline) {
  if (timer_armed_ && timer_.expiry() <= deadline) return;
  timer_.expires_at(deadline);
  timer_armed_ = true;
  const auto fired = [this](error_code ec) {
    if (ec) return;  // moved or cancelled
    timer_armed_ = false;
    sweep();
  };
  timer_.async_wait(operation_handler<decltype(fired)>(timer_operation_, fired));
}

void server::sweep() {
  const steady_time now = std::chrono::steady_clock::now();
  if (accept_paused_ && accept_again_ <= now && !stopping_) {
    accept_paused_ = false;
    wait_for_clients();
  }
  steady_time next = accept_paused_ ? accept_again_ : steady_time::max();
  for (const auto& each : connections_) {
    if (!each || each->is_free()) continue;
    if (each->deadline() <= now) each->expire();
    next = std::min(next, each->deadline());
  }
  if (next != steady_time::max()) watch(next);
}

// ---- stop ----

void server::begin_stop() {
  if (stopping_) return;
  stopping_ = true;
  error_code ec;
  acceptor_.close(ec);
  listening_descriptor_ = -1;
  const steady_time limit = std::chrono::steady_clock::now() + options_.stop_timeout;
  for (const auto& each : connections_) {
    if (each && !each->is_free()) each->stop(limit);
  }
  end_if_idle();
}

void server::end_if_idle() {
  if (!stopping_) return;
  for (const auto& each : connections_) {
    if (each && !each->is_free()) return;
  }
  timer_.cancel();
  work_.reset();
}

}  // namespace pantograph::exporters::detail
