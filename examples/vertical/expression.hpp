// SPDX-License-Identifier: Apache-2.0
#pragma once

// The smallest typed expression that can carry an alert and a panel: where, rate, sum, ratio,
// comparison. Metric and label names come from the schema, never from a string. Refused at compile
// time: the rate of what is no counter, a label of another struct, a ratio of vectors with
// different labels, a threshold in another unit. A stand-in for the room promql.
//
//     sum(rate(&m::tool_executions_total, 5min).where(&t::status, outcome::error))
//         / sum(rate(&m::tool_executions_total, 5min)) > 1_percent

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include <pantograph/metrics.hpp>

#include "member.hpp"

namespace vertical {

namespace pg = pantograph;

// ---- the tree: postfix items in a flat array; constexpr, no allocation, static text only ----

enum class op : unsigned char { rate, sum, divide, greater };

struct item {
  op what{};
  const pg::family_row* family = nullptr;  // rate: of this counter
  std::string_view label{}, value{};       // rate: only series with label="value"; empty: all
  std::chrono::seconds window{};           // rate; zero: the dashboard's own interval
  std::array<std::string_view, 4> kept{};  // sum: the labels that stay
  std::size_t kept_count = 0;
  double threshold = 0;  // greater: in the unit of the left side
};

struct tree {
  std::array<item, 12> items{};
  std::size_t size = 0;
  constexpr void push(const item& next) { items[size++] = next; }  // past the end: does not compile
};

// ---- vectors: unit and label set are types ----

struct per_second {};  // what rate() makes of a count
template <auto... Members>
struct grouped {};  // the labels that sum<...> kept

// `Labels` is the metric's label struct until it is aggregated, then grouped<...>.
template <class Unit, class Labels>
struct vector {
  tree code;

  // Keeps the series with this label value.
  template <class Struct, class Value>
  [[nodiscard]] consteval vector where(pg::label<Value> Struct::*member, Value value) const {
    static_assert(std::is_same_v<Struct, Labels>,
                  "[vertical/where] this label is not in the metric's label struct. Take a member "
                  "of that struct, and filter before you aggregate");
    vector out = *this;
    out.code.items[0].label = name_of(member);
    out.code.items[0].value = pg::detail::label_value_text<Value>(
        static_cast<std::size_t>(pg::detail::label_index(value)));
    return out;
  }
};

template <class Counter, class Schema>
[[nodiscard]] consteval auto rate(Counter Schema::*member, std::chrono::seconds window = {}) {
  static_assert(Counter::kind == pg::metric_kind::counter,
                "[vertical/rate] rate() needs a counter. Take a field whose name ends in _total");
  static_assert(std::is_same_v<typename Counter::unit, pg::count>,
                "[vertical/unit] only counters without a unit are known here");
  vector<per_second, typename Counter::labels> out{};
  out.code.push({.what = op::rate, .family = family_of(member), .window = window});
  return out;
}

template <auto... Members, class Unit, class Struct>
[[nodiscard]] consteval auto sum(const vector<Unit, Struct>& of) {
  static_assert(
      (std::is_same_v<typename pg::detail::member_position<Members>::owner, Struct> && ...),
      "[vertical/sum] sum<...> keeps labels of the metric's own label struct");
  vector<Unit, grouped<Members...>> out{of.code};
  out.code.push({.what = op::sum, .kept = {name_of(Members)...}, .kept_count = sizeof...(Members)});
  return out;
}

// Operators are constexpr, not consteval: clang 16 takes no consteval operator in the initialiser
// of a member ("cannot take address of consteval function"); clang 19 and g++ 12 do.
template <class Unit, class A, class B>
[[nodiscard]] constexpr auto operator/(const vector<Unit, A>& left, const vector<Unit, B>& right) {
  static_assert(
      std::is_same_v<A, B>,
      "[vertical/labels] these two never match: their labels differ. Aggregate both alike");
  vector<pg::ratio, A> out{left.code};
  for (std::size_t i = 0; i < right.code.size; ++i) out.code.push(right.code.items[i]);
  out.code.push({.what = op::divide});
  return out;
}

// ---- values, and where types end ----

template <class Unit>
struct amount {
  double value;
};
inline namespace literals {
consteval amount<pg::ratio> operator""_percent(unsigned long long v) {
  return {static_cast<double>(v) / 100};
}
}  // namespace literals

// What an alert waits for. Not a template, so that an alert stays a plain struct.
struct condition {
  tree code;
};
// A vector on its way to a panel, with Grafana's id of its unit.
struct query {
  tree code;
  std::string_view unit;

  template <class Unit, class Labels>
  consteval query(const vector<Unit, Labels>& of)
      : code(of.code), unit(std::is_same_v<Unit, pg::ratio> ? "percentunit" : "cps") {}
};

template <class Unit, class Labels, class Value>
[[nodiscard]] constexpr condition operator>(const vector<Unit, Labels>& left, Value threshold) {
  static_assert(
      std::is_same_v<Value, amount<Unit>>,
      "[vertical/threshold] the threshold is in another unit. Compare a ratio with 1_percent");
  condition out{left.code};
  out.code.push({.what = op::greater, .threshold = threshold.value});
  return out;
}

// PromQL. `interval` stands where a rate has no window of its own; `matchers` go into every
// selector.
struct print_options {
  std::string_view interval = "5m";
  std::string_view matchers = "";
};
[[nodiscard]] std::string print(const tree& expression, const print_options& options = {});
[[nodiscard]] std::string window_text(std::chrono::seconds window);

}  // namespace vertical
