// SPDX-License-Identifier: Apache-2.0
#pragma once

// Labels are a plain struct of `label<T>` fields; the field names are the label names. T is an enum,
// bool, or `text`. A label has no default, so a forgotten one does not compile.
//
//     struct tool_call { pg::label<tool_name> tool; pg::label<outcome> status; };   // 3 x 3 series
//     struct agent_call { pg::label<pg::text> agent; pg::label<tool_name> tool; };  // bounded family

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <pantograph/reflect/enumerators.hpp>
#include <pantograph/reflect/fields.hpp>

namespace pantograph {

// The type of a label whose values are not known at compile time.
struct text {};

template <class T>
class label {
  static_assert(std::is_enum_v<T> || std::is_same_v<T, bool>,
                "[label/type] a label holds an enum, bool or pantograph::text. Make the set of "
                "values an enum, or use label<text> and bound the family with at_most<N>");

 public:
  constexpr label(T value) noexcept : value_(value) {}
  [[nodiscard]] constexpr T value() const noexcept { return value_; }

 private:
  T value_;
};

// The text is looked at during the call only; the family keeps its own copy.
template <>
class label<text> {
 public:
  template <class T>
    requires std::convertible_to<const T&, std::string_view>
  constexpr label(const T& value) noexcept : value_(value) {}
  [[nodiscard]] constexpr std::string_view value() const noexcept { return value_; }

 private:
  std::string_view value_;
};

// A family with one series.
struct no_labels {};

// The value of a label that is outside what was declared: a cast enumerator, or the text labels of
// everything beyond a bounded family's limit.
inline constexpr std::string_view other_value = "other";

namespace detail {

template <class T>
struct label_value;  // no definition: not a label
template <class T>
struct label_value<label<T>> {
  using type = T;
};
template <class T>
concept label_field = requires { typename label_value<T>::type; };

// How many values a label has; 0 for text.
template <class T>
inline constexpr std::size_t label_values = 0;
template <>
inline constexpr std::size_t label_values<bool> = 2;
template <class T>
  requires std::is_enum_v<T>
inline constexpr std::size_t label_values<T> = enumerators_of<T>.size();

// The text of value `index` of a label type without text.
template <class T>
[[nodiscard]] constexpr std::string_view label_value_text(std::size_t index) noexcept {
  if constexpr (std::is_same_v<T, bool>) {
    return index == 0 ? "false" : "true";
  } else {
    return index < enumerators_of<T>.size() ? enumerators_of<T>[index] : other_value;
  }
}

template <class T>
[[nodiscard]] constexpr std::uint64_t label_index(T value) noexcept {
  if constexpr (std::is_enum_v<T>) {
    // A negative value becomes a huge one and so is out of range as well.
    return static_cast<std::uint64_t>(static_cast<std::underlying_type_t<T>>(value));
  } else {
    return static_cast<std::uint64_t>(value);
  }
}

// What a label struct amounts to. Every field must be a label<T>.
template <class L>
struct label_set {
  static constexpr std::size_t size = field_count<L>;
  static constexpr bool well_formed = [] {
    bool all = size <= most_fields;
    for_each_position<size>([&](auto at) { all = all && label_field<field_type<L, at>>; });
    return all;
  }();
  static_assert(well_formed,
                "[label/fields] every field of a label struct must be a pantograph::label<T>. "
                "Wrap the field's type: label<outcome> status");

  template <std::size_t I>
  using value_type = typename label_value<field_type<L, I>>::type;

  static constexpr std::array<std::string_view, size> names = [] {
    std::array<std::string_view, size> out{};
    for_each_position<size>([&](auto at) { out[at] = field_name<L, at>; });
    return out;
  }();
  // Any text label makes the family a bounded one.
  static constexpr bool has_text = [] {
    bool any = false;
    for_each_position<size>([&](auto at) { any = any || std::is_same_v<value_type<at>, text>; });
    return any;
  }();
  static constexpr std::size_t text_count = [] {
    std::size_t n = 0;
    for_each_position<size>([&](auto at) { n += std::is_same_v<value_type<at>, text>; });
    return n;
  }();
  // Combinations of the labels that are not text: the length of the dense index. 0: does not fit.
  static constexpr std::size_t combinations = [] {
    std::size_t n = 1;
    for_each_position<size>([&](auto at) {
      if constexpr (!std::is_same_v<value_type<at>, text>) {
        n *= label_values<value_type<at>>;
        if (n > (std::size_t{1} << 31)) n = 0;
      }
    });
    return n;
  }();

  // Mixed-radix index of the labels that are not text, the first label slowest; `combinations` when
  // any value lies outside its enumerators.
  [[nodiscard]] static constexpr std::size_t index(const L& labels) noexcept {
    std::size_t at_index = 0;
    bool inside = true;
    for_each_position<size>([&](auto at) {
      if constexpr (!std::is_same_v<value_type<at>, text>) {
        constexpr std::size_t values = label_values<value_type<at>>;
        const std::uint64_t value = label_index(field<at>(labels).value());
        inside = inside && value < values;
        at_index = at_index * values + static_cast<std::size_t>(value);
      }
    });
    return inside ? at_index : combinations;
  }
};

template <>
struct label_set<no_labels> {
  static constexpr std::size_t size = 0;
  static constexpr std::array<std::string_view, 0> names{};
  static constexpr bool has_text = false;
  static constexpr std::size_t text_count = 0;
  static constexpr std::size_t combinations = 1;
  [[nodiscard]] static constexpr std::size_t index(const no_labels&) noexcept { return 0; }
};

}  // namespace detail
}  // namespace pantograph
