// SPDX-License-Identifier: Apache-2.0
#pragma once

// A blocking HTTP client of plain sockets for tests: it sends exactly the bytes it is told, also
// wrong ones, and reads what comes. Nothing of the endpoint's own code is used to check it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace http_testing {

struct response {
  int status = 0;                             // 0: the connection ended before a whole response
  std::string version;                        // "HTTP/1.1"
  std::string head;                           // as received, with the empty line
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;

  [[nodiscard]] std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "(none)" : found->second;
  }
};

struct client_options {
  const char* from = nullptr;  // own address, "127.0.0.2"; null: the system chooses
  int receive_buffer = 0;      // bytes; 0: the system's; a small one makes a slow reader
};

class client {
 public:
  using options = client_options;

  explicit client(std::uint16_t port, options with = {}) : client("127.0.0.1", port, with) {}
  client(const std::string& to, std::uint16_t port, options with = {}) {
    const bool v6 = to.find(':') != to.npos;
    descriptor_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // A safety net, not a part of any test: a reader that would wait for ever fails instead.
    const timeval limit{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (with.receive_buffer != 0) {
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &with.receive_buffer,
                   sizeof with.receive_buffer);
    }
    if (with.from != nullptr) {
      sockaddr_in own{};
      own.sin_family = AF_INET;
      ::inet_pton(AF_INET, with.from, &own.sin_addr);
      if (::bind(descriptor_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0) return;
    }
    if (v6) {
      sockaddr_in6 peer{};
      peer.sin6_family = AF_INET6;
      peer.sin6_port = htons(port);
      ::inet_pton(AF_INET6, to.c_str(), &peer.sin6_addr);
      connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&peer), sizeof peer) == 0;
    } else {
      sockaddr_in peer{};
      peer.sin_family = AF_INET;
      peer.sin_port = htons(port);
      ::inet_pton(AF_INET, to.c_str(), &peer.sin_addr);
      connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&peer), sizeof peer) == 0;
    }
  }
  client(client&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        connected_(other.connected_),
        pending_(std::move(other.pending_)) {}
  client& operator=(client&&) = delete;
  ~client() { close(); }

  [[nodiscard]] bool connected() const { return connected_; }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  // Closes so that the other side sees a reset.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  void end_sending() { ::shutdown(descriptor_, SHUT_WR); }

  // False: the other side is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next response on this connection. `to_head` reads one that has no body whatever its
  // Content-Length says.
  response receive(bool to_head = false) {
    response got;
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == pending_.npos) {
      if (!more()) return got;
    }
    got.head = pending_.substr(0, end + 4);
    pending_.erase(0, end + 4);
    const std::size_t line = got.head.find("\r\n");
    const std::size_t blank = got.head.find(' ');
    got.version = got.head.substr(0, blank);
    for (std::size_t at = line + 2; at + 2 < got.head.size();) {
      const std::size_t stop = got.head.find("\r\n", at);
      const std::string field = got.head.substr(at, stop - at);
      const std::size_t colon = field.find(": ");
      std::string name = field.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      got.fields[name] = field.substr(colon + 2);
      at = stop + 2;
    }
    const std::size_t length =
        to_head ? 0 : std::strtoull(got.field("content-length").c_str(), nullptr, 10);
    while (pending_.size() < length) {
      if (!more()) return got;
    }
    got.body = pending_.substr(0, length);
    pending_.erase(0, length);
    got.status = std::atoi(got.head.c_str() + blank + 1);
    return got;
  }
  // Sends a GET with a Host field and reads the answer.
  response get(const std::string& path, const std::string& fields = {}) {
    send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n");
    return receive();
  }

  enum class ending { closed, reset, silent };
  // Reads until the connection ends; what came is in `rest`.
  ending read_to_end(std::string* rest = nullptr) {
    while (more()) {
    }
    if (rest != nullptr) *rest = pending_;
    pending_.clear();
    return last_ == 0 ? ending::closed : errno_ == ECONNRESET ? ending::reset : ending::silent;
  }

 private:
  bool more() {
    char buffer[16384];
    last_ = ::recv(descriptor_, buffer, sizeof buffer, 0);
    errno_ = errno;
    if (last_ <= 0) return false;
    pending_.append(buffer, static_cast<std::size_t>(last_));
    return true;
  }

  int descriptor_ = -1;
  bool connected_ = false;
  std::string pending_;
  ssize_t last_ = 1;
  int errno_ = 0;
};

}  // namespace http_testing
