// SPDX-License-Identifier: Apache-2.0
#pragma once

// The words of HTTP as labels: every value is known at compile time, so that a client cannot invent
// series.
//
//     http_method_of("BREW") == http_method::other               // label value "_OTHER"
//     http_status_of(404) == http_status::code_404               // "404"
//     http_status_of(499) == http_status::class_4xx              // not registered: "4xx"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pantograph/schema/label.hpp>

namespace pantograph::schemas {

// RFC 9110, 9.3, PATCH (RFC 5789) and QUERY; `_OTHER` for the rest, as OpenTelemetry has it
// (semantic conventions 1.41, http.request.method, read 2026-11).
enum class http_method {
  get,
  head,
  post,
  put,
  patch,
  delete_,
  connect,
  options,
  trace,
  query,
  other
};

// The codes of IANA's "Hypertext Transfer Protocol (HTTP) Status Code Registry" (read 2026-11); for
// any other code its class; for what is no status code at all, `unknown`.
// clang-format off
enum class http_status : std::uint8_t {
  code_100, code_101, code_102, code_103, code_200, code_201, code_202, code_203, code_204,
  code_205, code_206, code_207, code_208, code_226, code_300, code_301, code_302, code_303,
  code_304, code_305, code_307, code_308, code_400, code_401, code_402, code_403, code_404,
  code_405, code_406, code_407, code_408, code_409, code_410, code_411, code_412, code_413,
  code_414, code_415, code_416, code_417, code_421, code_422, code_423, code_424, code_425,
  code_426, code_428, code_429, code_431, code_451, code_500, code_501, code_502, code_503,
  code_504, code_505, code_506, code_507, code_508, code_510, code_511, class_1xx, class_2xx,
  class_3xx, class_4xx, class_5xx, unknown
};
// clang-format on

}  // namespace pantograph::schemas

namespace pantograph {

template <>
inline constexpr std::array<std::string_view, 11> spelling<schemas::http_method>{
    "GET",     "HEAD",    "POST",  "PUT",   "PATCH", "DELETE",
    "CONNECT", "OPTIONS", "TRACE", "QUERY", "_OTHER"};

template <>
inline constexpr std::array<std::string_view, 67> spelling<schemas::http_status>{
    "100", "101", "102", "103", "200", "201", "202",    "203", "204", "205", "206", "207",
    "208", "226", "300", "301", "302", "303", "304",    "305", "307", "308", "400", "401",
    "402", "403", "404", "405", "406", "407", "408",    "409", "410", "411", "412", "413",
    "414", "415", "416", "417", "421", "422", "423",    "424", "425", "426", "428", "429",
    "431", "451", "500", "501", "502", "503", "504",    "505", "506", "507", "508", "510",
    "511", "1xx", "2xx", "3xx", "4xx", "5xx", "unknown"};

}  // namespace pantograph

namespace pantograph::schemas {

// Methods are case-sensitive (RFC 9110, 9.1): "get" is `other`.
[[nodiscard]] constexpr http_method http_method_of(std::string_view word) noexcept {
  std::size_t at = 0;
  while (at < static_cast<std::size_t>(http_method::other) && spelling<http_method>[at] != word)
    ++at;
  return static_cast<http_method>(at);
}

namespace detail {
// By code, 100 .. 599.
inline constexpr std::array<http_status, 500> status_of_code = [] {
  std::array<http_status, 500> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<http_status>(static_cast<std::size_t>(http_status::class_1xx) + i / 100);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(http_status::class_1xx); ++i) {
    const std::string_view digits = spelling<http_status>[i];
    const auto digit = [&](std::size_t at) { return static_cast<std::size_t>(digits[at] - '0'); };
    out[digit(0) * 100 + digit(1) * 10 + digit(2) - 100] = static_cast<http_status>(i);
  }
  return out;
}();
}  // namespace detail

[[nodiscard]] constexpr http_status http_status_of(int code) noexcept {
  return code < 100 || code > 599 ? http_status::unknown
                                  : detail::status_of_code[static_cast<std::size_t>(code - 100)];
}

[[nodiscard]] constexpr std::string_view http_method_text(http_method of) noexcept {
  return pantograph::detail::label_value_text<http_method>(static_cast<std::size_t>(of));
}
[[nodiscard]] constexpr std::string_view http_status_text(http_status of) noexcept {
  return pantograph::detail::label_value_text<http_status>(static_cast<std::size_t>(of));
}

}  // namespace pantograph::schemas
