// SPDX-License-Identifier: Apache-2.0

#include "event_store.hpp"

#include <unistd.h>

#include <bit>
#include <filesystem>

namespace vertical {
namespace {

// The ring's id as it is named in the database: 32 hexadecimal digits.
std::string id_of(const ring& of) {
  std::string out;
  for (const std::uint64_t half : of.header().id) {
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[half >> shift & 15];
  }
  return out;
}

}  // namespace

event_store::statement event_store::prepare(const std::string& sql) const {
  sqlite3_stmt* made = nullptr;
  sqlite3_prepare_v2(handle(), sql.c_str(), -1, &made, nullptr);
  return statement(made);  // null: the error is the connection's
}
bool event_store::run(const char* sql) const noexcept {
  return sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}
pg::error event_store::failed() const {
  return {"vertical/sqlite", "[vertical/sqlite] " +
                                 std::string(sqlite3_db_filename(handle(), "main")) + ": " +
                                 sqlite3_errmsg(handle())};
}

pg::result<event_store> event_store::open(const std::string& path, const table_row& table) {
  event_store out;
  out.table_ = &table;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(path.c_str(), &opened);
  out.database_.reset(opened);
  const bool ready = code == SQLITE_OK && sqlite3_busy_timeout(opened, 5000) == SQLITE_OK &&
                     out.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;") &&
                     out.run(create_table(table).c_str()) &&
                     out.run(
                         "CREATE TABLE IF NOT EXISTS ring_position (ring TEXT PRIMARY KEY, "
                         "position INTEGER NOT NULL) STRICT, WITHOUT ROWID;");
  if (!ready) return out.failed();
  return out;
}

// Binds one record and inserts it. False: the record or the statement is no good.
bool event_store::store(sqlite3_stmt* insert, std::string_view record) const {
  int at = 0;
  std::string clean;  // SQLite would keep ill-formed UTF-8 that other readers refuse
  const bool whole =
      read_record(record, table_->columns,
                  [&](const column_row& column, std::uint64_t word, std::string_view text) {
                    ++at;
                    switch (column.kind) {
                      case column_kind::real:
                        sqlite3_bind_double(insert, at, std::bit_cast<double>(word));
                        return;
                      case column_kind::integer:
                      case column_kind::nanoseconds:
                        sqlite3_bind_int64(insert, at, static_cast<sqlite3_int64>(word));
                        return;
                      case column_kind::enumeration:
                        text = word < column.values.size() ? column.values[word] : pg::other_value;
                        break;
                      case column_kind::text:
                        clean.resize(3 * text.size());
                        clean.resize(pg::detail::normalise_utf8(text, clean.data(), clean.size()));
                        text = clean;
                        break;
                    }
                    sqlite3_bind_text(insert, at, text.data() == nullptr ? "" : text.data(),
                                      static_cast<int>(text.size()), SQLITE_TRANSIENT);
                  });
  const bool stored = whole && sqlite3_step(insert) == SQLITE_DONE;
  return sqlite3_reset(insert) == SQLITE_OK && stored;
}

pg::result<std::uint64_t> event_store::drain(ring& from) {
  std::string places;
  for (std::size_t i = 0; i < table_->columns.size(); ++i) places += i == 0 ? "?" : ", ?";
  const std::uint64_t head = from.header().head.load(std::memory_order_acquire);
  if (head == from.header().tail.load(std::memory_order_relaxed)) return std::uint64_t{0};
  if (!run("BEGIN IMMEDIATE")) return failed();
  // The database knows best how far this ring was stored: the ring's tail follows the commit.
  auto known = prepare("SELECT position FROM ring_position WHERE ring = '" + id_of(from) + "'");
  const auto insert =
      prepare("INSERT INTO " + std::string(table_->name) + " VALUES (" + places + ")");
  std::uint64_t position = 0, rows = 0;
  if (known && sqlite3_step(known.get()) == SQLITE_ROW) {
    position = static_cast<std::uint64_t>(sqlite3_column_int64(known.get(), 0));
  }
  known.reset();
  bool torn = false, good = insert != nullptr;
  while (good && !torn && position < head) {
    std::string_view record;
    torn = !from.read(position, head, record);
    if (torn || record.empty()) continue;
    good = store(insert.get(), record);
    rows += good;
  }
  const std::string reached = "INSERT OR REPLACE INTO ring_position VALUES ('" + id_of(from) +
                              "', " + std::to_string(position) + ")";
  if (!good || !run(reached.c_str()) || !run("COMMIT")) {
    const pg::error problem = failed();
    (void)run("ROLLBACK");
    return problem;
  }
  from.header().tail.store(position, std::memory_order_release);
  if (torn) {
    return pg::error{"vertical/torn", "[vertical/torn] " + from.path() +
                                          ": no record at position " + std::to_string(position) +
                                          ", though the head is " + std::to_string(head)};
  }
  return rows;
}

adopted event_store::adopt(const std::string& folder) {
  adopted out;
  std::error_code missing;  // no folder: nothing to adopt
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    if (entry.path().extension() != ".ring") continue;
    auto found = ring::adopt(entry.path().string());
    if (!found && found.error().id == "vertical/ring-in-use") continue;
    const auto stored = found ? drain(*found) : pg::result<std::uint64_t>(found.error());
    if (!stored) {
      out.problems += stored.error().text + "\n";
      continue;
    }
    out.rows += *stored;
    out.rings += 1;
    unlink(entry.path().c_str());  // while it is locked; dying before is why the position is stored
  }
  return out;
}

}  // namespace vertical
