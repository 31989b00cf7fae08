// SPDX-License-Identifier: Apache-2.0
#pragma once

// A metric schema as plain constexpr rows: what checks judge, the catalogue shows and exposition
// writes. Types end here; whoever reads rows needs no template.
//
//     for (const pg::family_row& row : pg::catalog_of<tool_metrics>.families) std::puts(row.name.data());

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pantograph/base/fixed_text.hpp>
#include <pantograph/reflect/fields.hpp>
#include <pantograph/schema/instrument.hpp>
#include <pantograph/schema/options.hpp>
#include <pantograph/schema/prefix.hpp>

namespace pantograph {

struct label_row {
  std::string_view name;
  std::span<const std::string_view> values;  // empty: text, not known at compile time
};

// All texts have static storage and end in a zero.
struct family_row {
  std::string_view field;  // "tool_executions_total", or "pool.size" in a nested schema
  std::string_view name;   // as exported: prefix and field joined with '_'
  metric_kind kind;
  detail::value_form form;
  std::string_view unit;   // suffix of the base unit; empty: none
  std::int64_t per_unit;   // the integers kept make one unit
  std::string_view help;
  std::span<const label_row> labels;
  std::span<const std::int64_t> integer_bounds;  // histogram: in the integers kept, or
  std::span<const double> real_bounds;           // in the unit itself
  std::size_t series;           // at most, the one `other` not counted
  bool has_text;                // a bounded family
  bool limit_is_written;        // at_most<N> was given
  std::size_t limit;            // what is allowed: N, or the default
  bool dense;                   // exported though never recorded
  bool dynamic;                 // families named while running; `name` is their common prefix
  std::size_t bytes_a_series;   // of cells
  bool thread_cells;            // every thread that records has cells of its own, beside the shared

