// SPDX-License-Identifier: Apache-2.0
#include "response.hpp"

#include <pantograph/base/utf8.hpp>

namespace pantograph::exporters::detail {

namespace {

constexpr std::size_t quoted_limit = 64;    // characters of a request that a refusal repeats
constexpr std::size_t detail_limit = 1024;  // bytes of health detail

// What a client sent, made harmless: printable ASCII, no quote, cut with an ellipsis.
void quote(small_body& out, std::string_view text) noexcept {
  out << "\"";
  for (const char& c : text.substr(0, quoted_limit)) {
    const bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    out << (plain ? std::string_view(&c, 1) : std::string_view("?"));
  }
  out << (text.size() > quoted_limit ? "...\"" : "\"");
}

void two_digits(head_text& out, unsigned number) noexcept {
  const char digits[2] = {static_cast<char>('0' + number / 10 % 10),
                          static_cast<char>('0' + number % 10)};
  out << std::string_view(digits, 2);
}

// IMF-fixdate (RFC 9110, 5.6.7), which no locale touches: "Sun, 06 Nov 1994 08:49:37 GMT".
void write_date(head_text& out, std::chrono::sys_seconds now) noexcept {
  constexpr std::string_view days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{now - day};
  out << days.substr(std::chrono::weekday{day}.c_encoding() * 3, 3) << ", ";
  two_digits(out, static_cast<unsigned>(date.day()));
  out << " " << months.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3) << " "
      << static_cast<std::uint64_t>(static_cast<int>(date.year())) << " ";
  two_digits(out, static_cast<unsigned>(time.hours().count()));
  out << ":";
  two_digits(out, static_cast<unsigned>(time.minutes().count()));
  out << ":";
  two_digits(out, static_cast<unsigned>(time.seconds().count()));
  out << " GMT";
}

// Whole milliseconds as people write seconds: 5 s, 0.25 s.
void write_seconds(small_body& out, std::chrono::nanoseconds time) noexcept {
  const auto milliseconds = static_cast<std::uint64_t>(time / std::chrono::milliseconds(1));
  out << milliseconds / 1000;
  if (const std::uint64_t rest = milliseconds % 1000; rest != 0) {
    const char digits[3] = {static_cast<char>('0' + rest / 100),
                            static_cast<char>('0' + rest / 10 % 10),
                            static_cast<char>('0' + rest % 10)};
    std::size_t size = 3;
    while (digits[size - 1] == '0') --size;
    out << "." << std::string_view(digits, size);
  }
  out << " s";
}

// A JSON string without its quotes (RFC 8259, 7); ill-formed UTF-8 becomes U+FFFD.
void write_json(small_body& out, std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const auto step = pantograph::detail::utf8_next(text, at);
    const std::string_view piece = text.substr(at, step.bytes);
    const unsigned first = static_cast<unsigned char>(text[at]);
    at += step.bytes;
    if (!step.valid) {
      out << "\xEF\xBF\xBD";
    } else if (first == '"' || first == '\\') {
      out << "\\" << piece;
    } else if (first < 0x20) {
      constexpr std::string_view digits = "0123456789abcdef";
      out << "\\u00" << digits.substr(first >> 4, 1) << digits.substr(first & 15, 1);
    } else {
      out << piece;
    }
  }
}

}  // namespace

status status_of(http_refusal reason) noexcept {
  switch (reason) {
    case http_refusal::malformed:
      return {400, "Bad Request"};
    case http_refusal::unknown_path:
      return {404, "Not Found"};
    case http_refusal::method:
      return {405, "Method Not Allowed"};
    case http_refusal::head_timeout:
      return {408, "Request Timeout"};
    case http_refusal::body:
      return {413, "Content Too Large"};
    case http_refusal::client_limit:
      return {429, "Too Many Requests"};
    case http_refusal::head_too_large:
    case http_refusal::too_many_fields:
      return {431, "Request Header Fields Too Large"};
    case http_refusal::connection_limit:
    case http_refusal::buffer_limit:
      return status_unavailable;
    case http_refusal::version:
      return {505, "HTTP Version Not Supported"};
    case http_refusal::exposition_failed:
    case http_refusal::send_timeout:
      break;  // the latter is never answered
  }
  return {500, "Internal Server Error"};
}

std::string_view fields_of(http_refusal reason) noexcept {
  switch (reason) {
    case http_refusal::method:
      return "Allow: GET, HEAD\r\n";
    case http_refusal::client_limit:
    case http_refusal::connection_limit:
    case http_refusal::buffer_limit:
      return "Retry-After: 1\r\n";
    default:
      return {};
  }
}

