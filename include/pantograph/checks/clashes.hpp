// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which names a family takes in the text that is exported, and whether two families want the same
// one: Prometheus refuses such a scrape, or mixes the two up (OpenMetrics 1.0, "MetricFamily" and
// "Suffixes", read 2026-11). Within a schema the compiler asks, across schemas the exposition does.
//
//     clash(counter x_total, gauge x)          both are the family x in OpenMetrics
//     clash(histogram x, gauge x_count)        x_count is a sample of the histogram
//
// Names are compared by 64-bit hashes: of a million pairs of names, one in ten million million is
// called a clash that is none.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pantograph/schema/rows.hpp>

namespace pantograph::checks {

// The name without what its kind appends: what OpenMetrics calls the family.
[[nodiscard]] constexpr std::string_view base_name(const family_row& row) {
  std::string_view name = row.name;
  if (row.kind == metric_kind::counter && name.ends_with("_total")) name.remove_suffix(6);
  if (row.kind == metric_kind::info && name.ends_with("_info")) name.remove_suffix(5);
  return name;
}

// The names that a family takes, as hashes.
struct taken_names {
  std::array<std::uint64_t, 5> hashes{};
  std::size_t size = 0;
};
[[nodiscard]] constexpr taken_names taken_by(const family_row& row);

// Whether the two families cannot stand in one text.
[[nodiscard]] constexpr bool clash_between(const family_row& a, const taken_names& names_of_a,
                                           const family_row& b, const taken_names& names_of_b);

struct clash {
  bool found = false;
  std::size_t earlier = 0, later = 0;  // indices of the rows
};
// One clash among the rows, if there is any.
template <std::size_t Rows>
[[nodiscard]] constexpr clash first_clash(const std::array<family_row, Rows>& rows);

// ---- machinery ----

namespace detail {

inline constexpr std::uint64_t hash_start = 14695981039346656037u;  // FNV-1a
[[nodiscard]] constexpr std::uint64_t hash_on(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

// A runtime_metrics field owns every name that starts with its own and '_'.
[[nodiscard]] constexpr bool owns(const family_row& dynamic, std::string_view name) {
  return dynamic.dynamic && name.size() > dynamic.name.size() && name.starts_with(dynamic.name) &&
         name[dynamic.name.size()] == '_';
}

}  // namespace detail

constexpr taken_names taken_by(const family_row& row) {
  taken_names out;
  const std::uint64_t base = detail::hash_on(detail::hash_start, base_name(row));
  out.hashes[out.size++] = base;
  const auto also = [&](std::string_view suffix) {
    out.hashes[out.size++] = detail::hash_on(base, suffix);
  };
  if (row.kind == metric_kind::info) also("_info");
  if (row.kind == metric_kind::counter) also("_total");
  if (row.kind == metric_kind::histogram) {
    also("_bucket");
    also("_count");
    also("_sum");
  }
  // Not written by default, but a reader of OpenMetrics takes it for theirs.
  if (row.kind == metric_kind::histogram || row.kind == metric_kind::counter) also("_created");
  return out;
}

constexpr bool clash_between(const family_row& a, const taken_names& names_of_a,
                             const family_row& b, const taken_names& names_of_b) {
  for (std::size_t i = 0; i < names_of_a.size; ++i) {
    for (std::size_t k = 0; k < names_of_b.size; ++k) {
      if (names_of_a.hashes[i] == names_of_b.hashes[k]) return true;
    }
  }
  return detail::owns(a, b.name) || detail::owns(b, a.name);
}

template <std::size_t Rows>
constexpr clash first_clash(const std::array<family_row, Rows>& rows) {
  // An open table of hash and row + 1; 0 is free. At most half full, so that runs stay short.
  struct slot {
    std::uint64_t hash;
    std::size_t row;
  };
  constexpr std::size_t slots = std::bit_ceil(Rows * taken_names{}.hashes.size() * 2 + 1);
  std::array<slot, slots> table{};
  for (std::size_t i = 0; i < Rows; ++i) {
    const taken_names names = taken_by(rows[i]);
    for (std::size_t n = 0; n < names.size; ++n) {
      std::size_t at = names.hashes[n] & (slots - 1);
      for (; table[at].row != 0; at = (at + 1) & (slots - 1)) {
        if (table[at].hash != names.hashes[n]) continue;
        if (table[at].row != i + 1) return {true, table[at].row - 1, i};
        break;  // its own
      }
      table[at] = {names.hashes[n], i + 1};
    }
    if (!rows[i].dynamic) continue;
    for (std::size_t k = 0; k < Rows; ++k) {
      if (k != i && detail::owns(rows[i], rows[k].name)) return {true, i < k ? i : k, i < k ? k : i};
    }
  }
  return {};
}

}  // namespace pantograph::checks
