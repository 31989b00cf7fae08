// SPDX-License-Identifier: Apache-2.0
#pragma once

// The words of every answer but the metrics: status lines and fields, refusals, health, index page.
// Written into fixed buffers; no clock is read and nothing is allocated here.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <pantograph/exporters/http.hpp>

namespace pantograph::exporters::detail {

// Text of at most Capacity bytes; what does not fit is cut off.
template <std::size_t Capacity>
class bounded_text {
 public:
  bounded_text& operator<<(std::string_view text) noexcept {
    const std::size_t part = std::min(text.size(), Capacity - size_);
    if (part != 0) std::memcpy(data_.data() + size_, text.data(), part);  // data() may be null
    size_ += part;
    return *this;
  }
  bounded_text& operator<<(std::uint64_t number) noexcept {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
  }
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] std::string_view view() const noexcept { return {data_.data(), size_}; }

 private:
  std::array<char, Capacity> data_;
  std::size_t size_ = 0;
};

using head_text = bounded_text<512>;    // the longest head is about 300 bytes
using small_body = bounded_text<8192>;  // 1 KiB of health detail may be escaped to six times that

struct status {
  unsigned code;
  std::string_view reason;
};
[[nodiscard]] status status_of(http_refusal reason) noexcept;
inline constexpr status status_ok{200, "OK"};
inline constexpr status status_unavailable{503, "Service Unavailable"};

struct response_head {
  status line;
  std::string_view content_type;
  std::size_t content_length;
  bool keep_alive;
  std::string_view more_fields;  // whole lines, each ended by CR LF
};
void write_head(head_text& out, const response_head& head, std::chrono::sys_seconds now) noexcept;

// What a refusal says: the rule and the cure.
struct refused_request {
  std::string_view method;  // empty when the request line was not understood
  std::string_view path;
  std::string_view why;  // malformed only
};
void write_refusal(small_body& out, http_refusal reason, const refused_request& request,
                   const http_options& options) noexcept;
// Fields that a refusal must carry: Allow, Retry-After.
[[nodiscard]] std::string_view fields_of(http_refusal reason) noexcept;

void write_health(small_body& out, health_status status, std::string_view detail) noexcept;
[[nodiscard]] std::string index_page(std::string_view service);

}  // namespace pantograph::exporters::detail
