// SPDX-License-Identifier: Apache-2.0
//
// The ready-made schema of an HTTP server: the names of source document 002, bounded labels, and
// the object that records one request.

#include <pantograph/schemas/http_server.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <chrono>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace pg = pantograph;
namespace schemas = pantograph::schemas;
using schemas::http_method;
using schemas::http_method_of;
using schemas::http_method_text;
using schemas::http_status;
using schemas::http_status_of;
using schemas::http_status_text;

using namespace std::chrono_literals;

namespace {

// Time stands still until the test moves it.
struct set_clock {
  static inline std::uint64_t nanoseconds = 1;
  static std::uint64_t now() noexcept { return nanoseconds; }
  static std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) noexcept { return to - from; }
};

// ---- words ----

static_assert(http_method_of("GET") == http_method::get);
static_assert(http_method_of("DELETE") == http_method::delete_);
static_assert(http_method_of("get") == http_method::other, "methods are case-sensitive");
static_assert(http_method_of("") == http_method::other);
static_assert(http_method_of("_OTHER") == http_method::other);
static_assert(http_method_text(http_method::delete_) == "DELETE");
static_assert(http_method_text(http_method::query) == "QUERY");
static_assert(http_method_text(http_method::other) == "_OTHER");

static_assert(http_status_of(200) == http_status::code_200);
static_assert(http_status_text(http_status_of(100)) == "100");
static_assert(http_status_text(http_status_of(226)) == "226");
static_assert(http_status_text(http_status_of(451)) == "451");
static_assert(http_status_text(http_status_of(511)) == "511");
static_assert(http_status_text(http_status_of(199)) == "1xx");
static_assert(http_status_text(http_status_of(306)) == "3xx", "306 is unused since RFC 2616");
static_assert(http_status_text(http_status_of(499)) == "4xx", "nginx: the client went away");
static_assert(http_status_text(http_status_of(520)) == "5xx");
static_assert(http_status_text(http_status_of(599)) == "5xx");
static_assert(http_status_text(http_status_of(0)) == "unknown");
static_assert(http_status_text(http_status_of(99)) == "unknown");
static_assert(http_status_text(http_status_of(600)) == "unknown");
static_assert(http_status_text(http_status_of(-200)) == "unknown");

TEST(http_words, spell_every_code_as_itself_or_as_its_class) {
  for (int code = 100; code < 600; ++code) {
    const std::string text(http_status_text(http_status_of(code)));
    const std::string exact = std::to_string(code), by_class = exact.substr(0, 1) + "xx";
    EXPECT_TRUE(text == exact || text == by_class) << code << " is " << text;
  }
}

// ---- the schema ----

static_assert(sizeof(schemas::http_request<schemas::http_server_metrics<>>) <= 320);

TEST(http_server, has_every_metric_of_document_002_under_its_name) {
  std::set<std::string_view> offered;
  for (const pg::family_row& row : pg::catalog_of<schemas::http_server_metrics<>>.families) {
    offered.insert(row.name);
    EXPECT_LE(row.series, 500u) << row.name;
  }
  EXPECT_EQ(offered, (std::set<std::string_view>{
                         "http_server_requests_total", "http_server_request_duration_seconds",
                         "http_server_request_size_bytes", "http_server_response_size_bytes",
                         "http_server_active_requests", "http_server_connections_total"}));
}

TEST(http_server, records_a_request_when_its_scope_ends) {
  schemas::http_server_metrics http;
  {
    auto request = http.begin("GET");
    EXPECT_EQ(scrapes::of_object(http).at("http_server_active_requests{http_method=\"GET\"}"), 1);
    std::string pattern = "/users/{id}";
    request.route(pattern);
    pattern = "gone by the end";
    request.status(404);
    request.request_size(256);  // le="256.0": bounds are inclusive
    request.response_size(257);
  }
  const auto seen = scrapes::of_object(http);
  const std::string labels = "{http_method=\"GET\",http_route=\"/users/{id}\"";
  EXPECT_EQ(seen.at("http_server_requests_total" + labels + ",http_status_code=\"404\"}"), 1);
  EXPECT_EQ(
      seen.at("http_server_request_duration_seconds_count" + labels + ",http_status_code=\"404\"}"),
      1);
  EXPECT_EQ(seen.at("http_server_request_size_bytes_bucket" + labels + ",le=\"256.0\"}"), 1);
  EXPECT_EQ(seen.at("http_server_request_size_bytes_sum" + labels + "}"), 256);
  EXPECT_EQ(seen.at("http_server_response_size_bytes_bucket" + labels + ",le=\"256.0\"}"), 0);
  EXPECT_EQ(seen.at("http_server_response_size_bytes_bucket" + labels + ",le=\"1024.0\"}"), 1);
  EXPECT_EQ(seen.at("http_server_active_requests{http_method=\"GET\"}"), 0);
}

TEST(http_server, leaves_out_sizes_that_nobody_told) {
  schemas::http_server_metrics http;
  http.begin("GET").route("/health");
  const auto seen = scrapes::of_object(http);
  EXPECT_EQ(seen.at("http_server_requests_total{http_method=\"GET\",http_route=\"/health\","
                    "http_status_code=\"200\"}"),
            1);
  EXPECT_FALSE(
      seen.has("http_server_request_size_bytes_count{http_method=\"GET\",http_route=\"/health\"}"));
  EXPECT_FALSE(seen.has(
      "http_server_response_size_bytes_count{http_method=\"GET\",http_route=\"/health\"}"));
}

