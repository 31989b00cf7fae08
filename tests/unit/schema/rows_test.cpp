// SPDX-License-Identifier: Apache-2.0
//
// A schema as rows: prefix, names through nesting, and what each kind of instrument tells of itself.
// Expected values are read off the declarations by hand.

#include <pantograph/catalog/catalog.hpp>
#include <pantograph/instruments/counter.hpp>
#include <pantograph/instruments/gauge.hpp>
#include <pantograph/instruments/histogram.hpp>
#include <pantograph/instruments/info.hpp>
#include <pantograph/instruments/money_counter.hpp>
#include <pantograph/instruments/observed.hpp>
#include <pantograph/instruments/runtime_metrics.hpp>
#include <pantograph/instruments/state_set.hpp>
#include <pantograph/instruments/up_down.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string_view>

namespace town {

namespace pg = pantograph;
using namespace std::chrono_literals;

enum class tool { search, fetch };
enum class door { open, ajar, closed };
struct call {
  pg::label<tool> tool_name;
  pg::label<bool> cached;
};
struct caller {
  pg::label<pg::text> agent;
  pg::label<tool> tool_name;
};
struct build {
  pg::label<pg::text> version;
  pg::label<pg::text> commit;
};
struct shop {
  pg::label<pg::text> street;
  pg::label<door> entrance;
};

struct pool_metrics {
  pg::up_down<> size{"Connections."};
  pg::counter<> waits_total{"Waits."};
};
struct backend_metrics {
  pool_metrics readers;
  pg::gauge<pg::bytes> memory_bytes{"Memory."};
  pool_metrics writers;
};
struct shop_metrics {
  using instance = shop;
  pg::counter<call> calls_total{"Calls."};
  pg::counter<pg::seconds, pg::shared> busy_seconds_total{"Busy."};
  pg::counter<caller, pg::at_most<7>> agent_calls_total{"By agent."};
  pg::histogram<pg::seconds, pg::buckets(5ms, 1s), call> call_duration_seconds{"Duration."};
  pg::histogram<pg::ratio, pg::buckets(0.5)> hit_ratio{"Hits."};
  backend_metrics backend;
  pg::observed_gauge<pg::celsius> room_celsius{"Warmth."};
  pg::money_counter<call> cost_usd_total{"Cost."};
  pg::info<build> build_info{"Build."};
  pg::state_set<door> front_door{"Door."};
  pg::runtime_metrics<pg::at_most<20>> custom{"Custom."};
};

// ---- prefixes ----

struct metrics {};
struct plain_name {};
struct http_server_metrics {};
struct written_metrics {
  static constexpr std::string_view prefix = "mcp";
};
struct written_as_array {
  static constexpr char prefix[] = "arr";
};
struct none_metrics {
  static constexpr std::string_view prefix = "";
};
struct renamed_metrics {
  static constexpr std::string_view prefix = "old";
};
template <class T>
struct of {
  struct inner_metrics {};
};

}  // namespace town

template <>
inline constexpr std::string_view pantograph::prefix_of<town::renamed_metrics> = "cs_mcp";

