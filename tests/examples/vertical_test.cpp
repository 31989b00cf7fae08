// SPDX-License-Identifier: Apache-2.0
//
// The pieces of examples/vertical. What is expected is written out by hand; promtool judges the
// rule files in a test of its own (vertical_referee.sh).

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "event_log.hpp"
#include "event_store.hpp"
#include "tools.hpp"

namespace vertical {
namespace {

constexpr auto alerts = alerts_of(tool_alerts{});
constexpr auto panels = panels_of(tool_dashboard{});

TEST(vertical_expression, prints_an_alert_with_the_names_of_the_catalogue) {
  EXPECT_EQ(print(alerts[0].declared.when.code),
            "sum(rate(mcp_tool_executions_total{status=\"error\"}[5m])) / "
            "sum(rate(mcp_tool_executions_total[5m])) > 0.01");
}

TEST(vertical_expression, prints_a_panel_with_the_dashboards_interval_and_matchers) {
  EXPECT_EQ(
      print(panels[0].shows.code, {.interval = "$__rate_interval", .matchers = "job=~\"$job\""}),
      "sum by (tool) (rate(mcp_tool_executions_total{job=~\"$job\"}[$__rate_interval]))");
}

TEST(vertical_rules, is_one_alert_with_its_texts) {
  EXPECT_EQ(make_rules("tool_alerts", alerts),
            "groups:\n"
            "  - name: tool_alerts\n"
            "    rules:\n"
            "      - alert: HighErrorRate\n"
            "        expr: 'sum(rate(mcp_tool_executions_total{status=\"error\"}[5m])) / "
            "sum(rate(mcp_tool_executions_total[5m])) > 0.01'\n"
            "        for: 5m\n"
            "        labels:\n"
            "          severity: critical\n"
            "        annotations:\n"
            "          summary: 'Tool calls fail: {{ $value | humanizePercentage }}'\n"
            "          runbook: 'Look at errors by tool first.'\n");
}

TEST(vertical_rules, an_alert_of_a_shape_without_a_test_is_refused) {
  alert_row other = alerts[0];
  other.declared.when.code.items[2].label = "status";  // not all of the calls
  const auto tests = make_tests("rules.yml", {&other, 1});
  ASSERT_FALSE(tests);
  EXPECT_EQ(tests.error().id, "vertical/test-shape");
  EXPECT_NE(tests.error().text.find("high_error_rate"), std::string::npos);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(vertical_dashboard, lays_the_schema_over_the_template_and_leaves_the_rest) {
  const std::string layout = read_file(VERTICAL_TEMPLATE);
  const auto made = make_dashboard(layout, "Tool server", panels);
  ASSERT_TRUE(made) << made.error().text;
  boost::json::value wanted = boost::json::parse(layout);  // the template is valid by itself
  wanted.at_pointer("/title") = "Tool server";
  wanted.at_pointer("/uid") = "Tool-server";
  auto& panel = wanted.at_pointer("/panels/0");
  panel.at_pointer("/title") = "Tool calls";
  panel.at_pointer("/description") = "Tool executions.";
  panel.at_pointer("/fieldConfig/defaults/unit") = "cps";
  panel.at_pointer("/targets/0/legendFormat") = "{{tool}}";
  panel.at_pointer("/targets/0/expr") =
      "sum by (tool) (rate(mcp_tool_executions_total{job=~\"$job\", instance=~\"$instance\"}"
      "[$__rate_interval]))";
  EXPECT_EQ(boost::json::parse(*made), wanted);
}

TEST(vertical_dashboard, a_template_without_a_panel_is_refused) {
  for (const char* text : {"", "{", "[]", "{\"panels\": []}", "{\"panels\": [1]}"}) {
    const auto made = make_dashboard(text, "Tool server", panels);
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error().id, "vertical/template");
  }
}

// ---- events ----

class vertical_events : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/dev/shm/vertical-XXXXXX";
    char elsewhere[] = "/tmp/vertical-XXXXXX";
    const char* made = mkdtemp(name);
    folder_ = made != nullptr ? made : mkdtemp(elsewhere);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // One column of the only row that `sql` yields.
  static std::string ask(const event_store& store, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(store.handle(), sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(store.handle());
    std::string out;
    if (sqlite3_step(statement) == SQLITE_ROW) {
      const auto* text = sqlite3_column_text(statement, 0);
      if (text != nullptr) out = reinterpret_cast<const char*>(text);
    }
    sqlite3_finalize(statement);
    return out;
  }
  event_store open_store() {
    auto store = event_store::open(folder_ + "/events.db", table_of<tool_event>);
    EXPECT_TRUE(store) << store.error().text;
    return std::move(*store);
  }
  static std::uint64_t drain_all(event_log& log, event_store& store) {
    std::uint64_t rows = 0;
    log.for_each_ring([&](ring& each) {
      const auto drained = store.drain(each);
      EXPECT_TRUE(drained) << drained.error().text;
      if (drained) rows += *drained;
    });
    return rows;
  }

  std::string folder_;
};

const tool_event some_event{
    .at = std::chrono::sys_time<std::chrono::nanoseconds>(1700000000123456789ns),
    .tool = tool_name::read_document,
    .status = outcome::timeout,
    .agent = "planner",
    .duration = 1500us,
    .tokens = 42};

TEST_F(vertical_events, become_a_table_of_the_structs_fields) {
  EXPECT_EQ(create_table(table_of<tool_event>),
            "CREATE TABLE IF NOT EXISTS tool_event (\n"
            "  at_ns INTEGER NOT NULL,\n"
            "  tool TEXT NOT NULL CHECK (tool IN ('search', 'read_document', 'write_document', "
            "'other')),\n"
            "  status TEXT NOT NULL CHECK (status IN ('success', 'error', 'timeout', 'other')),\n"
            "  agent TEXT NOT NULL,\n"
            "  duration_ns INTEGER NOT NULL,\n"
            "  tokens INTEGER NOT NULL\n"
            ") STRICT;\n");
}

TEST_F(vertical_events, are_stored_as_they_were_recorded) {
  event_store store = open_store();
  event_log log(folder_ + "/rings");
  EXPECT_TRUE(log.record(some_event));
  EXPECT_EQ(drain_all(log, store), 1u);
  EXPECT_EQ(ask(store,
                "SELECT at_ns || ' ' || tool || ' ' || status || ' ' || agent || ' ' || "
                "duration_ns || ' ' || tokens FROM tool_event"),
            "1700000000123456789 read_document timeout planner 1500000 42");
}

TEST_F(vertical_events, with_a_cast_enumerator_or_ill_formed_text_are_stored_normalised) {
  event_store store = open_store();
  event_log log(folder_ + "/rings");
  tool_event odd = some_event;
  odd.tool = static_cast<tool_name>(7);
  odd.agent = "caf\xE9";
  EXPECT_TRUE(log.record(odd));
  odd.agent = "";
  EXPECT_TRUE(log.record(odd));
  EXPECT_EQ(drain_all(log, store), 2u);
  EXPECT_EQ(ask(store, "SELECT group_concat(tool || '=' || hex(agent)) FROM tool_event"),
            "other=636166EFBFBD,other=");
}

TEST_F(vertical_events, are_dropped_and_counted_only_when_the_ring_is_full) {
  event_store store = open_store();
  event_log log(folder_ + "/rings");
  // A record is 8 + 6 * 8 + 7 bytes, padded to 64: 4,096 fit into 256 KiB.
  std::uint64_t kept = 0;
  for (int i = 0; i < 4'096 + 5; ++i) kept += log.record(some_event);
  EXPECT_EQ(kept, 4'096u);
  log.for_each_ring([](ring& each) { EXPECT_EQ(each.header().dropped, 5u); });
  EXPECT_EQ(drain_all(log, store), 4'096u);
  EXPECT_TRUE(log.record(some_event));
  EXPECT_EQ(drain_all(log, store), 1u);
}

TEST_F(vertical_events, survive_the_end_of_a_lap_wherever_it_falls) {
  event_store store = open_store();
  event_log log(folder_ + "/rings");
  tool_event event = some_event;
  const std::string texts(64, 'x');
  // Records of 56 to 120 bytes; 20 laps of the ring.
  std::int64_t recorded = 0;
  for (int batch = 0; batch < 60; ++batch) {
    for (int i = 0; i < 1'000; ++i) {
      event.tokens = recorded;
      event.agent = std::string_view(texts).substr(0, static_cast<std::size_t>(recorded % 65));
      ASSERT_TRUE(log.record(event));
      ++recorded;
    }
    ASSERT_EQ(drain_all(log, store), 1'000u);
  }
  EXPECT_EQ(ask(store, "SELECT count(*) FROM tool_event"), "60000");
  EXPECT_EQ(ask(store,
                "SELECT count(*) FROM tool_event WHERE tokens = rowid - 1 AND "
                "length(agent) = tokens % 65"),
            "60000");
}

TEST_F(vertical_events, larger_than_half_a_ring_are_dropped) {
  event_log log(folder_ + "/rings");
  const std::string text(event_log::ring_bytes / 2, 'x');
  tool_event large = some_event;
  large.agent = text;
  EXPECT_FALSE(log.record(large));
  EXPECT_TRUE(log.record(some_event));
}

TEST_F(vertical_events, of_a_living_process_are_never_adopted) {
  event_store store = open_store();
  event_log log(folder_ + "/rings");
  ASSERT_TRUE(log.record(some_event));
  const adopted found = store.adopt(folder_ + "/rings");
  EXPECT_EQ(found.rings, 0u);
  EXPECT_EQ(found.rows, 0u);
  EXPECT_EQ(found.problems, "");
}

TEST_F(vertical_events, left_by_a_log_that_ended_are_adopted_and_the_file_goes) {
  event_store store = open_store();
  {
    event_log log(folder_ + "/rings");
    ASSERT_TRUE(log.record(some_event));
  }
  const adopted found = store.adopt(folder_ + "/rings");
  EXPECT_EQ(found.rings, 1u);
  EXPECT_EQ(found.rows, 1u);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ + "/rings"));
}

TEST_F(vertical_events, in_a_file_that_is_no_ring_are_reported_and_left) {
  event_store store = open_store();
  mkdir((folder_ + "/rings").c_str(), 0700);
  std::ofstream(folder_ + "/rings/a.ring") << "not a ring";
  std::ofstream(folder_ + "/rings/b.ring") << std::string(4096 + 65536, 'x');
  const adopted found = store.adopt(folder_ + "/rings");
  EXPECT_EQ(found.rings, 0u);
  EXPECT_NE(found.problems.find("a.ring: it is shorter than a ring's header"), std::string::npos);
  EXPECT_NE(found.problems.find("b.ring: its header is not that of a ring"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/rings/b.ring"));
}

TEST_F(vertical_events, whose_folder_cannot_be_made_are_dropped_and_counted) {
  event_log log(folder_ + "/missing/rings");
  EXPECT_FALSE(log.record(some_event));
  EXPECT_EQ(log.without_ring(), 1u);
}

}  // namespace
}  // namespace vertical
