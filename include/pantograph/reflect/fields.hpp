// SPDX-License-Identifier: Apache-2.0
#pragma once

// The fields of a plain struct, by position: how many, what they are called, what they hold. This is
// the only header that knows Boost.PFR, so that a later move to C++26 reflection is one file.
//
//     struct order { int amount; bool paid; };
//     static_assert(field_count<order> == 2 && field_name<order, 1> == "paid");
//     for_each_field(an_order, [](auto position, auto& field) { ... });

#include <boost/pfr/core.hpp>
#include <boost/pfr/core_name.hpp>
#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace pantograph::detail {

// PFR binds at most 200 fields; past that it fails in a cascade, so callers ask first.
inline constexpr std::size_t most_fields = 200;

template <class S>
inline constexpr std::size_t field_count = boost::pfr::tuple_size_v<S>;

template <class S, std::size_t I>
using field_type = boost::pfr::tuple_element_t<I, S>;

template <class S, std::size_t I>
inline constexpr std::string_view field_name = boost::pfr::get_name<I, S>();

template <std::size_t I, class S>
[[nodiscard]] constexpr auto& field(S& of) noexcept {
  return boost::pfr::get<I>(of);
}

template <std::size_t I>
using position = std::integral_constant<std::size_t, I>;

// Calls `visit(position<I>{})` for 0 .. Count-1, in order.
template <std::size_t Count, class Visit>
constexpr void for_each_position(Visit&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(position<I>{}), ...);
  }(std::make_index_sequence<Count>{});
}

// Calls `visit(position<I>{}, field)` for every field in declaration order.
template <class S, class Visit>
constexpr void for_each_field(S& of, Visit&& visit) {
  for_each_position<field_count<std::remove_const_t<S>>>(
      [&](auto at) { visit(at, field<decltype(at)::value>(of)); });
}

// ---- machinery ----

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#pragma clang diagnostic ignored "-Wundefined-inline"
#endif

// An object that is named but never defined: enough to compare the addresses of its parts in a
// constant expression, also for types without a default constructor.
template <class S>
struct never_defined {
  S value;
};
template <class S>
extern const never_defined<S> undefined_object;

template <class S, std::size_t I>
[[nodiscard]] consteval auto field_address() {
  return std::addressof(boost::pfr::get<I>(undefined_object<S>.value));
}

// The position of `&S::member` within S.
template <auto Member>
struct member_position;
template <class S, class T, T S::*Member>
struct member_position<Member> {
  using owner = S;
  using type = T;
  static constexpr std::size_t value = [] {
    std::size_t found = field_count<S>;
    if (Member == nullptr) return found;
    for_each_position<field_count<S>>([&](auto at) {
      constexpr std::size_t i = decltype(at)::value;
      if constexpr (std::is_same_v<field_type<S, i>, T>) {
        if (field_address<S, i>() == std::addressof(undefined_object<S>.value.*Member)) found = i;
      }
    });
    return found;
  }();
  static_assert(value < field_count<S>,
                "[reflect/member] this pointer to member names no field of its struct: null, or a "
                "member that is not a field of its own. Write &tool_metrics::calls_total");
};

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// Reflection proves itself on a struct whose answer is known before anything believes it.
struct known_struct {
  int first_field;
  bool second_field;
  const char* third_field;
};
static_assert(field_count<known_struct> == 3 && field_name<known_struct, 1> == "second_field" &&
                  std::is_same_v<field_type<known_struct, 2>, const char*>,
              "[reflect/names] this compiler spells field names in a form that Boost.PFR does not "
              "know: use Boost 1.84 or later with g++ 12, clang 16 or later");

}  // namespace pantograph::detail
