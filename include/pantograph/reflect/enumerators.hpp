// SPDX-License-Identifier: Apache-2.0
#pragma once

// The enumerators of an enum, in order, as they are spelled in labels. The values must be contiguous
// from 0 and at most 256, so that a value is an index. One trailing underscore is dropped, so that a
// keyword can be an enumerator; any other spelling comes from a table in the user's header:
//
//     enum class method { get, head, delete_ };                       // "get", "head", "delete"
//     template <>
//     inline constexpr std::array<std::string_view, 3> pantograph::spelling<method>{"GET", "HEAD", "DELETE"};

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pantograph/reflect/type_name.hpp>

namespace pantograph {

struct no_spelling {};
// Specialise as std::array<std::string_view, N>, one text an enumerator, in order.
template <class E>
inline constexpr no_spelling spelling{};

namespace detail {

inline constexpr std::size_t most_enumerators = 256;

// ---- machinery ----

// What the compiler prints for consecutive values as template arguments: "shop::tool::search" for an
// enumerator, "(shop::tool)7" where there is none.
template <class E, E... Values>
[[nodiscard]] consteval std::string_view pretty_enumerators() {
  return __PRETTY_FUNCTION__;
}

// Values read from one such text, to keep the number of instantiations and their length small.
inline constexpr std::size_t enumerator_batch = 32;
struct enumerator_names {
  std::array<std::string_view, enumerator_batch> names{};  // empty: no enumerator of that value
  std::size_t leading = 0;                                 // names before the first gap
};

[[nodiscard]] constexpr enumerator_names split_enumerators(std::string_view pretty,
                                                           std::size_t values) {
  // g++: "... E ...Values = {a, b}; ...]"   clang: "... Values = <a, b>]"
  enumerator_names out;
  std::size_t at = pretty.find("Values = ") + 10;
  for (std::size_t i = 0; i < values; ++i) {
    std::size_t start = at;  // just past the last ':' or ')' of this token
    bool cast = false;       // the token ends in "(type)number"
    for (int depth = 0; at < pretty.size(); ++at) {
      const char c = pretty[at];
      if (depth == 0 && (c == ',' || c == '>' || c == '}')) break;
      if (c == '(' || c == '<' || c == '{') ++depth;
      if (c == ')' || c == '>' || c == '}') --depth;
      if (c == ':' || c == ')') {
        start = at + 1;
        cast = c == ')';
      }
    }
    if (!cast) out.names[i] = pretty.substr(start, at - start);
    at += 2;  // ", "
  }
  while (out.leading < values && !out.names[out.leading].empty()) ++out.leading;
  return out;
}

template <class E>
struct enumerator_scan {
  std::size_t count = 0;   // enumerators found from 0 on
  bool contiguous = true;  // none found behind the first gap, and none below 0
  std::array<std::string_view, most_enumerators> names{};
};

// How many values from 0 on the underlying type can hold, at most 256.
template <class E>
inline constexpr std::size_t enumerator_range = [] {
  using U = std::underlying_type_t<E>;
  if (std::is_same_v<U, bool>) return std::size_t{2};
  if (sizeof(U) == 1 && std::is_signed_v<U>) return std::size_t{128};
  return most_enumerators;
}();

// Reads batch after batch until one batch behind the first gap: an enumerator further away than that
// is not seen here; at run time its value counts in `other`, like any value outside.
template <class E, std::size_t First, bool Ended>
constexpr void scan_enumerators(enumerator_scan<E>& out) {
  constexpr std::size_t left = enumerator_range<E> - First;
  constexpr std::size_t width = left < enumerator_batch ? left : enumerator_batch;
  constexpr enumerator_names batch = []<std::size_t... I>(std::index_sequence<I...>) {
    return split_enumerators(pretty_enumerators<E, static_cast<E>(First + I)...>(), width);
  }(std::make_index_sequence<width>{});
  for (std::size_t i = 0; i < width; ++i) {
    if (batch.names[i].empty()) continue;
    if (Ended || i > batch.leading) {
      out.contiguous = false;
    } else {
      out.names[out.count++] = batch.names[i];
    }
  }
  if constexpr (!Ended && First + width < enumerator_range<E>) {
    scan_enumerators<E, First + width, (batch.leading < width)>(out);
  }
}

template <class E>
inline constexpr enumerator_scan<E> scan_of = [] {
  enumerator_scan<E> out;
  scan_enumerators<E, 0, false>(out);
  using U = std::underlying_type_t<E>;
  if constexpr (std::is_signed_v<U> && !std::is_same_v<U, bool>) {
    if (split_enumerators(pretty_enumerators<E, static_cast<E>(-1)>(), 1).leading != 0) {
      out.contiguous = false;
    }
  }
  return out;
}();

template <class E>
inline constexpr bool has_spelling =
    !std::is_same_v<std::remove_const_t<decltype(spelling<E>)>, no_spelling>;

// The texts of E's values, exactly as many as there are enumerators.
template <class E>
inline constexpr auto enumerators_of = [] {
  static_assert(std::is_enum_v<E>);
  constexpr const auto& scan = scan_of<E>;
  static_assert(scan.count > 0 && scan.contiguous,
                "[reflect/enumerators] an enum used as a label must have its values in sequence "
                "from 0, at most 256 of them, without gaps. Number the enumerators 0, 1, 2, ...");
  std::array<std::string_view, scan.count> out{};
  if constexpr (has_spelling<E>) {
    static_assert(spelling<E>.size() == scan.count,
                  "[reflect/spelling] pantograph::spelling<E> must hold exactly one text for each "
                  "enumerator, in order. Add or remove texts until the counts agree");
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = spelling<E>[i];
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = scan.names[i];
      if (out[i].size() > 1 && out[i].back() == '_') out[i].remove_suffix(1);
    }
  }
  return out;
}();

enum class known_enum { first, second_, third3 };
static_assert(scan_of<known_enum>.count == 3 && scan_of<known_enum>.contiguous &&
                  enumerators_of<known_enum>[1] == "second" &&
                  enumerators_of<known_enum>[2] == "third3",
              "[reflect/enumerators] this compiler prints enumerators in a form that is not known: "
              "use g++ 12, clang 16 or later");

}  // namespace detail
}  // namespace pantograph
