// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text of a fixed capacity that is a literal type: it can be built in a constant expression, be a
// template argument and live in a constexpr catalogue. Appending past the capacity does not compile
// in a constant expression.
//
//     constexpr auto name = join("mcp", '_', "tool_executions_total");   // fixed_text<25>

#include <cstddef>
#include <string_view>

namespace pantograph::detail {

template <std::size_t Capacity>
struct fixed_text {
  char data[Capacity + 1] = {};
  std::size_t size = 0;

  constexpr fixed_text() = default;
  constexpr explicit fixed_text(std::string_view text) { append(text); }

  constexpr fixed_text& append(std::string_view text) {
    for (const char c : text) append(c);
    return *this;
  }
  constexpr fixed_text& append(char c) {
    // Past the capacity: an error of constant evaluation, as it should be. The zero keeps its place.
    data[size < Capacity ? size : Capacity + 1] = c;
    ++size;
    return *this;
  }
  [[nodiscard]] constexpr std::string_view view() const { return {data, size}; }
  constexpr operator std::string_view() const { return view(); }
};

// Static storage for text computed by a constexpr callable: `static_text<make>` is a string_view
// whose characters live as long as the program and take exactly their size.
template <auto Make>
struct static_text_storage {
  static constexpr auto loose = Make();
  static constexpr auto exact = [] {
    fixed_text<loose.size> out;
    out.append(loose.view());
    return out;
  }();
};
template <auto Make>
inline constexpr std::string_view static_text = static_text_storage<Make>::exact.view();

}  // namespace pantograph::detail
