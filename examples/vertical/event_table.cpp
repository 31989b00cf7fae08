// SPDX-License-Identifier: Apache-2.0

#include "event.hpp"

namespace vertical {

std::string create_table(const table_row& table) {
  std::string out = "CREATE TABLE IF NOT EXISTS " + std::string(table.name) + " (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const column_row& column = table.columns[i];
    const std::string name =
        std::string(column.name) + (column.kind == column_kind::nanoseconds ? "_ns" : "");
    out += (i == 0 ? "\n  " : ",\n  ") + name;
    if (column.kind == column_kind::real) {
      out += " REAL";  // SQLite stores NaN as NULL
    } else if (column.kind == column_kind::text) {
      out += " TEXT NOT NULL";
    } else if (column.kind != column_kind::enumeration) {
      out += " INTEGER NOT NULL";
    } else {
      out += " TEXT NOT NULL CHECK (" + name + " IN (";
      for (const std::string_view value : column.values)
        out.append("'").append(value).append("', ");
      out.append("'").append(pg::other_value).append("'))");
    }
  }
  return out + "\n) STRICT;\n";
}

}  // namespace vertical
