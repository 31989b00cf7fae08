// SPDX-License-Identifier: Apache-2.0
#pragma once

// An event struct as plain rows, and its values as plain cells: from here on nothing knows the
// struct. A field is an integer, bool, double, enum, text, duration or time point. A stand-in for
// events.
//
//     static_assert(table_of<tool_event>.columns[1].name == "tool");
//
// A record is one 8-byte word a column (a text's is its length), then the texts one after another.

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <pantograph/metrics.hpp>

namespace vertical {

namespace pg = pantograph;

enum class column_kind : unsigned char { integer, real, text, enumeration, nanoseconds };

struct column_row {
  std::string_view name;
  column_kind kind;
  std::span<const std::string_view> values;  // enumeration: its texts in order
};
struct table_row {
  std::string_view name;
  std::span<const column_row> columns;
};

namespace detail {

template <class T>
concept time_point = requires(T t) {
  t.time_since_epoch();
};

template <class T>
inline constexpr column_kind kind_of = [] {
  if (std::is_enum_v<T>) return column_kind::enumeration;
  if (pg::detail::duration_type<T> || time_point<T>) return column_kind::nanoseconds;
  if (std::is_same_v<T, std::string_view>) return column_kind::text;
  static_assert(
      std::is_enum_v<T> || pg::detail::duration_type<T> || time_point<T> ||
          std::is_same_v<T, std::string_view> || std::is_arithmetic_v<T>,
      "[vertical/column] an event's field is an integer, bool, double, enum, string_view, "
      "duration or time point. Split or convert the field");
  return std::is_floating_point_v<T> ? column_kind::real : column_kind::integer;
}();

template <class Event>
inline constexpr auto columns_of = [] {
  std::array<column_row, pg::detail::field_count<Event>> rows{};
  pg::detail::for_each_position<rows.size()>([&](auto at) {
    using type = pg::detail::field_type<Event, at>;
    rows[at] = {pg::detail::field_name<Event, at>, kind_of<type>, pg::detail::label_texts<type>};
  });
  return rows;
}();

// A text's word is its length.
template <class T>
[[nodiscard]] std::uint64_t word_of(const T& value) noexcept {
  if constexpr (kind_of<T> == column_kind::text) {
    return value.size();
  } else if constexpr (kind_of<T> == column_kind::enumeration) {
    return pg::detail::label_index(value);
  } else if constexpr (kind_of<T> == column_kind::real) {
    return std::bit_cast<std::uint64_t>(static_cast<double>(value));
  } else if constexpr (time_point<T>) {
    return static_cast<std::uint64_t>(pg::detail::nanoseconds_of(value.time_since_epoch()));
  } else if constexpr (kind_of<T> == column_kind::nanoseconds) {
    return static_cast<std::uint64_t>(pg::detail::nanoseconds_of(value));
  } else {
    return static_cast<std::uint64_t>(value);
  }
}

}  // namespace detail

template <class Event>
inline constexpr table_row table_of{pg::detail::type_name<Event>, detail::columns_of<Event>};

// CREATE TABLE, from the struct: enums are texts with a CHECK, durations and times are nanoseconds.
[[nodiscard]] std::string create_table(const table_row& table);

// Bytes of the event as a record.
template <class Event>
[[nodiscard]] std::uint64_t record_bytes(const Event& event) noexcept {
  std::uint64_t bytes = 8 * pg::detail::field_count<Event>;
  pg::detail::for_each_field(event, [&](auto, const auto& value) {
    if constexpr (std::is_same_v<decltype(value), const std::string_view&>) bytes += value.size();
  });
  return bytes;
}

template <class Event>
void write_record(char* out, const Event& event) noexcept {
  char* texts = out + 8 * pg::detail::field_count<Event>;
  pg::detail::for_each_field(event, [&](auto at, const auto& value) {
    const std::uint64_t word = detail::word_of(value);
    std::memcpy(out + 8 * at, &word, 8);
    if constexpr (std::is_same_v<decltype(value), const std::string_view&>) {
      if (word != 0) std::memcpy(texts, value.data(), word);
      texts += word;
    }
  });
}

// Calls `take(column, word, text)` for each column. False: the bytes are no such record.
template <class Take>
[[nodiscard]] bool read_record(std::string_view record, std::span<const column_row> columns,
                               const Take& take) {
  if (record.size() < 8 * columns.size()) return false;
  std::string_view texts = record.substr(8 * columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, record.data() + 8 * i, 8);
    std::string_view text;
    if (columns[i].kind == column_kind::text) {
      if (word > texts.size()) return false;
      text = texts.substr(0, word);
      texts.remove_prefix(word);
    }
    take(columns[i], word, text);
  }
  return true;
}

}  // namespace vertical