TEST(http_server, counts_a_request_that_an_exception_leaves_as_500) {
  schemas::http_server_metrics http;
  try {
    auto request = http.begin(http_method::post);
    request.route("/orders");
    request.status(201);
    throw std::runtime_error("the database is gone");
  } catch (const std::runtime_error&) {
  }
  const auto seen = scrapes::of_object(http);
  EXPECT_EQ(seen.at("http_server_requests_total{http_method=\"POST\",http_route=\"/orders\","
                    "http_status_code=\"500\"}"),
            1);
  EXPECT_FALSE(
      seen.has("http_server_requests_total{http_method=\"POST\",http_route=\"/orders\","
               "http_status_code=\"201\"}"));
  EXPECT_EQ(seen.at("http_server_active_requests{http_method=\"POST\"}"), 0);
}

TEST(http_server, keeps_a_clients_inventions_out_of_the_labels) {
  schemas::http_server_metrics http;
  for (int i = 0; i < 1000; ++i) {
    auto request = http.begin("BREW" + std::to_string(i));
    request.status(700 + i);
  }
  EXPECT_EQ(scrapes::of_object(http).at("http_server_requests_total{http_method=\"_OTHER\","
                                        "http_route=\"unmatched\",http_status_code=\"unknown\"}"),
            1000);
}

struct few_and_slow : schemas::http_server_defaults {
  using clock = set_clock;
  static constexpr std::size_t series = 3;
  static constexpr pg::slow_after slow_request{.warn = 2s, .error = 3s};
};

TEST(http_server, counts_routes_beyond_the_bound_in_other) {
  schemas::http_server_metrics<few_and_slow> http;
  for (int i = 0; i < 5; ++i) {
    auto request = http.begin("GET");
    request.route("/" + std::to_string(i));
  }
  const auto seen = scrapes::of_object(http);
  EXPECT_EQ(seen.at("http_server_requests_total{http_method=\"GET\",http_route=\"/2\","
                    "http_status_code=\"200\"}"),
            1);
  EXPECT_EQ(seen.at("http_server_requests_total{http_method=\"other\",http_route=\"other\","
                    "http_status_code=\"other\"}"),
            2);
  EXPECT_EQ(seen.at("http_server_request_duration_seconds_count{http_method=\"other\","
                    "http_route=\"other\",http_status_code=\"other\"}"),
            2);
}

TEST(http_server, counts_a_route_longer_than_a_label_in_other) {
  schemas::http_server_metrics http;
  {
    auto request = http.begin("GET");
    request.route(std::string(5000, 'x'));
  }
  {
    auto request = http.begin("GET");
    request.route(std::string(256, 'y'));  // the longest that is kept
  }
  const auto seen = scrapes::of_object(http);
  EXPECT_EQ(seen.at("http_server_requests_total{http_method=\"other\",http_route=\"other\","
                    "http_status_code=\"other\"}"),
            1);
  EXPECT_EQ(seen.at("http_server_requests_total{http_method=\"GET\",http_route=\"" +
                    std::string(256, 'y') + "\",http_status_code=\"200\"}"),
            1);
}

TEST(http_server, moves_a_request_to_another_thread_and_ends_it_once) {
  schemas::http_server_metrics http;
  auto request = http.begin("PUT");
  request.route("/a");
  request.response_size(7);
  std::thread([moved = std::move(request)]() mutable {
    moved.status(204);
    moved.end();
    moved.end();
  }).join();
  request.end();  // NOLINT: moved from, so nothing
  const auto seen = scrapes::of_object(http);
  EXPECT_EQ(seen.at("http_server_requests_total{http_method=\"PUT\",http_route=\"/a\","
                    "http_status_code=\"204\"}"),
            1);
  EXPECT_EQ(seen.at("http_server_response_size_bytes_sum{http_method=\"PUT\",http_route=\"/a\"}"),
            7);
  EXPECT_EQ(seen.at("http_server_active_requests{http_method=\"PUT\"}"), 0);
}

TEST(http_server, counts_connections) {
  schemas::http_server_metrics http;
  http.connections_total.increment();
  http.connections_total.increment();
  EXPECT_EQ(scrapes::of_object(http).at("http_server_connections_total"), 2);
}

std::vector<std::string> told;

TEST(http_server, times_with_the_clock_that_was_chosen_and_tells_what_was_slow) {
  schemas::http_server_metrics<few_and_slow> http;
  told.clear();
  pg::on_slow_operation([](const pg::ended_operation& ended) noexcept {
    told.push_back(std::string(ended.labels[1].value) +
                   (ended.slow == pg::slowness::error ? " error" : " warn"));
  });
  for (const int seconds : {1, 2, 3}) {
    auto request = http.begin("GET");
    request.route("/" + std::to_string(seconds));
    set_clock::nanoseconds += static_cast<std::uint64_t>(seconds) * 1'000'000'000;
  }
  pg::on_slow_operation(nullptr);
  EXPECT_EQ(told, (std::vector<std::string>{"/2 warn", "/3 error"}));
  const auto seen = scrapes::of_object(http);
  EXPECT_EQ(
      seen.at("http_server_request_duration_seconds_sum{http_method=\"GET\",http_route=\"/2\","
              "http_status_code=\"200\"}"),
      2);
}

TEST(http_server, tells_the_hook_of_ended_operations) {
  schemas::http_server_metrics http;
  told.clear();
  pg::on_operation_end([](const pg::ended_operation& ended) noexcept {
    std::string line(ended.operation);
    for (const pg::label_text& label : ended.labels) {
      (((line += ' ') += label.name) += '=') += label.value;
    }
    told.push_back((line += ' ') += ended.outcome);
  });
  {
    auto request = http.begin("GET");
    request.route("/a");
    request.status(503);
  }
  pg::on_operation_end(nullptr);
  EXPECT_EQ(told, std::vector<std::string>{"http_request http_method=GET http_route=/a 503"});
}

}  // namespace
