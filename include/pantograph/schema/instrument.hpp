// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every instrument tells about itself, so that checks and catalogue can read a schema without
// knowing how anything is recorded. An instrument is any type with these members:
//
//     static constexpr metric_kind kind;       using labels, unit;
//     using options;                              // options_of<...>: series, limit, what is exported
//     static constexpr value_form form;        // how its cells read
//     static constexpr auto bounds;            // histogram only: std::array
//     help()                                   // the constructor argument

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <pantograph/reflect/fields.hpp>

namespace pantograph {

// The types of the exposition formats (OpenMetrics 1.0, 5.1.1 "MetricFamily"; 0.0.4 knows the first
// three and shows the others as gauges).
enum class metric_kind : std::uint8_t { counter, gauge, histogram, info, state_set };

namespace detail {

// How the 64-bit cells of one series become a number.
enum class value_form : std::uint8_t {
  integer,         // one cell, unsigned, divided by the unit's integers
  signed_integer,  // one cell, two's complement
  real,            // one cell, the bits of a double
  money,           // two cells: whole micro-dollars, and pico-dollars below that; both only grow
  callback,        // no cell: asked for at each scrape
  state,           // one cell: the number of the state that holds
  constant,        // no cell: always 1 (info)
};

template <class T>
concept instrument_type = requires {
  { T::kind } -> std::convertible_to<metric_kind>;
  { T::form } -> std::convertible_to<value_form>;
  typename T::options;
  typename T::labels;
  typename T::unit;
};

// Many families in one field, named while running (run-time metrics).
template <class T>
concept dynamic_instrument_type = requires { T::is_dynamic_family; };

// A field that is itself a metric schema: its families join this schema with `_`.
template <class T>
concept nested_schema = std::is_class_v<T> && std::is_aggregate_v<T> && !instrument_type<T> &&
                        !dynamic_instrument_type<T>;

}  // namespace detail
}  // namespace pantograph