  [[nodiscard]] constexpr std::size_t bounds() const noexcept {
    return integer_bounds.size() + real_bounds.size();
  }
};

namespace detail {

// ---- leaves: the instruments of a schema and of the schemas nested in it ----

template <std::size_t... Path>
struct leaf_path {};

template <class S, std::size_t First, std::size_t... Rest>
[[nodiscard]] constexpr auto& at_path(S& of, leaf_path<First, Rest...>) noexcept {
  if constexpr (sizeof...(Rest) == 0) {
    return field<First>(of);
  } else {
    return at_path(field<First>(of), leaf_path<Rest...>{});
  }
}

// A list of paths; lists are joined with +.
template <class... Paths>
struct leaf_list {
  static constexpr std::size_t size = sizeof...(Paths);
};
template <class... A, class... B>
leaf_list<A..., B...> operator+(leaf_list<A...>, leaf_list<B...>);

template <class S, std::size_t... Above>
struct leaves_below;
template <class S, std::size_t I, std::size_t... Above>
struct leaves_of_field {
  using type = leaf_list<leaf_path<Above..., I>>;
};
template <class S, std::size_t I, std::size_t... Above>
  requires nested_schema<field_type<S, I>>
struct leaves_of_field<S, I, Above...> {
  using type = typename leaves_below<field_type<S, I>, Above..., I>::type;
};
template <class S, std::size_t... Above>
struct leaves_below {
  template <std::size_t... I>
  static auto all(std::index_sequence<I...>)
      -> decltype((leaf_list<>{} + ... + typename leaves_of_field<S, I, Above...>::type{}));
  using type = decltype(all(std::make_index_sequence<field_count<S>>{}));
};

// The paths of all leaves of a schema, in order of declaration.
template <class S>
using leaves_of = typename leaves_below<S>::type;

// Calls `visit(leaf_path<...>{})` for every leaf.
template <class... Paths, class Visit>
constexpr void for_each_leaf(leaf_list<Paths...>, Visit&& visit) {
  (visit(Paths{}), ...);
}

template <class S, class Path>
struct leaf;
template <class S, std::size_t First>
struct leaf<S, leaf_path<First>> {
  using type = field_type<S, First>;
  static constexpr std::size_t text_size = field_name<S, First>.size();
  template <class Text>
  static constexpr void append(Text& out, char) {
    out.append(field_name<S, First>);
  }
};
template <class S, std::size_t First, std::size_t... Rest>
  requires(sizeof...(Rest) > 0)
struct leaf<S, leaf_path<First, Rest...>> {
  using inner = leaf<field_type<S, First>, leaf_path<Rest...>>;
  using type = typename inner::type;
  static constexpr std::size_t text_size = field_name<S, First>.size() + 1 + inner::text_size;
  template <class Text>
  static constexpr void append(Text& out, char separator) {
    out.append(field_name<S, First>).append(separator);
    inner::append(out, separator);
  }
};

template <class S, class Path>
inline constexpr auto leaf_field_text = [] {
  fixed_text<leaf<S, Path>::text_size> out;
  leaf<S, Path>::append(out, '.');
  return out;
}();
template <class S, class Path>
inline constexpr auto leaf_name_text = [] {
  fixed_text<prefix_of<S>.size() + 1 + leaf<S, Path>::text_size> out;
  if (!prefix_of<S>.empty()) out.append(prefix_of<S>).append('_');
  leaf<S, Path>::append(out, '_');
  return out;
}();

// ---- rows ----

template <class T>
inline constexpr std::array<std::string_view, 0> label_texts{};
template <class T>
  requires std::is_enum_v<T>
inline constexpr auto label_texts<T> = enumerators_of<T>;
template <>
inline constexpr std::array<std::string_view, 2> label_texts<bool>{"false", "true"};

template <class L>
inline constexpr auto label_rows = [] {
  std::array<label_row, label_set<L>::size> out{};
  for_each_position<label_set<L>::size>([&](auto at) {
    out[at] = {label_set<L>::names[at],
               label_texts<typename label_set<L>::template value_type<at>>};
  });
  return out;
}();

template <class T>
[[nodiscard]] constexpr std::size_t cells_a_series() noexcept {
  if constexpr (requires { T::bounds; }) {
    return T::bounds.size() + 2;
  } else if constexpr (T::form == value_form::money) {
    return 2;
  } else {
    return T::form == value_form::callback || T::form == value_form::constant ? 0 : 1;
  }
}

// Gauges and state sets are set, not added up: one cell for all threads.
template <class T>
inline constexpr bool has_thread_cells =
    T::form != value_form::callback &&
    (T::kind == metric_kind::counter || T::kind == metric_kind::histogram ||
     T::form == value_form::signed_integer);

template <>
inline constexpr std::array<label_row, 0> label_rows<no_labels>{};

// A state set's one label is called like its family (OpenMetrics 1.0, 5.1.3).
template <class S, class Path, class States>
inline constexpr std::array<label_row, 1> state_rows{
    label_row{leaf_name_text<S, Path>.view(), label_texts<States>}};

template <class S, class Path>
[[nodiscard]] constexpr family_row row_of(std::string_view help) noexcept {
  using type = typename leaf<S, Path>::type;
  using options = typename type::options;
  family_row row{};
  row.field = leaf_field_text<S, Path>.view();
  row.name = leaf_name_text<S, Path>.view();
  row.kind = type::kind;
  row.form = type::form;
  row.unit = type::unit::suffix;
  row.per_unit = options::is_real ? 1 : type::unit::per_unit;
  row.help = help;
  row.labels = label_rows<typename type::labels>;
  row.series = dynamic_instrument_type<type>       ? options::limit
               : type::kind == metric_kind::info ? 1
                                                 : options::series;
  if constexpr (requires { typename type::states; }) {
    row.labels = state_rows<S, Path, typename type::states>;
    row.series = label_values<typename type::states>;
  }
  if constexpr (requires { type::bounds; }) {
    if constexpr (std::is_same_v<typename std::remove_cvref_t<decltype(type::bounds)>::value_type,
                                 double>) {
      row.real_bounds = type::bounds;
    } else {
      row.integer_bounds = type::bounds;
    }
  }
  row.has_text = options::has_text;
  row.limit_is_written = options::has_limit;
  row.limit = options::limit;
  row.dense = options::is_dense;
  row.dynamic = dynamic_instrument_type<type>;
  row.bytes_a_series = cells_a_series<type>() * 8;
  row.thread_cells = !options::is_shared && has_thread_cells<type>;
  return row;
}

}  // namespace detail
}  // namespace pantograph
