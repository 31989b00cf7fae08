// SPDX-License-Identifier: Apache-2.0
//
// Every rule on rows written by hand: what it refuses, what it lets pass, and which rule speaks first.
// (That a compiler stops with the rule's sentence is tested in tests/rejects.)

#include <pantograph/checks/judge.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace {

namespace pg = pantograph;
using pg::family_row;
using pg::label_row;
using pg::metric_kind;
using pg::checks::finding;
using pg::checks::judge;
using pg::checks::rule;

constexpr metric_kind counter = metric_kind::counter, gauge = metric_kind::gauge,
                      histogram = metric_kind::histogram, info = metric_kind::info;

constexpr family_row row(metric_kind kind, std::string_view name, std::string_view unit = "") {
  family_row out{};
  out.kind = kind;
  out.name = name;
  out.field = name;
  out.unit = unit;
  out.help = "Help.";
  out.series = 1;
  out.limit = 100;
  return out;
}

template <class... Rows>
constexpr finding find(Rows... rows) {
  return judge("shop", std::array<family_row, sizeof...(Rows)>{rows...}, {});
}
constexpr rule rule_of(metric_kind kind, std::string_view name, std::string_view unit = "") {
  return find(row(kind, name, unit)).broken;
}
constexpr bool passes(metric_kind kind, std::string_view name, std::string_view unit = "") {
  return rule_of(kind, name, unit) == rule::none;
}

// ---- help and names ----

constexpr family_row without_help = [] {
  family_row out = row(gauge, "carts");
  out.help = "";
  return out;
}();
static_assert(find(without_help).broken == rule::help);

static_assert(passes(gauge, "shop_carts") && passes(gauge, "c") && passes(gauge, "http2_streams"));
static_assert(rule_of(gauge, "shop:carts") == rule::colon);
static_assert(rule_of(gauge, "up") == rule::reserved_name && passes(gauge, "up_and_running"));
static_assert(rule_of(gauge, "ALERTS") == rule::reserved_name);
static_assert(rule_of(gauge, "ALERTS_FOR_STATE") == rule::reserved_name);
static_assert(rule_of(gauge, "scrape_duration_seconds", "seconds") == rule::reserved_name);
static_assert(rule_of(gauge, "__carts") == rule::reserved_name);
static_assert(rule_of(gauge, "openCarts") == rule::name_case);
static_assert(rule_of(gauge, "open__carts") == rule::name_case);
static_assert(rule_of(gauge, "carts_") == rule::name_case);
static_assert(rule_of(gauge, "_carts") == rule::name_case);
static_assert(rule_of(gauge, "k\xC3\xB6rbe") == rule::name_case, "letters beyond ASCII");
static_assert(rule_of(gauge, "2carts") == rule::name_case);

static_assert(rule_of(gauge, "cart_bucket") == rule::reserved_suffix);
static_assert(rule_of(gauge, "cart_count") == rule::reserved_suffix);
static_assert(rule_of(gauge, "cart_sum") == rule::reserved_suffix);
static_assert(rule_of(gauge, "cart_created") == rule::reserved_suffix);
static_assert(rule_of(counter, "cart_count_total") == rule::reserved_suffix);
static_assert(rule_of(histogram, "cart_sum") == rule::reserved_suffix);
static_assert(passes(gauge, "cart_counts") && passes(gauge, "discount"));

static_assert(rule_of(counter, "orders") == rule::counter_suffix);
static_assert(rule_of(counter, "total_orders") == rule::counter_suffix);
static_assert(passes(counter, "orders_total"));
static_assert(rule_of(gauge, "carts_total") == rule::total_suffix);
static_assert(rule_of(histogram, "carts_total") == rule::total_suffix);
static_assert(rule_of(info, "build_total") == rule::total_suffix);
static_assert(rule_of(info, "build") == rule::info_suffix);
static_assert(rule_of(gauge, "build_info") == rule::info_suffix);
static_assert(rule_of(metric_kind::state_set, "door_info") == rule::info_suffix);
static_assert(passes(info, "build_info") && passes(metric_kind::state_set, "door"));

static_assert(rule_of(gauge, "cart_gauge") == rule::type_in_name);
static_assert(rule_of(counter, "order_counter_total") == rule::type_in_name);
static_assert(rule_of(gauge, "histogram_carts") == rule::type_in_name, "another type's name misleads more");
static_assert(passes(gauge, "counters_open") && passes(gauge, "document_summary_pages"));

// ---- units ----

