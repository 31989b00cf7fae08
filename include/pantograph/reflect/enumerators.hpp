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
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pantograph/base/utf8.hpp>
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
  // clang knows the enumerators of an enum within a class template only once a name was looked up in
  // it; any name will do.
  if constexpr (requires { E::looked_up; }) {
  }
  enumerator_scan<E> out;
  scan_enumerators<E, 0, false>(out);
  using U = std::underlying_type_t<E>;
  if constexpr (std::is_signed_v<U> && !std::is_same_v<U, bool>) {
    if (split_enumerators(pretty_enumerators<E, static_cast<E>(-1)>(), 1).leading != 0) {
      out.contiguous = false;
    }
  }
  if constexpr (sizeof(U) > 1) {
    constexpr auto beyond = static_cast<E>(most_enumerators);
    if (out.count == most_enumerators &&
        split_enumerators(pretty_enumerators<E, beyond>(), 1).leading != 0) {
      out.contiguous = false;
    }
  }
  return out;
}();

template <class E>
inline constexpr bool has_spelling =
    !std::is_same_v<std::remove_const_t<decltype(spelling<E>)>, no_spelling>;

// The names of E's enumerators behind one another, each with a zero: what is kept of the compiler's
// long text.
template <class E>
inline constexpr auto enumerator_letters = [] {
  constexpr std::size_t letters = [] {
    std::size_t n = 0;
    for (std::size_t i = 0; i < scan_of<E>.count; ++i) n += scan_of<E>.names[i].size() + 1;
    return n;
  }();
  std::array<char, letters> out{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < scan_of<E>.count; ++i) {
    std::string_view name = scan_of<E>.names[i];
    if (name.size() > 1 && name.back() == '_') name.remove_suffix(1);
    for (const char c : name) out[at++] = c;
    ++at;
  }
  return out;
}();

// ---- what an enum must keep to be a label ----

// Of an unscoped enum without a fixed type, only the values between its enumerators exist; to try
// another one is undefined, and clang 16 refuses it.
template <class E>
concept enum_with_fixed_type = requires { E{0}; };

template <class E, bool Keeps>
[[nodiscard]] consteval bool enum_has_a_fixed_type() {
  static_assert(Keeps,
                "[reflect/enum-type] this enum's underlying type is not fixed, so its values cannot "
                "be tried one by one. Write enum class, or give it a type: enum color : int");
  return Keeps;
}
template <class E, std::size_t InSequence, bool Keeps>
[[nodiscard]] consteval bool enumerators_are_in_sequence() {
  static_assert(Keeps,
                "[reflect/enumerators] this enum's values are not 0, 1, 2, ... without a gap, or are "
                "more than 256: a label's value is its index. Number the enumerators from 0 on, or "
                "leave the numbers out");
  return Keeps;
}
template <class E, std::size_t Texts, std::size_t Enumerators, bool Keeps>
[[nodiscard]] consteval bool spelling_has_a_text_for_each() {
  static_assert(Keeps,
                "[reflect/spelling] pantograph::spelling of this enum has more or fewer texts than "
                "the enum has enumerators: it holds one for each, in order. Add or remove texts");
  return Keeps;
}
template <class E, std::size_t Value, bool Keeps>
[[nodiscard]] consteval bool spelling_is_a_label_value() {
  static_assert(Keeps,
                "[reflect/spelling-text] a text in pantograph::spelling of this enum is empty, above "
                "256 bytes or not UTF-8: Prometheus takes an empty label for none, and refuses the "
                "page for bytes that are no UTF-8. Write a plain word");
  return Keeps;
}
template <class E, std::size_t Value, std::size_t SameValue, bool Keeps>
[[nodiscard]] consteval bool enumerators_print_differently() {
  static_assert(Keeps,
                "[reflect/spelling-twice] two enumerators of this enum print the same text, so two "
                "series would be one: texts differ (a trailing underscore is dropped). Rename one, or "
                "give it another text in pantograph::spelling");
  return Keeps;
}

// The texts of E's values, as they stand.
template <class E>
inline constexpr auto enumerator_texts = [] {
  std::array<std::string_view, scan_of<E>.count> out{};
  if constexpr (has_spelling<E>) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = spelling<E>[i];
  } else {
    const char* at = enumerator_letters<E>.data();
    for (std::string_view& text : out) {
      text = at;
      at += text.size() + 1;
    }
  }
  return out;
}();

// Numbers of the first text that is no label value and of the first two that are equal.
struct spelling_faults {
  std::size_t unfit, twice, same;  // the count: none
};
template <std::size_t N>
[[nodiscard]] constexpr spelling_faults faults_of(const std::array<std::string_view, N>& texts) {
  spelling_faults out{N, N, N};
  // Hashes (FNV-1a) are compared first: clang stops a constant expression after 2^20 steps.
  std::array<std::uint64_t, N> hashes{};
  for (std::size_t i = 0; i < N; ++i) {
    if (out.unfit == N && (texts[i].empty() || texts[i].size() > 256 || !is_utf8(texts[i]))) {
      out.unfit = i;
    }
    hashes[i] = 14695981039346656037u;
    for (const char c : texts[i]) {
      hashes[i] = (hashes[i] ^ static_cast<unsigned char>(c)) * 1099511628211u;
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (hashes[k] == hashes[i] && out.twice == N && texts[k] == texts[i]) {
        out.twice = i;
        out.same = k;
      }
    }
  }
  return out;
}

// How many texts the spelling of E has; without one, as many as enumerators.
template <class E>
inline constexpr std::size_t spelled_texts = [] {
  if constexpr (has_spelling<E>) {
    return spelling<E>.size();
  } else {
    return scan_of<E>.count;
  }
}();

template <class E>
[[nodiscard]] consteval bool enum_is_fit() {
  if constexpr (!enum_with_fixed_type<E>) {
    return enum_has_a_fixed_type<E, false>();
  } else if constexpr (scan_of<E>.count == 0 || !scan_of<E>.contiguous) {
    return enumerators_are_in_sequence<E, scan_of<E>.count, false>();
  } else if constexpr (spelled_texts<E> != scan_of<E>.count) {
    return spelling_has_a_text_for_each<E, spelled_texts<E>, scan_of<E>.count, false>();
  } else {
    constexpr spelling_faults faults = faults_of(enumerator_texts<E>);
    if constexpr (faults.unfit < scan_of<E>.count) {
      return spelling_is_a_label_value<E, faults.unfit, false>();
    } else if constexpr (faults.twice < scan_of<E>.count) {
      return enumerators_print_differently<E, faults.twice, faults.same, false>();
    } else {
      return true;
    }
  }
}

// The texts of E's values, exactly as many as there are enumerators. Of an enum that cannot be a
// label, one text, so that nothing is said after the broken rule.
template <class E>
inline constexpr auto enumerators_of = [] {
  if constexpr (enum_is_fit<E>()) {
    return enumerator_texts<E>;
  } else {
    return std::array<std::string_view, 1>{"?"};
  }
}();

enum class known_enum { first, second_, third3 };
static_assert(scan_of<known_enum>.count == 3 && scan_of<known_enum>.contiguous &&
                  enumerators_of<known_enum>[1] == "second" &&
                  enumerators_of<known_enum>[2] == "third3",
              "[reflect/names] this compiler spells enumerators in a form that is not known here: use "
              "g++ 12, clang 16 or later");

}  // namespace detail
}  // namespace pantograph
