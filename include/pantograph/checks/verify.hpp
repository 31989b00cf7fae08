// SPDX-License-Identifier: Apache-2.0
#pragma once

// Stops the compiler at the first rule that a metric schema breaks. Whoever uses a schema (catalogue,
// exposition, generator) asserts it, so nobody has to remember; it may also be written beside the
// struct, where the message comes soonest:
//
//     static_assert(pantograph::checked<tool_metrics>());

#include <array>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pantograph/checks/judge.hpp>
#include <pantograph/checks/rules.hpp>
#include <pantograph/schema/rows.hpp>

namespace pantograph {
namespace detail {

// The schema in a constant expression: the only place to read help texts from at compile time.
template <class S>
inline constexpr S schema_object{};

template <class S>
inline constexpr auto rows_of = []<class... Paths>(leaf_list<Paths...>) {
  return std::array<family_row, sizeof...(Paths)>{
      row_of<S, Paths>(at_path(schema_object<S>, Paths{}).help())...};
}(leaves_of<S>{});

// ---- the struct itself, before anything is read from it ----

template <class S>
[[nodiscard]] consteval bool is_plain_schema() {
  constexpr bool plain = std::is_class_v<S> && std::is_aggregate_v<S> && !std::is_polymorphic_v<S>;
  (void)sizeof(checks::schema_is_a_plain_struct<S, plain>);
  if constexpr (plain) {
    constexpr std::size_t fields = field_count<S>;
    (void)sizeof(checks::schema_has_at_most_200_fields<S, (fields <= most_fields)>);
    (void)sizeof(checks::schema_has_a_field<S, (fields > 0)>);
    if constexpr (fields > 0 && fields <= most_fields) {
      bool all = true;
      for_each_position<fields>([&](auto at) {
        using type = field_type<S, at>;
        if constexpr (nested_schema<type>) {
          all = is_plain_schema<type>() && all;
        } else {
          constexpr bool known = instrument_type<type>;
          (void)sizeof(checks::every_field_is_an_instrument<S, type, known>);
          all = all && known;
        }
      });
      return all;
    }
  }
  return false;
}

template <class S>
[[nodiscard]] consteval bool make_schema() {
  const S made{};
  (void)made;
  return true;
}
template <class S>
concept constant_schema =
    requires { S{}; } && requires { typename std::bool_constant<make_schema<S>()>; };

// ---- one rule, spoken with the field it stopped at ----

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

// How a field is shown. clang before 18 takes no address of a subobject as a template argument; it
// is shown the letters of the field's name.
#if defined(__clang__) && __clang_major__ < 18
template <char... Letters>
struct field_named {};
template <class S, class Path>
using shown_field = decltype([]<std::size_t... I>(std::index_sequence<I...>) {
  return field_named<leaf_field_text<S, Path>.data[I]...>{};
}(std::make_index_sequence<leaf_field_text<S, Path>.size>{}));
#else
template <auto Address>
struct field_at {};
template <class S, class Path>
using shown_field = field_at<std::addressof(at_path(undefined_object<S>.value, Path{}))>;
#endif

// Instantiating a rule that is broken prints its message. The functions are only named, never run, so
// that nothing is said after it; `auto` makes naming them enough.
template <template <class, class, bool> class Rule, class S, class Path>
auto speak() {
  return sizeof(Rule<S, shown_field<S, Path>, false>);
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// The rule's type for a finding.
template <class S, checks::rule Broken, class Path>
auto speak_of() {
  using enum checks::rule;
  namespace c = checks;
  if constexpr (Broken == prefix) {
    return sizeof(c::prefix_is_a_name<S, false>);
  } else if constexpr (Broken == help) {
    return speak<c::metric_has_help, S, Path>();
  } else if constexpr (Broken == name_case) {
    return speak<c::metric_name_is_snake_case, S, Path>();
  } else if constexpr (Broken == colon) {
    return speak<c::metric_name_has_no_colon, S, Path>();
  } else if constexpr (Broken == reserved_name) {
    return speak<c::metric_name_is_not_reserved, S, Path>();
  } else if constexpr (Broken == reserved_suffix) {
    return speak<c::metric_name_has_no_reserved_suffix, S, Path>();
  } else if constexpr (Broken == counter_suffix) {
    return speak<c::counter_name_ends_in_total, S, Path>();
  } else if constexpr (Broken == total_suffix) {
    return speak<c::only_counters_end_in_total, S, Path>();
  } else if constexpr (Broken == info_suffix) {
    return speak<c::info_name_ends_in_info, S, Path>();
  } else if constexpr (Broken == type_in_name) {
    return speak<c::metric_name_has_no_type, S, Path>();
  } else if constexpr (Broken == unit_abbreviation) {
    return speak<c::unit_is_not_abbreviated, S, Path>();
  } else if constexpr (Broken == base_unit) {
    return speak<c::unit_is_a_base_unit, S, Path>();
  } else if constexpr (Broken == unit_suffix) {
    return speak<c::name_ends_in_the_unit, S, Path>();
  } else if constexpr (Broken == unit_contradiction) {
    return speak<c::name_does_not_contradict_the_unit, S, Path>();
  } else if constexpr (Broken == label_case) {
    return speak<c::label_name_is_snake_case, S, Path>();
  } else if constexpr (Broken == label_reserved) {
    return speak<c::label_name_is_not_reserved, S, Path>();
  } else if constexpr (Broken == label_duplicate) {
    return speak<c::label_is_there_once, S, Path>();
  } else if constexpr (Broken == label_unbounded) {
    return speak<c::text_label_is_bounded, S, Path>();
  } else if constexpr (Broken == series_limit) {
    return speak<c::family_is_within_its_series_limit, S, Path>();
  } else if constexpr (Broken == name_clash) {
    return speak<c::name_is_unique, S, Path>();
  }
}

template <class S, checks::finding Found, class... Paths>
auto speak_at(leaf_list<Paths...>) {
  return speak_of<S, Found.broken, std::tuple_element_t<Found.family, std::tuple<Paths...>>>();
}

// False only where the struct itself is unfit, so that nothing can be read from it. A rule broken by a
// field has stopped the compiler; what follows may go on as if it had not.
template <class S>
inline constexpr bool schema_is_usable = [] {
  if constexpr (is_plain_schema<S>()) {
    (void)sizeof(checks::schema_is_a_constant_expression<S, constant_schema<S>>);
    if constexpr (constant_schema<S>) {
      constexpr checks::finding found =
          checks::judge(prefix_of<S>, rows_of<S>, label_rows<instance_labels<S>>);
      if constexpr (found.broken != checks::rule::none) {
        (void)sizeof(decltype(speak_at<S, found>(leaves_of<S>{})));
      }
      return true;
    }
  }
  return false;
}();

}  // namespace detail

// Compiles when the schema keeps every rule, and is true then; else stops with the rule's message.
template <class Schema>
[[nodiscard]] consteval bool checked() {
  return detail::schema_is_usable<Schema>;
}

}  // namespace pantograph
