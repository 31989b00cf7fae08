// SPDX-License-Identifier: Apache-2.0
#pragma once

// A type's own name, without its namespaces: `type_name<shop::checkout_metrics>` is
// "checkout_metrics". Meant for plain structs and enums; a template's name keeps its arguments.

#include <cstddef>
#include <string_view>

namespace pantograph::detail {

template <class T>
[[nodiscard]] consteval std::string_view qualified_type_name() {
  // g++: "... [with T = shop::order; std::string_view = ...]"   clang: "... [T = shop::order]"
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr std::size_t start = text.find("T = ") + 4;
  constexpr std::size_t semicolon = text.find(';', start);
  constexpr std::size_t end = semicolon < text.size() ? semicolon : text.rfind(']');
  return text.substr(start, end - start);
}

template <class T>
inline constexpr std::string_view type_name = [] {
  std::string_view name = qualified_type_name<T>();
  // The last "::" outside of template arguments ends the namespaces.
  std::size_t depth = 0;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] == '>') ++depth;
    if (name[i] == '<') --depth;
    if (name[i] == ':' && depth == 0) return name.substr(i + 1);
  }
  return name;
}();

struct known_type;
static_assert(type_name<known_type> == "known_type");

}  // namespace pantograph::detail
