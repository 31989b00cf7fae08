// SPDX-License-Identifier: Apache-2.0
//
// Which families cannot stand in one text (OpenMetrics 1.0: a family's name and its samples' names are
// its own).

#include <pantograph/checks/clashes.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace {

namespace pg = pantograph;
using pg::family_row;
using pg::metric_kind;

constexpr family_row row(metric_kind kind, std::string_view name, bool dynamic = false) {
  family_row out{};
  out.kind = kind;
  out.name = name;
  out.dynamic = dynamic;
  return out;
}
constexpr family_row counter(std::string_view name) { return row(metric_kind::counter, name); }
constexpr family_row gauge(std::string_view name) { return row(metric_kind::gauge, name); }
constexpr family_row histogram(std::string_view name) { return row(metric_kind::histogram, name); }
constexpr family_row info(std::string_view name) { return row(metric_kind::info, name); }
constexpr family_row state_set(std::string_view name) { return row(metric_kind::state_set, name); }
constexpr family_row runtime(std::string_view name) { return row(metric_kind::gauge, name, true); }

// Both ways, and as a schema of three.
constexpr bool clash(const family_row& a, const family_row& b) {
  using namespace pg::checks;
  const bool between = clash_between(a, taken_by(a), b, taken_by(b));
  const bool reverse = clash_between(b, taken_by(b), a, taken_by(a));
  const bool in_schema = first_clash(std::array{a, gauge("far_away"), b}).found;
  return between && reverse && in_schema;
}
constexpr bool live_together(const family_row& a, const family_row& b) {
  using namespace pg::checks;
  return !clash_between(a, taken_by(a), b, taken_by(b)) &&
         !clash_between(b, taken_by(b), a, taken_by(a)) &&
         !first_clash(std::array{a, gauge("far_away"), b}).found &&
         !first_clash(std::array{b, gauge("far_away"), a}).found;
}

static_assert(clash(gauge("x"), gauge("x")) && clash(counter("x_total"), counter("x_total")));
static_assert(clash(counter("x_total"), gauge("x")), "both are the family x in OpenMetrics");
static_assert(clash(counter("x_total"), histogram("x")));
static_assert(clash(counter("x_total"), info("x_info")));
static_assert(clash(info("x_info"), gauge("x")) && clash(info("x_info"), state_set("x")));
static_assert(clash(histogram("x"), gauge("x_count")) && clash(histogram("x"), gauge("x_sum")));
static_assert(clash(histogram("x"), gauge("x_bucket")) && clash(histogram("x"), gauge("x_created")));
static_assert(clash(histogram("x"), counter("x_count_total")), "the family x_count");
static_assert(clash(counter("x_total"), gauge("x_created")));
static_assert(clash(runtime("x"), gauge("x_y")) && clash(runtime("x"), counter("x_refused_total")));

static_assert(live_together(gauge("x"), gauge("y")) && live_together(gauge("x"), gauge("x_y")));
static_assert(live_together(counter("x_total"), counter("x_y_total")));
static_assert(live_together(gauge("x_count"), gauge("x_sum")));
static_assert(live_together(counter("total"), gauge("tot")));
static_assert(live_together(histogram("x"), gauge("x_counts")));
static_assert(live_together(histogram("x"), histogram("x_y")));
static_assert(live_together(info("x_info"), counter("x_y_total")));
static_assert(live_together(runtime("x"), gauge("xy")) && live_together(runtime("x_y"), gauge("x")));

// The two rows are named, the earlier first.
constexpr pg::checks::clash found =
    pg::checks::first_clash(std::array{gauge("a"), gauge("b"), histogram("c"), gauge("d"), gauge("c_sum")});
static_assert(found.found && found.earlier == 2 && found.later == 4);
constexpr pg::checks::clash dynamic = pg::checks::first_clash(std::array{gauge("custom_a"), runtime("custom")});
static_assert(dynamic.found && dynamic.earlier == 0 && dynamic.later == 1);
static_assert(!pg::checks::first_clash(std::array<family_row, 0>{}).found);

static_assert(pg::checks::base_name(counter("x_total")) == "x");
static_assert(pg::checks::base_name(info("x_info")) == "x");
static_assert(pg::checks::base_name(gauge("x_total")) == "x_total");

TEST(clashes, are_decided_by_the_compiler) { SUCCEED(); }

// A table of any number of rows finds the one pair that clashes, wherever it stands.
TEST(clashes, of_one_pair_among_many) {
  constexpr std::size_t many = 120;
  std::array<std::string, many> names;
  std::array<family_row, many> rows{};
  for (std::size_t i = 0; i < many; ++i) {
    names[i] = "metric_" + std::to_string(i) + "_total";
    rows[i] = counter(names[i]);
  }
  EXPECT_FALSE(pg::checks::first_clash(rows).found);
  for (std::size_t i = 0; i + 1 < many; i += 7) {
    std::array<family_row, many> twice = rows;
    const std::string gauge_name = "metric_" + std::to_string(i);
    twice[many - 1] = gauge(gauge_name);
    const pg::checks::clash pair = pg::checks::first_clash(twice);
    EXPECT_TRUE(pair.found);
    EXPECT_EQ(pair.earlier, i);
    EXPECT_EQ(pair.later, many - 1);
  }
}

}  // namespace
