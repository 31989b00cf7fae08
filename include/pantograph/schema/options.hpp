// SPDX-License-Identifier: Apache-2.0
#pragma once

// What may stand between the angle brackets of an instrument, in any order: one label struct, one
// unit, and these words.
//
//     pg::counter<agent_call, pg::at_most<1000>> agent_calls_total{"Calls by agent."};
//     pg::counter<pg::bytes, pg::shared>         bytes_read_total{"Bytes read."};

#include <cstddef>
#include <type_traits>

#include <pantograph/base/config.hpp>
#include <pantograph/schema/label.hpp>
#include <pantograph/schema/unit.hpp>

namespace pantograph {

// The number of series a family may have. Needed for text labels, where there is no default, and for
// enum labels with more than 100 combinations.
// Range: 1 .. 1,000,000, asserted where it is used.
template <std::size_t Series>
struct at_most {};

// Export every series, also those never recorded (the default up to 100 series: an absent
// status="error" would hide the first error from rate()).
struct dense {};
// Export a series only once it was recorded (the default above 100 series).
struct sparse {};

// Keep one atomic cell for all threads instead of one a thread: the least memory, but 20 cycles an
// increment and more when threads meet. For rare events on very many threads.
struct shared {};

// Keep doubles instead of integers: sums then depend on order and cost 12 cycles when chained.
struct real {};

namespace detail {

enum class option_kind { unknown, labels, unit, limit, exported, policy, number };

template <class T>
struct is_limit : std::false_type {};
template <std::size_t N>
struct is_limit<at_most<N>> : std::true_type {
  static constexpr std::size_t value_of = N;
};

template <class T>
inline constexpr option_kind option_kind_of = [] {
  if (is_limit<T>::value) return option_kind::limit;
  if (unit_type<T>) return option_kind::unit;
  if (std::is_same_v<T, dense> || std::is_same_v<T, sparse>) return option_kind::exported;
  if (std::is_same_v<T, shared>) return option_kind::policy;
  if (std::is_same_v<T, real>) return option_kind::number;
  if (std::is_class_v<T> && std::is_aggregate_v<T>) return option_kind::labels;
  return option_kind::unknown;
}();

// The first option of a kind, or Default.
template <option_kind Kind, class Default, class... Options>
struct pick_option {
  using type = Default;
};
template <option_kind Kind, class Default, class First, class... Rest>
struct pick_option<Kind, Default, First, Rest...>
    : std::conditional_t<option_kind_of<First> == Kind, std::type_identity<First>,
                         pick_option<Kind, Default, Rest...>> {};

// ---- what options must keep; in functions, so that a broken rule leaves the class in use ----

template <class Option, bool Keeps>
[[nodiscard]] consteval bool option_is_known() {
  static_assert(Keeps,
                "[option/unknown] this option of an instrument is none: an instrument takes a label "
                "struct, a unit, at_most<N>, dense, sparse, shared, real. Replace or remove it");
  return Keeps;
}
template <class Option, bool Keeps>
[[nodiscard]] consteval bool option_is_there_once() {
  static_assert(Keeps,
                "[option/twice] an instrument has this option and another of the same kind: it takes "
                "one label struct, one unit, one at_most<N>, one of dense and sparse, shared and "
                "real once. Remove one of the two");
  return Keeps;
}
template <class Limit, bool Keeps>
[[nodiscard]] consteval bool limit_is_in_range() {
  static_assert(Keeps,
                "[option/limit] this number of series is out of range: at_most<N> takes 1 .. "
                "1,000,000. Write how many a server can bear");
  return Keeps;
}
template <class Labels, bool Keeps>
[[nodiscard]] consteval bool dense_family_has_no_text() {
  static_assert(Keeps,
                "[option/dense] a family with a label of text cannot be dense: its series are not "
                "known before they are recorded. Remove dense");
  return Keeps;
}

// The first option that has one of its kind before it; void when there is none.
template <class... Seen>
struct options_seen {};
template <class Seen, class... Options>
struct second_of_a_kind {
  using type = void;
};
template <class... Seen, class First, class... Rest>
struct second_of_a_kind<options_seen<Seen...>, First, Rest...>
    : std::conditional_t<((option_kind_of<Seen> == option_kind_of<First>) || ...),
                         std::type_identity<First>,
                         second_of_a_kind<options_seen<Seen..., First>, Rest...>> {};

template <class... Options>
[[nodiscard]] consteval bool options_are_fit() {
  using unknown = typename pick_option<option_kind::unknown, void, Options...>::type;
  using twice = typename second_of_a_kind<options_seen<>, Options...>::type;
  using limit = typename pick_option<option_kind::limit, at_most<1>, Options...>::type;
  using labels = typename pick_option<option_kind::labels, no_labels, Options...>::type;
  using exported = typename pick_option<option_kind::exported, sparse, Options...>::type;
  if constexpr (!std::is_void_v<unknown>) {
    return option_is_known<unknown, false>();
  } else if constexpr (!std::is_void_v<twice>) {
    return option_is_there_once<twice, false>();
  } else if constexpr (is_limit<limit>::value_of < 1 || is_limit<limit>::value_of > 1'000'000) {
    return limit_is_in_range<limit, false>();
  } else if constexpr (std::is_same_v<exported, dense> && label_set<labels>::has_text) {
    return dense_family_has_no_text<labels, false>();
  } else {
    return true;
  }
}

template <class... Options>
struct options_of {
  template <option_kind Kind, class Default>
  using pick = typename pick_option<Kind, Default, Options...>::type;

  template <option_kind Kind>
  static constexpr std::size_t times = ((option_kind_of<Options> == Kind ? 1u : 0u) + ... + 0u);

  using labels = pick<option_kind::labels, no_labels>;
  using unit = pick<option_kind::unit, count>;
  static constexpr bool is_shared = times<option_kind::policy> != 0;
  static constexpr bool is_real = times<option_kind::number> != 0 || !unit::integral;
  static constexpr bool has_limit = times<option_kind::limit> != 0;
  static constexpr bool has_text = label_set<labels>::has_text;
  static constexpr std::size_t limit = [] {
    using chosen = pick<option_kind::limit, at_most<default_series_limit>>;
    return is_limit<chosen>::value_of;
  }();
  // Series a family can have, the one `other` not counted.
  static constexpr std::size_t series =
      !options_are_fit<Options...>() ? 1 : has_text ? limit : label_set<labels>::combinations;
  // Whether series that were never recorded are exported.
  static constexpr bool is_dense = [] {
    if (times<option_kind::exported> != 0) {
      return std::is_same_v<pick<option_kind::exported, dense>, dense>;
    }
    return !has_text && series <= default_series_limit;
  }();
};

}  // namespace detail
}  // namespace pantograph
