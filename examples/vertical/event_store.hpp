// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows of rings in an SQLite table made from the event struct. Rows and the position they reach in
// their ring are one transaction, so that every row is stored exactly once, whenever a process
// dies. What drain() returned for also survives the machine (synchronous=FULL). One thread at a
// time.
//
//     auto store = event_store::open("events.db", table_of<tool_event>);
//     auto recovered = store->adopt("/dev/shm/my-service");   // at start: what dead processes left
//     events.for_each_ring([&](ring& each) { ... store->drain(each) ... });

#include <cstdint>
#include <memory>
#include <string>

#include <sqlite3.h>

#include <pantograph/base/result.hpp>

#include "event.hpp"
#include "ring.hpp"

namespace vertical {

struct adopted {
  std::uint64_t rows = 0;
  std::uint64_t rings = 0;  // drained and removed
  std::string problems;     // one line a ring that was left where it is
};

class event_store {
 public:
  [[nodiscard]] static pantograph::result<event_store> open(const std::string& path,
                                                            const table_row& table);

  // Stores what is in the ring; the number of rows. A record whose bytes are not there
  // (vertical/torn) is where it stops: the rows before it are stored.
  [[nodiscard]] pantograph::result<std::uint64_t> drain(ring& from);

  // Drains and removes every ring in the folder whose process is dead.
  [[nodiscard]] adopted adopt(const std::string& folder);

  [[nodiscard]] sqlite3* handle() const noexcept { return database_.get(); }

 private:
  struct closer {
    void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  using statement = std::unique_ptr<sqlite3_stmt, closer>;

  [[nodiscard]] statement prepare(const std::string& sql) const;
  [[nodiscard]] bool run(const char* sql) const noexcept;
  [[nodiscard]] pantograph::error failed() const;
  [[nodiscard]] bool store(sqlite3_stmt* insert, std::string_view record) const;

  std::unique_ptr<sqlite3, closer> database_;
  const table_row* table_ = nullptr;
};

}  // namespace vertical
