// SPDX-License-Identifier: Apache-2.0
//
// What examples/vertical promises about kill -9: a row whose record() returned is stored once,
// whenever the process dies, while recording or while storing. Each promise has a control beside
// it: the same check, applied to a broken order, must find it broken.

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <new>
#include <string>
#include <thread>

#include "event_log.hpp"
#include "event_store.hpp"
#include "tools.hpp"

namespace vertical {
namespace {

// What thread `k` records as its `n`-th row, from 1 on.
tool_event row(int k, std::int64_t n) {
  static const std::string texts(40, 'x');
  return {.at = std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(n)),
          .tool = static_cast<tool_name>(k),
          .status = outcome::success,
          .agent = std::string_view(texts).substr(0, static_cast<std::size_t>(n % 41)),
          .duration = std::chrono::nanoseconds(2 * n),
          .tokens = 3 * n};
}

class vertical_kill : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/dev/shm/vertical-XXXXXX";
    char elsewhere[] = "/tmp/vertical-XXXXXX";
    const char* made = mkdtemp(name);
    folder_ = made != nullptr ? made : mkdtemp(elsewhere);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string rings() const { return folder_ + "/rings"; }
  [[nodiscard]] event_store open_store() const {
    auto store = event_store::open(folder_ + "/events.db", table_of<tool_event>);
    EXPECT_TRUE(store) << store.error().text;
    return std::move(*store);
  }
  static long long ask(const event_store& store, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(store.handle(), sql.c_str(), -1, &statement, nullptr);
    const long long out =
        sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return out;
  }

  // Runs `life` in a process of its own that must die by SIGKILL, after `microseconds` if not by
  // itself.
  template <class Life>
  static void die_in(const Life& life, useconds_t microseconds = 0) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      life();
      _exit(3);
    }
    if (microseconds != 0) {
      usleep(microseconds);
      kill(child, SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  }

  // Of thread `k`: rows that are not what was recorded, or there twice.
  [[nodiscard]] static long long wrong_rows(const event_store& store, int k) {
    const std::string mine =
        " FROM tool_event WHERE tool = '" +
        std::string(pg::detail::label_value_text<tool_name>(static_cast<std::size_t>(k))) + "'";
    return ask(store, "SELECT count(*)" + mine +
                          " AND NOT (tokens = 3 * at_ns AND duration_ns = 2 * at_ns AND "
                          "length(agent) = at_ns % 41 AND status = 'success')") +
           ask(store, "SELECT count(*) - count(DISTINCT at_ns)" + mine);
  }
  // How many rows thread `k` has, if they are those from 1 on without a gap; else -1.
  [[nodiscard]] static long long unbroken_rows(const event_store& store, int k) {
    return ask(
        store,
        "SELECT CASE WHEN count(*) = coalesce(max(at_ns), 0) THEN count(*) ELSE -1 END "
        "FROM tool_event WHERE tool = '" +
            std::string(pg::detail::label_value_text<tool_name>(static_cast<std::size_t>(k))) +
            "'");
  }

  std::string folder_;
};

// ---- at every moment of one record ----

enum class moment { before_room, before_bytes, before_head, after_head };

void record_and_die(const std::string& rings, moment when) {
  event_log log(rings);
  log.record(row(0, 1));
  log.for_each_ring([&](ring& mine) {
    const auto die_at = [&](moment here) {
      if (here == when) raise(SIGKILL);
    };
    const tool_event second = row(0, 2);
    die_at(moment::before_room);
    char* const place = mine.room_for(record_bytes(second));
    die_at(moment::before_bytes);
    write_record(place, second);
    die_at(moment::before_head);
    mine.publish(record_bytes(second));
    die_at(moment::after_head);
  });
}

TEST_F(vertical_kill, within_a_record_leaves_the_row_whole_or_not_at_all) {
  for (const moment when :
       {moment::before_room, moment::before_bytes, moment::before_head, moment::after_head}) {
    die_in([&] { record_and_die(rings(), when); });
    event_store store = open_store();
    const adopted found = store.adopt(rings());
    EXPECT_EQ(found.problems, "");
    EXPECT_EQ(unbroken_rows(store, 0), when == moment::after_head ? 2 : 1);
    EXPECT_EQ(wrong_rows(store, 0), 0);
    ask(store, "DELETE FROM tool_event");
  }
}

// The control: the head first and then the bytes, as a record must not be made.
TEST_F(vertical_kill, control_a_head_published_before_the_bytes_is_found_out) {
  die_in([&] {
    event_log log(rings());
    log.record(row(0, 1));
    log.for_each_ring([&](ring& mine) {
      const tool_event second = row(0, 2);
      char* const place = mine.room_for(record_bytes(second));
      mine.publish(record_bytes(second));
      raise(SIGKILL);
      write_record(place, second);
    });
  });
  event_store store = open_store();
  (void)store.adopt(rings());
  EXPECT_NE(wrong_rows(store, 0) + (unbroken_rows(store, 0) == 2 ? 0 : 1), 0);
}