namespace {

namespace pg = pantograph;
using pg::prefix_of;

static_assert(prefix_of<town::shop_metrics> == "shop" && prefix_of<town::plain_name> == "plain_name");
static_assert(prefix_of<town::http_server_metrics> == "http_server");
static_assert(prefix_of<town::metrics> == "metrics", "no word is left without it");
static_assert(prefix_of<town::written_metrics> == "mcp" && prefix_of<town::written_as_array> == "arr");
static_assert(prefix_of<town::none_metrics>.empty());
static_assert(prefix_of<town::renamed_metrics> == "cs_mcp", "the user's header has the last word");
static_assert(prefix_of<town::of<int>::inner_metrics> == "inner");

// ---- rows ----

constexpr const pg::schema_row& shop = pg::catalog_of<town::shop_metrics>;
constexpr std::span<const pg::family_row> rows = shop.families;
static_assert(shop.name == "shop_metrics" && shop.prefix == "shop");
static_assert(shop.instance.size() == 2 && shop.instance[0].name == "street" &&
              shop.instance[0].values.empty() && shop.instance[1].name == "entrance" &&
              shop.instance[1].values.size() == 3);

static_assert(rows.size() == 15);
constexpr std::string_view names[] = {
    "shop_calls_total", "shop_busy_seconds_total", "shop_agent_calls_total",
    "shop_call_duration_seconds", "shop_hit_ratio",
    // nested schemas in place, joined with '_'
    "shop_backend_readers_size", "shop_backend_readers_waits_total", "shop_backend_memory_bytes",
    "shop_backend_writers_size", "shop_backend_writers_waits_total",
    "shop_room_celsius", "shop_cost_usd_total", "shop_build_info", "shop_front_door", "shop_custom"};
constexpr std::string_view fields[] = {
    "calls_total", "busy_seconds_total", "agent_calls_total", "call_duration_seconds", "hit_ratio",
    "backend.readers.size", "backend.readers.waits_total", "backend.memory_bytes",
    "backend.writers.size", "backend.writers.waits_total",
    "room_celsius", "cost_usd_total", "build_info", "front_door", "custom"};
constexpr pg::metric_kind kinds[] = {
    pg::metric_kind::counter, pg::metric_kind::counter, pg::metric_kind::counter,
    pg::metric_kind::histogram, pg::metric_kind::histogram,
    pg::metric_kind::gauge, pg::metric_kind::counter, pg::metric_kind::gauge,
    pg::metric_kind::gauge, pg::metric_kind::counter,
    pg::metric_kind::gauge, pg::metric_kind::counter, pg::metric_kind::info,
    pg::metric_kind::state_set, pg::metric_kind::gauge};
constexpr std::size_t series[] = {4, 1, 7, 4, 1, 1, 1, 1, 1, 1, 1, 4, 1, 3, 20};
// A cell is 8 bytes. A histogram has one a bound, one for +Inf, one for the sum; money has two.
constexpr std::size_t bytes[] = {8, 8, 8, 32, 24, 8, 8, 8, 8, 8, 0, 16, 0, 8, 8};
constexpr std::string_view units[] = {"", "seconds", "", "seconds", "ratio", "", "", "bytes", "", "",
                                      "celsius", "usd", "", "", ""};

constexpr bool all_rows_are_as_declared() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].name != names[i] || rows[i].field != fields[i] || rows[i].kind != kinds[i] ||
        rows[i].series != series[i] || rows[i].bytes_a_series != bytes[i] || rows[i].unit != units[i]) {
      return false;
    }
    if (rows[i].name.data()[rows[i].name.size()] != '\0') return false;
  }
  return true;
}
static_assert(all_rows_are_as_declared());

static_assert(rows[0].help == "Calls." && rows[14].help == "Custom.");
static_assert(rows[0].labels.size() == 2 && rows[0].labels[0].name == "tool_name" &&
              rows[0].labels[0].values[1] == "fetch" && rows[0].labels[1].values[0] == "false");
static_assert(rows[0].dense && !rows[0].has_text && !rows[0].limit_is_written && rows[0].limit == 100);
static_assert(rows[1].per_unit == 1'000'000'000 && rows[0].per_unit == 1);
static_assert(rows[2].has_text && rows[2].limit_is_written && rows[2].limit == 7 && !rows[2].dense &&
              rows[2].labels[0].values.empty());
static_assert(rows[3].integer_bounds.size() == 2 && rows[3].integer_bounds[0] == 5'000'000 &&
              rows[3].real_bounds.empty() && rows[3].bounds() == 2);
static_assert(rows[4].real_bounds.size() == 1 && rows[4].real_bounds[0] == 0.5 &&
              rows[4].per_unit == 1 && rows[4].bounds() == 1);
static_assert(rows[13].labels.size() == 1 && rows[13].labels[0].name == "shop_front_door" &&
              rows[13].labels[0].values[1] == "ajar", "a state set's label is called like its family");
static_assert(rows[14].dynamic && !rows[13].dynamic);

TEST(rows, are_decided_by_the_compiler) { SUCCEED(); }

}  // namespace
