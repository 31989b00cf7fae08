// SPDX-License-Identifier: Apache-2.0
#pragma once

// Judges the rows of a schema, in a constant expression or at run time: which rule is broken first,
// and by which row. Sources of the rules: client_golang's promlint (validations/, read 2026-11),
// OpenMetrics 1.0, Prometheus' naming practices.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <pantograph/base/names.hpp>
#include <pantograph/checks/rules.hpp>
#include <pantograph/schema/rows.hpp>

namespace pantograph::checks {

struct finding {
  rule broken = rule::none;
  std::size_t family = 0;  // index of the row
};

namespace detail {

inline constexpr std::array<std::string_view, 14> unit_abbreviations{
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"};
// Base units, which a name may only end in when they are declared.
inline constexpr std::array<std::string_view, 11> base_units{
    "seconds", "bytes", "meters", "grams",  "joules", "volts",
    "amperes", "celsius", "kelvin", "ratio", "usd"};
// Units that are not base units, and beginnings that make one of a base unit.
inline constexpr std::array<std::string_view, 16> other_units{
    "minutes", "hours", "days", "weeks", "bits", "percent", "fahrenheit", "inches",
    "feet", "yards", "miles", "pounds", "ounces", "calories", "metres", "cents"};
inline constexpr std::array<std::string_view, 17> unit_prefixes{
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo",
    "kibi", "mega", "mebi", "giga", "gibi", "tera", "tebi", "peta"};
inline constexpr std::array<std::string_view, 5> type_words{"counter", "gauge", "histogram",
                                                            "summary", "untyped"};

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
    if (word.starts_with(prefix) && is_one_of(word.substr(prefix.size()), base_units)) return true;
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

// The name without what its kind appends: what OpenMetrics calls the family.
[[nodiscard]] constexpr std::string_view base_name(const family_row& row) {
  std::string_view name = row.name;
  if (row.kind == metric_kind::counter && name.ends_with("_total")) name.remove_suffix(6);
  if (row.kind == metric_kind::info && name.ends_with("_info")) name.remove_suffix(5);
  return name;
}

[[nodiscard]] constexpr bool ends_in_word(std::string_view name, std::string_view word) {
  return name == word || (name.size() > word.size() && name.ends_with(word) &&
                          name[name.size() - word.size() - 1] == '_');
}

[[nodiscard]] constexpr rule judge_name(const family_row& row) {
  const std::string_view name = row.name, base = base_name(row);
  if (row.help.empty()) return rule::help;
  if (name.find(':') != name.npos) return rule::colon;
  if (name.starts_with("__") || name.starts_with("scrape_") || name == "up" || name == "ALERTS" ||
      name == "ALERTS_FOR_STATE") {
    return rule::reserved_name;
  }
  if (!pantograph::detail::is_name(name) || !pantograph::detail::is_snake_case(name)) {
    return rule::name_case;
  }
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
  if (any_word(base, [](std::string_view w) { return is_one_of(w, unit_abbreviations); })) {
    return rule::unit_abbreviation;
  }
  if (any_word(base, [](std::string_view w) { return is_foreign_unit(w); })) return rule::base_unit;
  if (!row.unit.empty()) {
    return ends_in_word(base, row.unit) ? rule::none : rule::unit_suffix;
  }
  for (const std::string_view unit : base_units) {
    if (!row.dynamic && ends_in_word(base, unit)) return rule::unit_contradiction;
  }
  return rule::none;
}

[[nodiscard]] constexpr rule judge_labels(const family_row& row,
                                          std::span<const label_row> instance) {
  for (const label_row& label : row.labels) {
    if (row.kind == metric_kind::state_set) continue;  // its label is the family's own name
    const std::string_view name = label.name;
    if (name.starts_with("__") || name == "le" || name == "quantile" || name == "job" ||
        name == "instance") {
      return rule::label_reserved;
    }
    if (!pantograph::detail::is_snake_case(name)) return rule::label_case;
    for (const label_row& other : instance) {
      if (other.name == name) return rule::label_duplicate;
    }
  }
  if (row.kind == metric_kind::info || row.dynamic) return rule::none;
  if (row.has_text && !row.limit_is_written) return rule::label_unbounded;
  if (!row.has_text && (row.series == 0 || row.series > row.limit)) return rule::series_limit;
  return rule::none;
}

// ---- clashes: sorted hashes of every sample name that the rows export ----

struct exported_name {
  std::uint64_t hash;
  std::size_t family;
};

[[nodiscard]] constexpr std::uint64_t hash_on(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;  // FNV-1a
  return hash;
}

template <std::size_t Families>
struct exported_names {
  std::array<exported_name, Families * 5 + 1> names{};
  std::size_t size = 0;

  constexpr void add(const family_row& row, std::size_t family) {
    const std::uint64_t base = hash_on(14695981039346656037u, base_name(row));
    names[size++] = {base, family};
    const auto also = [&](std::string_view suffix) { names[size++] = {hash_on(base, suffix), family}; };
    if (row.kind == metric_kind::counter) also("_total");
    if (row.kind == metric_kind::info) also("_info");
    if (row.kind == metric_kind::histogram) {
      also("_bucket");
      also("_count");
      also("_sum");
    }
    if (row.kind == metric_kind::histogram || row.kind == metric_kind::counter) also("_created");
  }

  // Heap sort: <algorithm> costs more than it gives here.
  constexpr void sort() {
    const auto sift = [&](std::size_t root, std::size_t end) {
      while (2 * root + 1 < end) {
        std::size_t child = 2 * root + 1;
        if (child + 1 < end && names[child].hash < names[child + 1].hash) ++child;
        if (names[root].hash >= names[child].hash) return;
        const exported_name moved = names[root];
        names[root] = names[child];
        names[child] = moved;
        root = child;
      }
    };
    for (std::size_t i = size / 2; i-- > 0;) sift(i, size);
    for (std::size_t end = size; end-- > 1;) {
      const exported_name moved = names[0];
      names[0] = names[end];
      names[end] = moved;
      sift(0, end);
    }
  }
};

template <std::size_t Families>
[[nodiscard]] constexpr finding judge_clashes(const std::array<family_row, Families>& rows) {
  exported_names<Families> all;
  for (std::size_t i = 0; i < Families; ++i) all.add(rows[i], i);
  all.sort();
  for (std::size_t i = 1; i < all.size; ++i) {
    const exported_name &a = all.names[i - 1], &b = all.names[i];
    if (a.hash == b.hash && a.family != b.family) {
      return {rule::name_clash, a.family < b.family ? b.family : a.family};
    }
  }
  for (std::size_t i = 0; i < Families; ++i) {
    if (!rows[i].dynamic) continue;  // owns every name that starts with its own and '_'
    for (std::size_t k = 0; k < Families; ++k) {
      const std::string_view name = rows[k].name;
      if (k != i && name.size() > rows[i].name.size() && name.starts_with(rows[i].name) &&
          name[rows[i].name.size()] == '_') {
        return {rule::name_clash, k};
      }
    }
  }
  return {};
}

}  // namespace detail

// The first broken rule, in the order of enum rule's groups: names, units, labels of each row, then
// clashes between rows.
template <std::size_t Families>
[[nodiscard]] constexpr finding judge(std::string_view prefix,
                                      const std::array<family_row, Families>& rows,
                                      std::span<const label_row> instance) {
  if (!prefix.empty() && prefix.find(':') == prefix.npos && prefix.substr(0, 2) != "__" &&
      !(pantograph::detail::is_name(prefix) && pantograph::detail::is_snake_case(prefix))) {
    return {rule::prefix, 0};
  }
  for (std::size_t i = 0; i < Families; ++i) {
    rule broken = detail::judge_name(rows[i]);
    if (broken == rule::none) broken = detail::judge_unit(rows[i]);
    if (broken == rule::none) broken = detail::judge_labels(rows[i], instance);
    if (broken != rule::none) return {broken, i};
  }
  return detail::judge_clashes(rows);
}

}  // namespace pantograph::checks