static_assert(rule_of(gauge, "idle_s", "seconds") == rule::unit_abbreviation);
static_assert(rule_of(counter, "busy_ms_total", "seconds") == rule::unit_abbreviation);
static_assert(rule_of(gauge, "cache_mb", "bytes") == rule::unit_abbreviation);
static_assert(rule_of(gauge, "wait_h_today") == rule::unit_abbreviation);
static_assert(passes(gauge, "mb_carts"), "the first word may be a name: promlint looks at _mb_ and _mb");
static_assert(passes(gauge, "open_ms2_things"));

static_assert(rule_of(gauge, "idle_milliseconds", "seconds") == rule::base_unit);
static_assert(rule_of(gauge, "idle_minutes") == rule::base_unit);
static_assert(rule_of(gauge, "days_open") == rule::base_unit);
static_assert(rule_of(gauge, "cache_kilobytes", "bytes") == rule::base_unit);
static_assert(rule_of(gauge, "cache_mebibytes") == rule::base_unit);
static_assert(rule_of(gauge, "line_megabits") == rule::base_unit, "a prefix before what is no base unit");
static_assert(rule_of(gauge, "line_bits") == rule::base_unit);
static_assert(rule_of(gauge, "disk_pebibytes") == rule::base_unit);
static_assert(rule_of(gauge, "cpu_percent") == rule::base_unit);
static_assert(rule_of(gauge, "room_fahrenheit") == rule::base_unit);
static_assert(rule_of(gauge, "room_kelvins") == rule::base_unit);
static_assert(rule_of(gauge, "road_metres") == rule::base_unit);
static_assert(rule_of(counter, "cost_cents_total") == rule::base_unit);
static_assert(passes(gauge, "microphones") && passes(gauge, "megaphone_cases"));

static_assert(rule_of(gauge, "cache_size", "bytes") == rule::unit_suffix);
static_assert(rule_of(gauge, "bytes_in_cache", "bytes") == rule::unit_suffix, "the unit comes last");
static_assert(rule_of(counter, "busy_total", "seconds") == rule::unit_suffix);
static_assert(rule_of(gauge, "megabytesbytes", "bytes") == rule::unit_suffix, "a word of its own");
static_assert(rule_of(gauge, "cache_seconds", "bytes") == rule::unit_contradiction);
static_assert(rule_of(gauge, "cache_bytes") == rule::unit_contradiction, "counts are no bytes");
static_assert(rule_of(counter, "busy_seconds_total") == rule::unit_contradiction);
static_assert(rule_of(gauge, "hit_ratio") == rule::unit_contradiction);
static_assert(passes(gauge, "cache_bytes", "bytes") && passes(counter, "busy_seconds_total", "seconds"));
static_assert(passes(gauge, "seconds", "seconds") && passes(gauge, "hit_ratio", "ratio"));
static_assert(passes(counter, "cost_usd_total", "usd") && passes(gauge, "byte_pairs"));

constexpr family_row custom_bytes = [] {
  family_row out = row(gauge, "custom_bytes");
  out.dynamic = true;
  return out;
}();
static_assert(find(custom_bytes).broken == rule::none, "what is named at run time has units of its own");

// ---- labels ----

constexpr std::array<std::string_view, 2> two_values{"a", "b"};
template <std::size_t N>
struct labels {
  std::array<label_row, N> rows;
};
constexpr labels<1> one_label(std::string_view name) { return {{label_row{name, two_values}}}; }

template <std::size_t N>
constexpr finding find_with(const labels<N>& own, metric_kind kind = gauge, std::string_view name = "carts") {
  family_row one = row(kind, name);
  one.labels = own.rows;
  return find(row(gauge, "first"), one);
}
constexpr rule label_rule(std::string_view name) { return find_with(one_label(name)).broken; }

static_assert(label_rule("region") == rule::none && label_rule("le_bon") == rule::none);
static_assert(label_rule("le") == rule::label_reserved && label_rule("quantile") == rule::label_reserved);
static_assert(label_rule("job") == rule::label_reserved && label_rule("instance") == rule::label_reserved);
static_assert(label_rule("__name__") == rule::label_reserved);
static_assert(label_rule("cartRegion") == rule::label_case && label_rule("region_") == rule::label_case);
static_assert(label_rule("stra\xC3\x9F" "e") == rule::label_case);
static_assert(find_with(one_label("le")).family == 1 && find_with(one_label("le")).other == 0);
static_assert(find_with(labels<2>{{label_row{"region", two_values}, label_row{"le", two_values}}}).other == 1);
static_assert(find_with(one_label("carts"), metric_kind::state_set).broken == rule::none);
static_assert(find_with(one_label("job"), info, "build_info").broken == rule::label_reserved);

