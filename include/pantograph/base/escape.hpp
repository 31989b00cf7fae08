// SPDX-License-Identifier: Apache-2.0
#pragma once

// Escaping of label values, the same in both text formats: backslash, quote and line feed
// (exposition format 0.0.4; OpenMetrics 1.0, ABNF "escaped-char"; read 2026-11). Help texts escape
// the quote only in OpenMetrics.

#include <cstddef>
#include <string_view>

namespace pantograph::detail {

// Calls `put(std::string_view)` with the pieces of the escaped text, in order.
template <class Put>
constexpr void escape(std::string_view text, bool quotes, const Put& put) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '\\' && c != '\n' && !(quotes && c == '"')) continue;
    put(text.substr(from, i - from));
    put(c == '\\' ? std::string_view("\\\\") : c == '\n' ? std::string_view("\\n") : std::string_view("\\\""));
    from = i + 1;
  }
  put(text.substr(from));
}

}  // namespace pantograph::detail
