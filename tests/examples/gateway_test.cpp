// SPDX-License-Identifier: Apache-2.0
//
// The parts of the demo: trace reading, options, the simulation's replay and the summary. The sums
// expected of trace_50_lines.csv were added up by hand: line 1 is the header, 12 lines are
// malformed, and of the 37 others 35 hold 1000,10, line 10 holds 0,0 and line 50 holds 7437,1899.

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "exposed.hpp"
#include "options.hpp"
#include "replay.hpp"
#include "summary.hpp"
#include "trace.hpp"

namespace gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

pantograph::result<trace> read(const std::string& text, std::size_t most = ~std::size_t{0}) {
  std::istringstream in(text);
  return read_trace(in, "some.csv", most);
}

TEST(gateway_trace, a_file_with_twelve_malformed_lines_gives_the_other_37) {
  const auto found = read_trace_file(GATEWAY_TRACE, ~std::size_t{0});
  ASSERT_TRUE(found) << found.error().text;
  ASSERT_EQ(found->requests.size(), 37u);
  std::uint64_t context = 0, generated = 0;
  for (const request& each : found->requests) {
    context += each.context_tokens;
    generated += each.generated_tokens;
  }
  EXPECT_EQ(context, 42'437u);   // 35 * 1000 + 0 + 7437
  EXPECT_EQ(generated, 2'249u);  // 35 * 10 + 0 + 1899
  EXPECT_EQ(found->malformed, 12u);
  const std::vector<std::pair<std::size_t, std::string>> expected{
      {5, "2 columns in \"2023-11-16 18:17:05.0000000,100\": a line has 3"},
      {9, "4 columns in \"2023-11-16 18:17:06.0000000,100,5,7\": a line has 3"},
      {12, "ContextTokens is \"many\": it is a whole number, 0 to 10000000"},
      {16, "GeneratedTokens is \"-5\": it is a whole number, 0 to 10000000"},
      {20, "TIMESTAMP is \"2023-13-16 18:17:09.0000000\": write it as 2023-11-16 18:17:03.9799600"},
      {24, "TIMESTAMP is \"yesterday\": write it as 2023-11-16 18:17:03.9799600"},
      {28, "the line is empty"},
      {32, "ContextTokens is \"100.5\": it is a whole number, 0 to 10000000"},
      {36, "ContextTokens is \"99999999999\": it is a whole number, 0 to 10000000"},
      {40, "TIMESTAMP is \"TIMESTAMP\": write it as 2023-11-16 18:17:03.9799600"},
      {44, "TIMESTAMP is \"2023-02-29 18:17:15.0000000\": write it as 2023-11-16 18:17:03.9799600"},
      {47, "GeneratedTokens is \" 5\": it is a whole number, 0 to 10000000"},
  };
  ASSERT_EQ(found->examples.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(found->examples[i].number, expected[i].first);
    EXPECT_EQ(found->examples[i].why, expected[i].second);
  }
}

TEST(gateway_trace, times_count_from_the_first_request_across_midnight_and_new_year) {
  const auto found = read(std::string(header) +
                          "2023-12-31 23:59:59.5,1,1\n"
                          "2024-01-01 00:00:00.000000001,2,2\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->requests[0].at, 0ns);
  EXPECT_EQ(found->requests[1].at, 500'000'001ns);
}

TEST(gateway_trace, requests_are_put_in_order_of_time) {
  const auto found =
      read(std::string(header) + "2024-01-01 00:00:02,2,0\n2024-01-01 00:00:01,1,0\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->requests[0].context_tokens, 1u);
  EXPECT_EQ(found->requests[1].at, 1s);
}

TEST(gateway_trace, reading_stops_after_as_many_as_were_asked_for) {
  const auto found = read(std::string(header) +
                              "2024-01-01 00:00:01,1,0\nbroken\n"
                              "2024-01-01 00:00:02,2,0\nbroken\n",
                          2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->requests.size(), 2u);
  EXPECT_EQ(found->malformed, 1u);
}

TEST(gateway_trace, only_twenty_malformed_lines_are_kept_but_all_are_counted) {
  std::string text(header);
  for (int i = 0; i < 30; ++i) text += "broken\n";
  const auto found = read(text + "2024-01-01 00:00:01,1,0");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->malformed, 30u);
  EXPECT_EQ(found->examples.size(), 20u);
}

TEST(gateway_trace, what_is_no_trace_is_an_error_that_says_why) {
  const struct {
    std::string text;
    std::string_view id, says;
  } cases[] = {
      {"a,b,c\n1,2,3\n", "trace/header",
       "some.csv: line 1 is \"a,b,c\": a trace starts with the line "},
      {"", "trace/empty", "some.csv: no request in it (0 malformed lines)"},
      {std::string(header), "trace/empty", "no request in it (0 malformed lines)"},
      {std::string(header) + "x\ny", "trace/empty", "no request in it (2 malformed lines)"},
      {std::string("\0\x01\xFF", 3) + "\n", "trace/header", "line 1 is \"???\""},
  };
  for (const auto& each : cases) {
    const auto found = read(each.text);
    ASSERT_FALSE(found) << each.text;
    EXPECT_EQ(found.error().id, each.id);
    EXPECT_NE(found.error().text.find(each.says), std::string::npos) << found.error().text;
  }
  EXPECT_EQ(read_trace_file("no/such/file.csv", 1).error().id, "trace/open");
  EXPECT_NE(read_trace_file("/", 1).error().text.find("is a folder"), std::string::npos);
}

TEST(gateway_trace, made_up_requests_depend_on_the_seed_alone) {
  const trace a = make_trace(500, 7), b = make_trace(500, 7), other = make_trace(500, 8);
  ASSERT_EQ(a.requests.size(), 500u);
  bool equal = true, differs = false;
  for (std::size_t i = 0; i < 500; ++i) {
    equal = equal && a.requests[i].at == b.requests[i].at &&
            a.requests[i].context_tokens == b.requests[i].context_tokens;
    differs = differs || a.requests[i].context_tokens != other.requests[i].context_tokens;
    EXPECT_LE(i == 0 ? 0ns : a.requests[i - 1].at, a.requests[i].at);
  }
  EXPECT_TRUE(equal);
  EXPECT_TRUE(differs);
}

// ---- options ----

pantograph::result<options> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "gateway");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(gateway_options, are_read_with_a_blank_or_an_equals_sign) {
  const auto how =
      parse({"--trace", "a.csv", "--speed=2.5", "--seed", "9", "--requests=10", "--port", "0",
             "--threads=3", "--quiet", "--no-prometheus", "--errors", "0"});
  ASSERT_TRUE(how) << how.error().text;
  EXPECT_EQ(how->trace, "a.csv");
  EXPECT_EQ(how->speed, 2.5);
  EXPECT_EQ(how->seed, 9u);
  EXPECT_EQ(how->requests, 10u);
  EXPECT_EQ(how->port, 0);
  EXPECT_EQ(how->threads, 3u);
  EXPECT_EQ(how->errors, 0.0);
  EXPECT_TRUE(how->quiet);
  EXPECT_FALSE(how->prometheus);
}

TEST(gateway_options, that_are_wrong_are_named_with_what_is_allowed) {
  const struct {
    std::vector<const char*> arguments;
    std::string_view says;
  } cases[] = {
      {{"--sped", "2"}, "unknown argument \"--sped\""},
      {{"trace.csv"}, "unknown argument \"trace.csv\""},
      {{"--quiet=yes"}, "unknown argument \"--quiet=yes\""},
      {{"--speed"}, "--speed needs a value behind it"},
      {{"--speed", "fast"}, "--speed \"fast\": allowed is a number, 0.001 to 1000000"},
      {{"--speed", "0"}, "--speed \"0\": allowed is"},
      {{"--speed", "nan"}, "--speed \"nan\": allowed is"},
      {{"--threads", "65"}, "--threads \"65\": allowed is a whole number, 1 to 64"},
      {{"--threads", "-1"}, "--threads \"-1\": allowed is"},
      {{"--port", "65536"}, "--port \"65536\": allowed is a whole number, 0 to 65535"},
      {{"--requests", "1e3"}, "--requests \"1e3\": allowed is"},
      {{"--trace", ""}, "--trace \"\": allowed is the name of a file"},
      {{"--errors", "60", "--timeouts", "41"}, "together above 100"},
  };
  for (const auto& each : cases) {
    const auto how = parse(each.arguments);
    ASSERT_FALSE(how) << each.says;
    EXPECT_NE(how.error().text.find(each.says), std::string::npos) << how.error().text;
  }
}

TEST(gateway_options, each_one_is_in_the_help) {
  for (const std::string_view name :
       {"--trace", "--requests", "--seed", "--errors", "--timeouts", "--speed", "--threads",
        "--port", "--serve ", "--serve-seconds", "--no-prometheus", "--save", "--quiet",
        "--help"}) {
    EXPECT_NE(help_text().find(name), std::string::npos) << name;
  }
}

// ---- replay and summary ----

constexpr double at_once = 1e6;  // times real time

TEST(gateway_replay, every_field_of_the_four_schemas_is_reached) {
  auto all = std::make_unique<instruments>();
  const trace requests = make_trace(400, 1);
  pg::schemas::process_watch watch(all->process);
  all->tools.memory_usage_bytes.observe(pg::schemas::resident_memory);
  pg::exposition exposition;
  ASSERT_TRUE(exposition.add(all->tools));
  ASSERT_TRUE(exposition.add(all->llm));
  ASSERT_TRUE(exposition.add(all->http));
  ASSERT_TRUE(exposition.add(all->process));
  replay run(*all, requests.requests, {.speed = at_once, .threads = 2, .seed = 1, .rates = {}});
  run.wait();
  const exposed shown(exposition);
  std::size_t families = 0;
  const auto look = [&](const pg::schema_row& schema) {
    for (const pg::family_row& family : schema.families) {
      ++families;
      const std::string name(family.name);
      const bool histogram = family.kind == pg::metric_kind::histogram;
      EXPECT_NE(shown.text().find(std::string("\n").append(name).append(histogram ? "_count" : "")),
                std::string::npos)
          << name << " is not exported";
      // What is recorded has been recorded; what is observed from the system may be 0.
      const bool counts = family.kind == pg::metric_kind::counter || histogram;
      if (counts && family.form != pg::detail::value_form::callback) {
        EXPECT_GT(shown.sum(histogram ? name + "_count" : name), 0) << name << " was not recorded";
      }
    }
  };
  look(pg::catalog_of<tool_schema>);
  look(pg::catalog_of<pg::schemas::llm_client_metrics<>>);
  look(pg::catalog_of<pg::schemas::http_server_metrics<>>);
  look(pg::catalog_of<pg::schemas::process_metrics>);
  EXPECT_GT(families, 40u);
}

TEST(gateway_replay, calls_are_in_flight_until_their_time_has_passed_and_end_when_it_is_stopped) {
  auto all = std::make_unique<instruments>();
  // All arrive at once, and a millisecond of the trace takes a second: none ends while we look.
  const std::vector<request> requests(40, request{0ns, 100'000, 1'000});
  pg::exposition exposition;
  ASSERT_TRUE(exposition.add(all->tools));
  ASSERT_TRUE(exposition.add(all->http));
  replay run(*all, requests, {.speed = 0.001, .threads = 2, .seed = 1, .rates = {}});
  while (run.progress().started < 40) std::this_thread::yield();
  {
    const exposed shown(exposition);
    EXPECT_EQ(shown.sum("mcp_tool_executions_in_flight"), 40);
    EXPECT_EQ(shown.sum("mcp_active_connections"), 40);
    EXPECT_EQ(shown.sum("http_server_active_requests"), 40);
    EXPECT_GT(shown.sum("mcp_database_queries_in_flight"), 0);
    EXPECT_EQ(shown.sum("mcp_tool_execution_total"), 0);
  }
  run.stop();
  run.wait();
  const exposed shown(exposition);
  for (const char* name :
       {"mcp_tool_executions_in_flight", "mcp_active_connections", "http_server_active_requests",
        "mcp_database_queries_in_flight", "mcp_platform_api_calls_in_flight",
        "mcp_health_score_calculations_in_flight"}) {
    EXPECT_EQ(shown.sum(name), 0) << name;
  }
  EXPECT_EQ(shown.sum("mcp_tool_execution_total"), 40);
}

TEST(gateway_replay, stopped_early_it_starts_nothing_more) {
  auto all = std::make_unique<instruments>();
  const std::vector<request> requests{{0ns, 1, 1}, {1h, 1, 1}};
  replay run(*all, requests, {.speed = 1, .threads = 2, .seed = 1, .rates = {}});
  while (run.progress().started < 1) std::this_thread::yield();
  run.stop();
  run.wait();
  EXPECT_TRUE(run.results()[0].ended);
  EXPECT_FALSE(run.results()[1].ended);
}

// The durations recorded are the simulated ones exactly: their sum is known from the list.
TEST(gateway_replay, instruments_hold_the_simulated_durations_to_the_nanosecond) {
  for (const unsigned threads : {1u, 3u}) {
    auto all = std::make_unique<instruments>();
    const trace requests = make_trace(200, 3);
    pg::exposition exposition;
    ASSERT_TRUE(exposition.add(all->tools));
    replay run(*all, requests.requests,
               {.speed = at_once, .threads = threads, .seed = 3, .rates = {.1, .1}});
    run.wait();
    std::chrono::nanoseconds sum{};
    for (const ended_request& each : run.results()) sum += each.tool_time;
    EXPECT_NEAR(exposed(exposition).sum("mcp_tool_execution_duration_seconds_sum"),
                static_cast<double>(sum.count()) / 1e9, 1e-9);
  }
}

TEST(gateway_summary, counts_errors_by_kind_and_takes_nearest_ranks) {
  using pg::schemas::llm_error;
  using pg::schemas::outcome;
  std::vector<ended_request> list(101);
  for (std::size_t i = 0; i < 100; ++i) {  // 1 .. 100 ms, in another order
    list[i] = {.ended = true,
               .tool_time = ((i * 37) % 100 + 1) * 1ms,
               .model_time = ((i * 37) % 100 + 1) * 1s,
               .tool_outcome = outcome::success,
               .model_error = llm_error::success,
               .input_tokens = 10,
               .output_tokens = 2};
  }
  list[3].tool_outcome = outcome::error;
  list[4].tool_outcome = outcome::timeout;
  list[5].model_error = llm_error::rate_limit;
  list[6].model_error = llm_error::error;
  list[7].model_error = llm_error::timeout;
  pg::exposition nothing;
  const summary found = summarise(list, exposed(nothing));
  EXPECT_EQ(found.tool.calls, 100u);
  EXPECT_EQ(found.tool.errors, 1u);
  EXPECT_EQ(found.tool.timeouts, 1u);
  EXPECT_EQ(found.model.errors, 2u);
  EXPECT_EQ(found.model.timeouts, 1u);
  EXPECT_EQ(found.input_tokens, 1'000u);
  EXPECT_EQ(found.output_tokens, 200u);
  EXPECT_DOUBLE_EQ(found.tool.exact[0], 0.050);
  EXPECT_DOUBLE_EQ(found.tool.exact[1], 0.095);
  EXPECT_DOUBLE_EQ(found.tool.exact[2], 0.099);
  EXPECT_DOUBLE_EQ(found.model.exact[1], 95);
  EXPECT_TRUE(std::isnan(found.tool.estimated[0]));
  // The last ten are 5 16 27 31 42 53 64 68 79 90 ms; ranks 5, 9.5 and 9.9 are the 5th, 10th and
  // 10th.
  const summary ten = summarise({list.data() + 90, 10}, exposed(nothing));
  EXPECT_DOUBLE_EQ(ten.tool.exact[0], 0.042);
  EXPECT_DOUBLE_EQ(ten.tool.exact[1], 0.090);
  EXPECT_DOUBLE_EQ(ten.tool.exact[2], 0.090);
  // The instruments recorded nothing, so that they differ wherever the list is not 0.
  EXPECT_EQ(found.differences.size(), 10u);
}

struct sample_metrics {
  pg::histogram<pg::seconds, pg::buckets(1s, 2s, 4s)> wait_seconds{"Waiting."};
  pg::counter<> wait_total{"Waits."};
};

TEST(gateway_summary, quantiles_are_interpolated_within_a_bucket_as_prometheus_does) {
  sample_metrics metrics;
  pg::exposition exposition;
  ASSERT_TRUE(exposition.add(metrics));
  // 2 up to 1 s, 4 more up to 2 s, 2 more up to 4 s, 2 beyond.
  for (const auto value : {1s, 1s, 2s, 2s, 2s, 2s, 3s, 3s, 9s, 9s})
    metrics.wait_seconds.observe(value);
  metrics.wait_total.increment(3);
  const exposed shown(exposition);
  EXPECT_DOUBLE_EQ(shown.quantile("sample_wait_seconds", 0.1), 0.5);  // rank 1 of 2, 0 .. 1 s
  EXPECT_DOUBLE_EQ(shown.quantile("sample_wait_seconds", 0.4), 1.5);  // rank 4: 2 of 4, 1 .. 2 s
  EXPECT_DOUBLE_EQ(shown.quantile("sample_wait_seconds", 0.7), 3);    // rank 7: 1 of 2, 2 .. 4 s
  EXPECT_DOUBLE_EQ(shown.quantile("sample_wait_seconds", 0.95), 4);   // beyond the last bound
  EXPECT_DOUBLE_EQ(shown.sum("sample_wait_total"), 3);
  EXPECT_DOUBLE_EQ(shown.sum("sample_wait_seconds_count"), 10);
  EXPECT_DOUBLE_EQ(shown.sum("sample_wait"), 0);  // a longer name is another family
}

}  // namespace
}  // namespace gateway