TEST_F(vertical_kill, control_a_head_without_any_record_is_reported_and_what_was_before_is_stored) {
  die_in([&] {
    event_log log(rings());
    log.record(row(0, 1));
    log.for_each_ring([](ring& mine) {
      mine.header().head.fetch_add(64);
      raise(SIGKILL);
    });
  });
  event_store store = open_store();
  const adopted found = store.adopt(rings());
  EXPECT_NE(found.problems.find("[vertical/torn]"), std::string::npos) << found.problems;
  EXPECT_EQ(unbroken_rows(store, 0), 1);
}

// ---- at the moments of storing ----

void leave_rows(const std::string& rings, std::int64_t rows) {
  event_log log(rings);
  for (std::int64_t n = 1; n <= rows; ++n) log.record(row(0, n));
  raise(SIGKILL);
}

TEST_F(vertical_kill, before_the_commit_leaves_all_rows_to_the_next_start) {
  die_in([&] { leave_rows(rings(), 100); });
  die_in([&] {
    event_store store = open_store();
    sqlite3_commit_hook(
        store.handle(), [](void*) { return raise(SIGKILL); }, nullptr);
    (void)store.adopt(rings());
  });
  event_store store = open_store();
  EXPECT_EQ(ask(store, "SELECT count(*) FROM tool_event"), 0);
  EXPECT_EQ(store.adopt(rings()).rows, 100u);
  EXPECT_EQ(unbroken_rows(store, 0), 100);
  EXPECT_EQ(wrong_rows(store, 0), 0);
}

void die_behind_a_commit(event_store& store) {
  sqlite3_wal_hook(
      store.handle(), [](void*, sqlite3*, const char*, int) { return raise(SIGKILL); }, nullptr);
}

TEST_F(vertical_kill, between_the_commit_and_the_ring_stores_no_row_twice) {
  die_in([&] { leave_rows(rings(), 100); });
  die_in([&] {
    event_store store = open_store();
    die_behind_a_commit(store);
    (void)store.adopt(rings());
  });
  event_store store = open_store();
  EXPECT_EQ(ask(store, "SELECT count(*) FROM tool_event"), 100);
  const adopted again = store.adopt(rings());  // the file is still there
  EXPECT_EQ(again.rings, 1u);
  EXPECT_EQ(again.rows, 0u);
  EXPECT_EQ(unbroken_rows(store, 0), 100);
  EXPECT_EQ(wrong_rows(store, 0), 0);
}

// The control: as if the position had not been part of the rows' transaction.
TEST_F(vertical_kill, control_rows_without_their_position_are_stored_twice) {
  die_in([&] { leave_rows(rings(), 100); });
  die_in([&] {
    event_store store = open_store();
    die_behind_a_commit(store);
    (void)store.adopt(rings());
  });
  event_store store = open_store();
  ask(store, "DELETE FROM ring_position");
  EXPECT_EQ(store.adopt(rings()).rows, 100u);
  EXPECT_EQ(wrong_rows(store, 0), 100);
}

// ---- at random moments, while two threads record and a third one stores ----

struct acknowledged {
  std::atomic<std::int64_t> rows[2];
};

void live(const std::string& folder, acknowledged& said) {
  auto store = event_store::open(folder + "/events.db", table_of<tool_event>);
  if (!store) _exit(4);
  event_log log(folder + "/rings");
  std::thread recording[2];
  for (int k = 0; k < 2; ++k) {
    recording[k] = std::thread([&, k] {
      for (std::int64_t n = said.rows[k] + 1;;) {
        if (log.record(row(k, n))) {
          said.rows[k].store(n++, std::memory_order_release);
        } else {
          std::this_thread::yield();  // full until the next drain
        }
      }
    });
  }
  for (;;) {
    log.for_each_ring([&](ring& each) {
      if (!store->drain(each)) _exit(5);
    });
  }
}

TEST_F(vertical_kill, at_random_moments_loses_nothing_acknowledged_and_doubles_nothing) {
  constexpr int kills = 20;
  void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  auto& said = *new (page) acknowledged{};
  for (int i = 0; i < kills; ++i) {
    die_in([&] { live(folder_, said); }, static_cast<useconds_t>(5'000 + 1'700 * (i % 11)));
    event_store store = open_store();
    ASSERT_EQ(store.adopt(rings()).problems, "");
    for (int k = 0; k < 2; ++k) {
      const long long rows = unbroken_rows(store, k), acked = said.rows[k];
      // One more than acknowledged: it died between record() and the acknowledgement.
      ASSERT_TRUE(rows == acked || rows == acked + 1) << rows << " of " << acked << ", kill " << i;
      ASSERT_EQ(wrong_rows(store, k), 0);
      said.rows[k] = rows;
    }
  }
  EXPECT_GT(said.rows[0] + said.rows[1], 1'000);
  munmap(page, 4096);
}

}  // namespace
}  // namespace vertical
