// SPDX-License-Identifier: Apache-2.0

#include "http_get.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>

namespace gateway {

http_answer http_get(std::uint16_t port, std::string_view target,
                     std::chrono::milliseconds patience) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return {};
  const timeval wait{patience.count() / 1000, patience.count() % 1000 * 1000};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // HTTP/1.0: the answer comes whole, not in chunks, and ends with the connection.
  const std::string question = "GET " + std::string(target) +
                               " HTTP/1.0\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";
  std::string text;
  if (connect(connection, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
      send(connection, question.data(), question.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(question.size())) {
    char piece[16384];
    for (ssize_t got; (got = recv(connection, piece, sizeof piece, 0)) > 0;) {
      text.append(piece, static_cast<std::size_t>(got));
    }
  }
  close(connection);
  const std::size_t head = text.find("\r\n\r\n");
  if (head == text.npos || !text.starts_with("HTTP/1.") || text.size() < 12) return {};
  return {std::atoi(text.c_str() + 9), text.substr(head + 4)};
}

std::string percent_encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') {
      out += c;
    } else {
      out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
  }
  return out;
}

}  // namespace gateway
