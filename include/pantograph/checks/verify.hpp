// SPDX-License-Identifier: Apache-2.0
#pragma once

// Stops the compiler at the first rule that a metric schema breaks, with one error. Whoever uses a
// schema (catalogue, exposition, generator) asks for it, so nobody has to remember; it may also be
// written beside the struct, where the message comes soonest:
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
// Always true: a schema that keeps every rule compiles, another stops here with its first broken rule.
template <class Schema>
[[nodiscard]] consteval bool checked();

// ---- machinery ----

namespace detail {

// The schema in a constant expression: the only place to read help texts from at compile time.
template <class S>
inline constexpr S schema_object{};

template <class S>
inline constexpr auto rows_of = []<class... Paths>(leaf_list<Paths...>) {
  return std::array<family_row, sizeof...(Paths)>{
      row_of<S, Paths>(at_path(schema_object<S>, Paths{}).help())...};
}(leaves_of<S>{});

// ---- how a field is shown beside a message ----

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

// clang before 18 takes no address of a subobject as a template argument; it is shown the letters of
// the field's name.
#if defined(__clang__) && __clang_major__ < 18
template <char... Letters>
struct field_named;
template <class S, class Path>
using shown_field = decltype([]<std::size_t... I>(std::index_sequence<I...>) {
  return std::type_identity<field_named<leaf_field_text<S, Path>.data[I]...>>{};
}(std::make_index_sequence<leaf_field_text<S, Path>.size>{}))::type;
#else
template <auto Address>
struct field_at;
template <class S, class Path>
using shown_field = field_at<std::addressof(at_path(undefined_object<S>.value, Path{}))>;
#endif

// ---- the struct itself, before anything is read from it ----

template <class S, std::size_t I>
inline constexpr bool field_is_known = instrument_type<field_type<S, I>> ||
                                       nested_schema<field_type<S, I>>;

template <class S>
[[nodiscard]] consteval bool struct_is_fit();

template <class Field>
[[nodiscard]] consteval bool nested_is_fit() {
  if constexpr (nested_schema<Field>) {
    return struct_is_fit<Field>();
  } else {
    return true;
  }
}

template <class S, std::size_t... I>
[[nodiscard]] consteval bool fields_are_fit(std::index_sequence<I...>) {
  constexpr std::size_t known = [] {
    std::size_t n = 0;
    (void)((field_is_known<S, I> && (++n, true)) && ...);
    return n;
  }();
  if constexpr (known < sizeof...(I)) {
    return checks::every_field_is_an_instrument<S, shown_field<S, leaf_path<known>>,
                                                field_type<S, known>, false>::holds();
  } else {
    return (nested_is_fit<field_type<S, I>>() && ...);
  }
}

template <class S>
consteval bool struct_is_fit() {
  constexpr bool plain = std::is_class_v<S> && std::is_aggregate_v<S> && !std::is_polymorphic_v<S>;
  if constexpr (!plain) {
    return checks::schema_is_a_plain_struct<S, plain>::holds();
  } else if constexpr (field_count<S> > most_fields) {
    return checks::schema_has_at_most_200_fields<S, field_count<S>, false>::holds();
  } else if constexpr (field_count<S> == 0) {
    return checks::schema_has_a_field<S, false>::holds();
  } else {
    return fields_are_fit<S>(std::make_index_sequence<field_count<S>>{});
  }
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

// ---- the rows ----

// Rows judged in one constant expression; clang stops one after 2^20 steps.
inline constexpr std::size_t rows_at_once = 16;

template <class S, std::size_t First>
inline constexpr checks::finding finding_from = [] {
  constexpr checks::finding found = checks::judge_rows(
      rows_of<S>, First, First + rows_at_once, label_rows<instance_labels<S>>);
  if constexpr (found.broken != checks::rule::none) {
    return found;
  } else if constexpr (First + rows_at_once < rows_of<S>.size()) {
    return finding_from<S, First + rows_at_once>;
  } else {
    return checks::judge_clashes(rows_of<S>);
  }
}();

template <class S>
inline constexpr checks::finding finding_of = [] {
  constexpr checks::finding found =
      checks::judge_schema(prefix_of<S>, label_rows<instance_labels<S>>);
  if constexpr (found.broken != checks::rule::none) {
    return found;
  } else {
    return finding_from<S, 0>;
  }
}();

// The field of row I, or the instance labels where there is no row.
template <class S, std::size_t I, class Leaves = leaves_of<S>>
struct place_of {
  using type = instance_labels<S>;
};
template <class S, std::size_t I, class... Paths>
  requires(I < sizeof...(Paths))
struct place_of<S, I, leaf_list<Paths...>> {
  using type = shown_field<S, std::tuple_element_t<I, std::tuple<Paths...>>>;
  using instrument = typename leaf<S, std::tuple_element_t<I, std::tuple<Paths...>>>::type;
};

template <class S, checks::finding Found>
struct label_place_of {
  using type = instance_labels<S>;
};
template <class S, checks::finding Found>
  requires(Found.family != checks::no_family)
struct label_place_of<S, Found> {
  using labels = typename place_of<S, Found.family>::instrument::labels;
  using type = checks::label_of_metric<typename place_of<S, Found.family>::type,
                                       shown_field<labels, leaf_path<Found.other>>>;
};

// Naming the broken rule's function makes the compiler read its assertion, and print it.
template <class S, checks::finding Found>
[[nodiscard]] consteval bool speak() {
  using enum checks::rule;
  namespace c = checks;
  constexpr checks::rule broken = Found.broken;
  using at = typename place_of<S, Found.family>::type;
  if constexpr (broken == prefix) {
    return c::prefix_is_a_name<S, false>::holds();
  } else if constexpr (broken == help) {
    return c::metric_has_help<S, at, false>::holds();
  } else if constexpr (broken == colon) {
    return c::metric_name_has_no_colon<S, at, false>::holds();
  } else if constexpr (broken == reserved_name) {
    return c::metric_name_is_not_reserved<S, at, false>::holds();
  } else if constexpr (broken == name_case) {
    return c::metric_name_is_snake_case<S, at, false>::holds();
  } else if constexpr (broken == reserved_suffix) {
    return c::metric_name_has_no_reserved_suffix<S, at, false>::holds();
  } else if constexpr (broken == counter_suffix) {
    return c::counter_name_ends_in_total<S, at, false>::holds();
  } else if constexpr (broken == total_suffix) {
    return c::only_counters_end_in_total<S, at, false>::holds();
  } else if constexpr (broken == info_suffix) {
    return c::info_name_ends_in_info<S, at, false>::holds();
  } else if constexpr (broken == type_in_name) {
    return c::metric_name_has_no_type<S, at, false>::holds();
  } else if constexpr (broken == unit_abbreviation) {
    return c::unit_is_not_abbreviated<S, at, false>::holds();
  } else if constexpr (broken == base_unit) {
    return c::unit_is_a_base_unit<S, at, false>::holds();
  } else if constexpr (broken == unit_suffix || broken == unit_contradiction) {
    using unit = typename place_of<S, Found.family>::instrument::unit;
    if constexpr (broken == unit_suffix) {
      return c::name_ends_in_the_unit<S, at, unit, false>::holds();
    } else {
      return c::name_does_not_contradict_the_unit<S, at, unit, false>::holds();
    }
  } else if constexpr (broken == label_reserved) {
    return c::label_name_is_not_reserved<S, typename label_place_of<S, Found>::type, false>::holds();
  } else if constexpr (broken == label_case) {
    return c::label_name_is_snake_case<S, typename label_place_of<S, Found>::type, false>::holds();
  } else if constexpr (broken == label_duplicate) {
    return c::label_is_there_once<S, typename label_place_of<S, Found>::type, false>::holds();
  } else if constexpr (broken == label_many) {
    constexpr std::size_t labels =
        rows_of<S>[Found.family].labels.size() + label_rows<instance_labels<S>>.size();
    return c::metric_has_at_most_30_labels<S, at, labels, false>::holds();
  } else if constexpr (broken == label_unbounded) {
    return c::text_label_is_bounded<S, at, false>::holds();
  } else if constexpr (broken == series_limit) {
    constexpr const family_row& row = rows_of<S>[Found.family];
    return c::family_is_within_its_series_limit<S, at, row.series, row.limit, false>::holds();
  } else if constexpr (broken == name_clash) {
    using other = typename place_of<S, Found.other>::type;
    return c::name_is_unique<S, at, other, false>::holds();
  }
}

// False where the struct itself is unfit, so that nothing can be read from it. A rule broken by a
// field has been spoken; what follows goes on as if it had not, so that nothing is said twice.
template <class S>
inline constexpr bool schema_is_usable = [] {
  if constexpr (!struct_is_fit<S>()) {
    return false;
  } else if constexpr (!constant_schema<S>) {
    return checks::schema_is_a_constant_expression<S, false>::holds();
  } else if constexpr (finding_of<S>.broken != checks::rule::none) {
    return speak<S, finding_of<S>>() || true;
  } else {
    return true;
  }
}();

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

}  // namespace detail

template <class Schema>
consteval bool checked() {
  return detail::schema_is_usable<Schema> || true;  // one message is enough
}

}  // namespace pantograph
