// SPDX-License-Identifier: Apache-2.0
#pragma once

// Judges the rows of a schema, in a constant expression or at run time: which rule is broken first,
// and by which row. Sources of the rules: client_golang's promlint (validations/ at 89c60c05, read
// 2026-11), OpenMetrics 1.0, Prometheus' naming practices.

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include <pantograph/base/names.hpp>
#include <pantograph/checks/clashes.hpp>
#include <pantograph/checks/rules.hpp>
#include <pantograph/schema/rows.hpp>

namespace pantograph::checks {

// Stands for the schema itself where a finding has no row.
inline constexpr std::size_t no_family = static_cast<std::size_t>(-1);

struct finding {
  rule broken = rule::none;
  std::size_t family = no_family;  // index of the row
  std::size_t other = 0;           // of its label, or of the other row, where the rule has one
};

// The prefix and the instance labels, which belong to no row.
[[nodiscard]] constexpr finding judge_schema(std::string_view prefix,
                                             std::span<const label_row> instance);
// Rows [first, last), one by one: names, then units, then labels of each.
[[nodiscard]] constexpr finding judge_rows(std::span<const family_row> rows, std::size_t first,
                                           std::size_t last, std::span<const label_row> instance);
// Rows against each other.
template <std::size_t Rows>
[[nodiscard]] constexpr finding judge_clashes(const std::array<family_row, Rows>& rows) {
  const clash found = first_clash(rows);
  if (!found.found) return {};
  return {rule::name_clash, found.later, found.earlier};
}

// All of them in this order. (Compilers bound the steps of one constant expression, so a schema of
// hundreds of fields is judged piece by piece there: verify.hpp.)
template <std::size_t Rows>
[[nodiscard]] constexpr finding judge(std::string_view prefix,
                                      const std::array<family_row, Rows>& rows,
                                      std::span<const label_row> instance) {
  finding found = judge_schema(prefix, instance);
  if (found.broken == rule::none) found = judge_rows(rows, 0, Rows, instance);
  if (found.broken == rule::none) found = judge_clashes(rows);
  return found;
}

// ---- machinery ----

namespace detail {

using pantograph::detail::find_char;
using pantograph::detail::is_name;
using pantograph::detail::is_snake_case;
using pantograph::detail::most_labels;

inline constexpr std::array<std::string_view, 14> unit_abbreviations{
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"};
// Base units, which a name may only end in when they are declared.
inline constexpr std::array<std::string_view, 11> base_units{
    "seconds", "bytes",   "meters", "grams",  "joules", "volts",
    "amperes", "celsius", "kelvin", "ratio", "usd"};
// Units that are not base units, and beginnings that make one of a base unit.
inline constexpr std::array<std::string_view, 19> other_units{
    "minutes", "hours",  "days",  "weeks",  "bits",   "percent", "fahrenheit",
    "kelvins", "rankine", "inches", "feet",  "yards",  "miles",  "metres",
    "pounds",  "ounces", "calories", "cents", "dollars"};
inline constexpr std::array<std::string_view, 19> unit_prefixes{
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi",
    "mega", "mebi", "mibi",  "giga",  "gibi",  "tera", "tebi", "peta",  "pebi"};
// promlint refuses only a metric's own type; summary and untyped are no types here, and words like
// any other.
inline constexpr std::array<std::string_view, 3> type_words{"counter", "gauge", "histogram"};

template <class List>
[[nodiscard]] constexpr bool is_one_of(std::string_view word, const List& list) {
  for (const std::string_view each : list) {
    if (word == each) return true;
  }
  return false;
}

[[nodiscard]] constexpr bool is_foreign_unit(std::string_view word) {
  if (is_one_of(word, other_units)) return true;
  for (const std::string_view prefix : unit_prefixes) {
    if (!word.starts_with(prefix)) continue;
    const std::string_view rest = word.substr(prefix.size());
    if (is_one_of(rest, base_units) || is_one_of(rest, other_units)) return true;
  }
  return false;
}

// Calls `visit(word)` for the words between underscores; true when any call is true.
template <class Visit>
[[nodiscard]] constexpr bool any_word(std::string_view name, const Visit& visit) {
  std::size_t from = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i != name.size() && name[i] != '_') continue;
    if (visit(name.substr(from, i - from))) return true;
    from = i + 1;
  }
  return false;
}

[[nodiscard]] constexpr bool ends_in_word(std::string_view name, std::string_view word) {
  return name == word || (name.size() > word.size() && name.ends_with(word) &&
                          name[name.size() - word.size() - 1] == '_');
}

[[nodiscard]] constexpr rule judge_name(const family_row& row) {
  const std::string_view name = row.name, base = base_name(row);
  if (row.help.empty()) return rule::help;
  if (find_char(name, ':') != name.size()) return rule::colon;
  if (name.starts_with("__") || name.starts_with("scrape_") || name == "up" || name == "ALERTS" ||
      name == "ALERTS_FOR_STATE") {
    return rule::reserved_name;
  }
  if (!is_name(name) || !is_snake_case(name)) return rule::name_case;
  for (const std::string_view ending : {"_bucket", "_count", "_sum", "_created"}) {
    if (base.ends_with(ending)) return rule::reserved_suffix;
  }
  const bool total = name.ends_with("_total"), info = name.ends_with("_info");
  if (row.kind == metric_kind::counter && !total) return rule::counter_suffix;
  if (row.kind != metric_kind::counter && total) return rule::total_suffix;
  if ((row.kind == metric_kind::info) != info) return rule::info_suffix;
  if (any_word(base, [](std::string_view w) { return is_one_of(w, type_words); })) {
    return rule::type_in_name;
  }
  return rule::none;
}

[[nodiscard]] constexpr rule judge_unit(const family_row& row) {
  const std::string_view base = base_name(row);
  // The first word may be anything, as in promlint: a product called `mb`.
  const std::size_t second = find_char(base, '_');
  if (second != base.size() && any_word(base.substr(second + 1), [](std::string_view w) {
        return is_one_of(w, unit_abbreviations);
      })) {
    return rule::unit_abbreviation;
  }
  if (any_word(base, [](std::string_view w) { return is_foreign_unit(w); })) return rule::base_unit;
  if (!row.unit.empty() && ends_in_word(base, row.unit)) return rule::none;
  for (const std::string_view unit : base_units) {
    if (!row.dynamic && ends_in_word(base, unit)) return rule::unit_contradiction;
  }
  return row.unit.empty() ? rule::none : rule::unit_suffix;
}

[[nodiscard]] constexpr rule judge_label_name(std::string_view name) {
  if (name.starts_with("__") || name == "le" || name == "quantile" || name == "job" ||
      name == "instance") {
    return rule::label_reserved;
  }
  return is_name(name) && is_snake_case(name) ? rule::none : rule::label_case;
}

[[nodiscard]] constexpr finding judge_labels(const family_row& row, std::size_t family,
                                             std::span<const label_row> instance) {
  for (std::size_t i = 0; i < row.labels.size(); ++i) {
    const std::string_view name = row.labels[i].name;
    // A state set's label is the family's own name, which was judged.
    const rule broken =
        row.kind == metric_kind::state_set ? rule::none : judge_label_name(name);
    if (broken != rule::none) return {broken, family, i};
    for (const label_row& other : instance) {
      if (other.name == name) return {rule::label_duplicate, family, i};
    }
  }
  if (row.labels.size() + instance.size() > most_labels) return {rule::label_many, family};
  if (row.kind == metric_kind::info || row.dynamic || row.series == 0) return {};
  if (row.has_text && !row.limit_is_written) return {rule::label_unbounded, family};
  if (!row.has_text && row.series > row.limit) return {rule::series_limit, family};
  return {};
}

}  // namespace detail

constexpr finding judge_schema(std::string_view prefix, std::span<const label_row> instance) {
  // A colon and a leading __ have rules of their own, which name the field as well.
  if (!prefix.empty() && detail::find_char(prefix, ':') == prefix.size() && !prefix.starts_with("__") &&
      !(detail::is_name(prefix) && detail::is_snake_case(prefix))) {
    return {rule::prefix};
  }
  for (std::size_t i = 0; i < instance.size(); ++i) {
    const rule broken = detail::judge_label_name(instance[i].name);
    if (broken != rule::none) return {broken, no_family, i};
  }
  return {};
}

constexpr finding judge_rows(std::span<const family_row> rows, std::size_t first, std::size_t last,
                             std::span<const label_row> instance) {
  for (std::size_t i = first; i < last && i < rows.size(); ++i) {
    rule broken = detail::judge_name(rows[i]);
    if (broken == rule::none) broken = detail::judge_unit(rows[i]);
    if (broken != rule::none) return {broken, i};
    const finding found = detail::judge_labels(rows[i], i, instance);
    if (found.broken != rule::none) return found;
  }
  return {};
}

}  // namespace pantograph::checks