constexpr finding with_instance(std::string_view own, std::string_view instance,
                                metric_kind kind = gauge) {
  const labels<1> own_labels = one_label(own), instance_labels = one_label(instance);
  family_row one = row(kind, "carts");
  one.labels = own_labels.rows;
  return judge("shop", std::array{one}, instance_labels.rows);
}
static_assert(with_instance("region", "shop").broken == rule::none);
static_assert(with_instance("region", "region").broken == rule::label_duplicate);
static_assert(with_instance("carts", "carts", metric_kind::state_set).broken == rule::label_duplicate);
static_assert(with_instance("region", "job").broken == rule::label_reserved);
static_assert(with_instance("region", "shopName").broken == rule::label_case);
static_assert(with_instance("region", "job").family == pg::checks::no_family, "no metric's fault");

template <std::size_t Own, std::size_t Instance>
constexpr rule rule_with_labels() {
  labels<Own> own{};
  labels<Instance> instance{};
  for (label_row& each : own.rows) each = {"own", two_values};
  for (label_row& each : instance.rows) each = {"instance_label", two_values};
  family_row one = row(info, "build_info");
  one.labels = own.rows;
  return judge("shop", std::array{one}, instance.rows).broken;
}
static_assert(rule_with_labels<30, 0>() == rule::none && rule_with_labels<25, 5>() == rule::none);
static_assert(rule_with_labels<31, 0>() == rule::label_many);
static_assert(rule_with_labels<25, 6>() == rule::label_many);

// ---- series ----

constexpr finding with_series(std::size_t series, std::size_t limit, bool text, bool written,
                              metric_kind kind = gauge) {
  family_row one = row(kind, kind == info ? "build_info" : "carts");
  one.series = series;
  one.limit = limit;
  one.has_text = text;
  one.limit_is_written = written;
  return find(one);
}
static_assert(with_series(100, 100, false, false).broken == rule::none);
static_assert(with_series(101, 100, false, false).broken == rule::series_limit);
static_assert(with_series(101, 101, false, true).broken == rule::none);
static_assert(with_series(101, 50, false, true).broken == rule::series_limit);
static_assert(with_series(100, 100, true, false).broken == rule::label_unbounded);
static_assert(with_series(1000, 1000, true, true).broken == rule::none);
static_assert(with_series(1, 1, true, false, info).broken == rule::none, "an info has one series");

// ---- the prefix, and the order of rules ----

constexpr rule prefix_rule(std::string_view prefix) {
  return judge(prefix, std::array{row(gauge, "carts")}, {}).broken;
}
static_assert(prefix_rule("") == rule::none && prefix_rule("shop") == rule::none);
static_assert(prefix_rule("my_shop2") == rule::none);
static_assert(prefix_rule("my-shop") == rule::prefix && prefix_rule("Shop") == rule::prefix);
static_assert(prefix_rule("shop_") == rule::prefix && prefix_rule("_shop") == rule::prefix);
static_assert(prefix_rule("2shop") == rule::prefix && prefix_rule("a shop") == rule::prefix);
static_assert(prefix_rule("job:shop") == rule::none, "the metric's own rule names the field");

// The first row that breaks a rule, with the first rule it breaks; clashes come last.
static_assert(find(row(gauge, "carts"), row(counter, "Orders_ms"), row(gauge, "a_total")).family == 1);
static_assert(find(row(gauge, "carts"), row(counter, "Orders_ms"), row(gauge, "a_total")).broken ==
              rule::name_case);
static_assert(find(row(gauge, "carts"), row(gauge, "carts"), row(gauge, "a_total")).broken ==
              rule::total_suffix);

// Asked piece by piece, as the compiler does for large schemas.
constexpr std::array many{row(gauge, "a"), row(gauge, "bad_total"), row(gauge, "c"), row(gauge, "Worse")};
static_assert(pg::checks::judge_rows(many, 0, 1, {}).broken == rule::none);
static_assert(pg::checks::judge_rows(many, 0, 16, {}).family == 1);
static_assert(pg::checks::judge_rows(many, 2, 16, {}).family == 3);
static_assert(pg::checks::judge_rows(many, 16, 32, {}).broken == rule::none);

TEST(judge, is_decided_by_the_compiler) { SUCCEED(); }

}  // namespace
