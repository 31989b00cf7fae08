// SPDX-License-Identifier: Apache-2.0
#pragma once

// The grammar of names (Prometheus data model, https://prometheus.io/docs/concepts/data_model, read
// 2026-11). The colon that Prometheus allows in metric names belongs to recording rules and is refused.

#include <cstddef>
#include <string_view>

namespace pantograph::detail {

[[nodiscard]] constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Where `c` first stands, or the text's size. Instead of string_view::find(char), which g++ 12 does
// not evaluate in a constant expression under -fsanitize=undefined (test consumer.under_ubsan).
[[nodiscard]] constexpr std::size_t find_char(std::string_view text, char c) noexcept {
  std::size_t i = 0;
  while (i < text.size() && text[i] != c) ++i;
  return i;
}

// [a-zA-Z_][a-zA-Z0-9_]*
[[nodiscard]] constexpr bool is_name(std::string_view text) noexcept {
  if (text.empty() || !is_letter(text[0])) return false;
  for (const char c : text) {
    if (!is_letter(c) && !is_digit(c)) return false;
  }
  return true;
}

// Lower case, and no underscore at an end or doubled.
[[nodiscard]] constexpr bool is_snake_case(std::string_view text) noexcept {
  char last = '_';
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') return false;
    if (c == '_' && last == '_') return false;
    last = c;
  }
  return !text.empty() && last != '_';
}

}  // namespace pantograph::detail