void write_head(head_text& out, const response_head& head, std::chrono::sys_seconds now) noexcept {
  out << "HTTP/1.1 " << head.line.code << " " << head.line.reason << "\r\nDate: ";
  write_date(out, now);
  // nosniff: a refusal repeats bytes of the request, which a browser must not take for a page.
  out << "\r\nContent-Type: " << head.content_type << "\r\nContent-Length: " << head.content_length
      << "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
      << head.more_fields
      // Said either way: an HTTP/1.0 client knows keep-alive only when told.
      << (head.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

void write_refusal(small_body& out, http_refusal reason, const refused_request& request,
                   const http_options& options) noexcept {
  switch (reason) {
    case http_refusal::malformed:
      out << "[http/malformed] This request is not HTTP/1.1 as RFC 9112 writes it: " << request.why
          << ". Send \"GET /metrics HTTP/1.1\" with one Host field and no body.";
      break;
    case http_refusal::unknown_path:
      out << "[http/unknown-path] ";
      quote(out, request.path);
      out << " is not served here: the paths are /, /metrics and /health. Ask for one of them.";
      break;
    case http_refusal::method:
      out << "[http/method] ";
      quote(out, request.method);
      out << " is not offered: everything here is read only. Use GET or HEAD.";
      break;
    case http_refusal::head_timeout:
      out << "[http/head-timeout] The request head did not end in time: it must arrive within ";
      write_seconds(out, options.head_timeout);
      out << ". Send the whole head at once, or raise http_options::head_timeout.";
      break;
    case http_refusal::body:
      out << "[http/body] This request has a body: GET and HEAD are answered without one. Send no "
             "Content-Length above 0 and no Transfer-Encoding.";
      break;
    case http_refusal::client_limit:
      out << "[http/client-limit] Your address has " << options.connections_per_client
          << " connections here, which is the limit for one client. Close one, or raise "
             "http_options::connections_per_client.";
      break;
    case http_refusal::head_too_large:
      out << "[http/head-too-large] The request line and its fields exceed " << options.head_bytes
          << " bytes, which is the limit. Send fewer or shorter fields, or raise "
             "http_options::head_bytes.";
      break;
    case http_refusal::too_many_fields:
      out << "[http/too-many-fields] The request has more than " << options.head_fields
          << " fields, which is the limit. Send fewer, or raise http_options::head_fields.";
      break;
    case http_refusal::exposition_failed:
      out << "[http/exposition-failed] Writing the metrics threw an exception: the callbacks of "
             "observed instruments must not throw. Mend the callback.";
      break;
    case http_refusal::connection_limit:
      out << "[http/connection-limit] " << options.connections
          << " connections are open, which is the limit. Come back later, or raise "
             "http_options::connections.";
      break;
    case http_refusal::buffer_limit:
      out << "[http/buffer-limit] The text and what slow readers have not taken exceed "
          << options.buffer_bytes
          << " bytes, which is the limit. Come back later, or raise http_options::buffer_bytes.";
      break;
    case http_refusal::version:
      out << "[http/version] This HTTP version is not spoken here: HTTP/1.0 and HTTP/1.1 are. Send "
             "\"GET /metrics HTTP/1.1\".";
      break;
    case http_refusal::send_timeout:
      break;  // never answered
  }
  out << "\n";
}

void write_health(small_body& out, health_status status, std::string_view detail) noexcept {
  out << (status == health_status::ok ? R"({"status":"ok")" : R"({"status":"degraded")");
  if (!detail.empty()) {
    out << R"(,"detail":")";
    write_json(out, detail.substr(0, detail_limit));
    out << "\"";
  }
  out << "}\n";
}

std::string index_page(std::string_view service) {
  std::string name;
  for (const char c : service) {
    switch (c) {
      case '&':
        name += "&amp;";
        break;
      case '<':
        name += "&lt;";
        break;
      case '>':
        name += "&gt;";
        break;
      default:
        name += c;
    }
  }
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>" + name +
         "</title>\n<h1>" + name +
         "</h1>\n<ul>\n<li><a href=\"/metrics\">/metrics</a>: Prometheus text 0.0.4 or OpenMetrics "
         "1.0, as your Accept field weighs them</li>\n<li><a href=\"/health\">/health</a>: 200 "
         "while all is well, 503 while not</li>\n</ul>\n</html>\n";
}

}  // namespace pantograph::exporters::detail
