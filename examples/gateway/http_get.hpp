// SPDX-License-Identifier: Apache-2.0
#pragma once

// The smallest HTTP client that can ask a server on this machine: GET, one connection a request.
//
//     auto answer = http_get(9090, "/-/ready");
//     if (answer.status == 200) ...

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace gateway {

struct http_answer {
  int status = 0;  // 0: nobody answered in time
  std::string body;
};

// From 127.0.0.1; every wait for the network is at most `patience`.
[[nodiscard]] http_answer http_get(std::uint16_t port, std::string_view target,
                                   std::chrono::milliseconds patience = std::chrono::seconds(5));

// `text` as a part of a query string.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace gateway
