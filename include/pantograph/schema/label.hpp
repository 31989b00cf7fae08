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

// T is an enum or bool; asserted where a family uses the label (label_set, below).
template <class T>
class label {
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
[[nodiscard]] constexpr auto label_index(T value) noexcept {
  if constexpr (std::is_enum_v<T>) {
    // A negative value becomes a huge one and so is out of range as well. Of the enum's own width,
    // so that the processor need not extend it.
    return static_cast<std::make_unsigned_t<std::underlying_type_t<T>>>(value);
  } else {
    return static_cast<unsigned>(value);
  }
}

// ---- what a struct must keep to be a label struct ----

// Labels a series may have: what Grafana Mimir and Cortex accept by default
// (-validation.max-label-names-per-series, read 2026-11). Prometheus itself sets no limit.
inline constexpr std::size_t most_labels = 30;

template <class L, bool Keeps>
[[nodiscard]] consteval bool label_struct_has_a_label() {
  static_assert(Keeps,
                "[label/empty] this struct stands where a label struct is expected, and it has no "
                "field. Give it a label, label<outcome> status, or leave the struct out");
  return Keeps;
}
template <class L, std::size_t Labels, bool Keeps>
[[nodiscard]] consteval bool label_struct_has_at_most_30_labels() {
  static_assert(Keeps,
                "[label/many] this label struct has more than 30 labels: servers refuse such series. "
                "Leave out what no query asks for, and put what never changes into an info");
  return Keeps;
}
template <class L, class FieldType, bool Keeps>
[[nodiscard]] consteval bool every_field_is_a_label() {
  static_assert(Keeps,
                "[label/fields] this label struct has a field that is no pantograph::label<T>. Wrap "
                "its type: label<outcome> status");
  return Keeps;
}
template <class L, class Value, bool Keeps>
[[nodiscard]] consteval bool every_label_is_an_enum_bool_or_text() {
  static_assert(Keeps,
                "[label/type] this label holds neither an enum, nor bool, nor pantograph::text. Make "
                "the values an enum, or write label<text> and bound the family with at_most<N>");
  return Keeps;
}

template <class T>
inline constexpr bool is_label_value = std::is_enum_v<T> || std::is_same_v<T, bool> ||
                                       std::is_same_v<T, text>;

// The number of the first field that is no label, or that holds what no label can.
template <class L>
inline constexpr std::size_t first_unfit_label = [] {
  constexpr std::size_t size = field_count<L>;
  std::size_t found = size;
  for_each_position<size>([&](auto at) {
    using type = field_type<L, at>;
    bool fit = false;
    if constexpr (label_field<type>) fit = is_label_value<typename label_value<type>::type>;
    if (found == size && !fit) found = at;
  });
  return found;
}();

template <class L>
[[nodiscard]] consteval bool label_struct_is_fit() {
  if constexpr (field_count<L> == 0) {
    return label_struct_has_a_label<L, false>();
  } else if constexpr (field_count<L> > most_labels) {
    return label_struct_has_at_most_30_labels<L, field_count<L>, false>();
  } else if constexpr (first_unfit_label<L> < field_count<L>) {
    using type = field_type<L, first_unfit_label<L>>;
    if constexpr (label_field<type>) {
      return every_label_is_an_enum_bool_or_text<L, typename label_value<type>::type, false>();
    } else {
      return every_field_is_a_label<L, type, false>();
    }
  } else {
    return true;
  }
}

// ---- what a label struct amounts to ----

template <class L>
struct labels_as_declared {
  static constexpr std::size_t size = field_count<L>;
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
  // Combinations of the labels that are not text: the length of the dense index, or 2^31 when there
  // are more, which no family may have.
  static constexpr std::size_t combinations = [] {
    std::size_t n = 1;
    for_each_position<size>([&](auto at) {
      if constexpr (!std::is_same_v<value_type<at>, text>) {
        constexpr std::size_t most = std::size_t{1} << 31;
        n = n < most ? n * label_values<value_type<at>> : n;
        if (n > most) n = most;
      }
    });
    return n;
  }();

  // The combination of which every label prints `other`, or `combinations` when there is none.
  static constexpr std::size_t all_other = [] {
    std::size_t at_index = 0;
    bool found = true;
    for_each_position<size>([&](auto at) {
      if constexpr (!std::is_same_v<value_type<at>, text>) {
        constexpr std::size_t values = label_values<value_type<at>>;
        std::size_t value = 0;
        while (value < values && label_value_text<value_type<at>>(value) != other_value) ++value;
        found = found && value < values;
        at_index = at_index * values + value;
      }
    });
    return found ? at_index : combinations;
  }();

  // Mixed-radix index of the labels that are not text, the first label slowest. When any value lies
  // outside its enumerators: `combinations`, or the series that prints the same where there is one.
  [[nodiscard]] static constexpr std::uint32_t index(const L& labels) noexcept {
    std::uint32_t at_index = 0;
    bool outside = false;
    for_each_position<size>([&](auto at) {
      if constexpr (!std::is_same_v<value_type<at>, text>) {
        constexpr auto values = static_cast<std::uint32_t>(label_values<value_type<at>>);
        const auto value = label_index(field<at>(labels).value());
        outside = outside | (value >= values);
        at_index = at_index * values + static_cast<std::uint32_t>(value);
      }
    });
    if (outside) [[unlikely]] return static_cast<std::uint32_t>(has_text ? combinations : all_other);
    return at_index;
  }
};

template <class L>
struct labels_left_out {
  template <std::size_t>
  using value_type = text;
  static constexpr std::size_t size = 0;
  static constexpr std::array<std::string_view, 0> names{};
  static constexpr bool has_text = false;
  static constexpr std::size_t text_count = 0;
  static constexpr std::size_t combinations = 1;
  static constexpr std::size_t all_other = 1;
  [[nodiscard]] static constexpr std::uint32_t index(const L&) noexcept { return 0; }
};

// Of a struct that breaks a rule the labels are left out, so that nothing is said after it.
template <class L>
struct label_set : std::conditional_t<label_struct_is_fit<L>(), labels_as_declared<L>,
                                      labels_left_out<L>> {};
template <>
struct label_set<no_labels> : labels_left_out<no_labels> {};

}  // namespace detail
}  // namespace pantograph
