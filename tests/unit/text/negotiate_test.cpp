// SPDX-License-Identifier: Apache-2.0
//
// Content negotiation: what real Prometheus servers send, what RFC 9110 says about weights and
// precedence, and what hostile clients try. Most of it is decided by the compiler.

#include <pantograph/text/negotiate.hpp>

#include <gtest/gtest.h>

#include <pantograph/text/sink.hpp>

#include <cstdint>
#include <string>

namespace {

using pantograph::negotiate;
using pantograph::text_format;

constexpr text_format prometheus = text_format::prometheus_0_0_4;
constexpr text_format openmetrics = text_format::openmetrics_1_0;

static_assert(content_type(prometheus) == "text/plain; version=0.0.4; charset=utf-8");
static_assert(content_type(openmetrics) ==
              "application/openmetrics-text; version=1.0.0; charset=utf-8");

// ---- what Prometheus sends (prometheus/prometheus, scrape/scrape_test.go) ----

// 2.42, the Prometheus of Debian 12.
static_assert(negotiate("application/openmetrics-text;version=1.0.0,"
                        "application/openmetrics-text;version=0.0.1;q=0.75,"
                        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1") == openmetrics);
// 2.30: asks for OpenMetrics 0.0.1, which is not spoken here.
static_assert(negotiate("application/openmetrics-text; version=0.0.1,"
                        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1") == prometheus);
// 3.x, with UTF-8 names allowed.
static_assert(negotiate("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        "application/openmetrics-text;version=0.0.1;q=0.5,"
                        "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                        "text/plain;version=0.0.4;q=0.3,*/*;q=0.2") == openmetrics);
// 3.x, PrometheusProto first (native histograms): protobuf is not offered here.
static_assert(negotiate("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                        "encoding=delimited;q=0.6,"
                        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                        "application/openmetrics-text;version=0.0.1;q=0.4,"
                        "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
                        "text/plain;version=0.0.4;q=0.2,*/*;q=0.1") == openmetrics);
// 3.x, scrape_protocols: [PrometheusText1.0.0, PrometheusText0.0.4]: OpenMetrics only by */*.
static_assert(negotiate("text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        "text/plain;version=0.0.4;q=0.5,*/*;q=0.4") == prometheus);

// ---- no wish, or none that can be met ----

static_assert(negotiate("") == prometheus);
static_assert(negotiate("*/*") == prometheus, "curl");
static_assert(negotiate("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8") ==
                  prometheus,
              "a browser");
static_assert(negotiate("application/json") == prometheus, "never 406");
static_assert(negotiate("text/plain;q=0, application/openmetrics-text;q=0") == prometheus);
static_assert(negotiate("application/openmetrics-text, text/plain") == prometheus, "a tie");
static_assert(negotiate("application/openmetrics-text;q=0.5, text/plain;q=0.500") == prometheus,
              "a tie, written twice");

// ---- weights and precedence (RFC 9110, 12.4.2 and 12.5.1) ----

static_assert(negotiate("application/openmetrics-text") == openmetrics);
static_assert(negotiate("application/*") == openmetrics);
static_assert(negotiate("text/*, application/*;q=0.9") == prometheus);
static_assert(negotiate("text/*;q=0.8, application/*;q=0.9") == openmetrics);
static_assert(negotiate("text/plain;q=0.1, */*") == openmetrics,
              "the most specific range decides, not the largest weight");
static_assert(negotiate("*/*, text/plain;q=0.1") == openmetrics, "in any order");
static_assert(negotiate("application/openmetrics-text;version=1.0.0;q=0.1, "
                        "application/openmetrics-text, text/plain;q=0.5") == prometheus,
              "a range with the version is more specific than one without");
static_assert(negotiate("text/plain;q=0.9, text/plain;q=0.1, application/openmetrics-text;q=0.5") ==
                  prometheus,
              "of two equally specific ranges the larger weight");
static_assert(negotiate("text/plain;q=0, */*;q=0.1") == openmetrics, "q=0 refuses");
static_assert(negotiate("text/plain;q=0.998, application/openmetrics-text;q=0.999") == openmetrics);
static_assert(negotiate("text/plain;q=0.999, application/openmetrics-text;q=1.000") == openmetrics);
static_assert(negotiate("APPLICATION/OpenMetrics-Text;Version=1.0.0;Q=0.9, text/plain;q=0.8") ==
                  openmetrics,
              "types and parameter names know no case");
static_assert(
    negotiate("  application/openmetrics-text ;\tversion=1.0.0 ; q=0.9 ,text/plain;q=0.1") ==
        openmetrics,
    "blanks around the parts");
static_assert(negotiate(",, application/openmetrics-text ,,") == openmetrics, "empty elements");
static_assert(negotiate("application/openmetrics-text;version=\"1.0.0\"") == openmetrics, "quoted");
static_assert(negotiate("application/openmetrics-text;version=2.0.0") == prometheus);
static_assert(negotiate("application/json;a=\"x, text/plain;q=1\", application/*;q=0.5") ==
                  openmetrics,
              "a comma in quotes divides nothing");
static_assert(negotiate("application/json;a=\"\\\", text/plain;q=1\", application/*;q=0.5") ==
                  openmetrics,
              "nor does an escaped quote end the quotes");

// ---- broken elements count as not written; the others stand ----

static_assert(negotiate("application/openmetrics-text;q=1.5") == prometheus);
static_assert(negotiate("application/openmetrics-text;q=2") == prometheus);
static_assert(negotiate("application/openmetrics-text;q=-1") == prometheus);
static_assert(negotiate("application/openmetrics-text;q=") == prometheus);
static_assert(negotiate("application/openmetrics-text;q") == prometheus);
static_assert(negotiate("application/openmetrics-text;q=nan") == prometheus);
static_assert(negotiate("application/openmetrics-text;q=1.0001") == prometheus);
static_assert(negotiate("application/openmetrics-text;q=0.5x") == prometheus);
static_assert(negotiate("text/plain;q=9, application/openmetrics-text;q=0.1") == openmetrics);
static_assert(negotiate("application/openmetrics-text;version=\"1.0.0") == prometheus,
              "open quote");
static_assert(negotiate("application/openmetrics-text;q=0.00001") == openmetrics,
              "more decimals than the RFC allows are read, and a little is not nothing");
static_assert(negotiate("application/openmetrics-text;q=0.3333333333333333, text/plain;q=0.333") ==
                  prometheus,
              "the fourth decimal is not compared");

TEST(negotiate, joins_several_accept_fields_into_one_list) {
  pantograph::accept_negotiation negotiation;
  EXPECT_EQ(negotiation.chosen(), prometheus);
  negotiation.consider("text/plain;q=0.5");
  EXPECT_EQ(negotiation.chosen(), prometheus);
  negotiation.consider("application/openmetrics-text;q=0.6");
  EXPECT_EQ(negotiation.chosen(), openmetrics);
  negotiation.consider("text/plain;version=0.0.4;q=0.7");
  EXPECT_EQ(negotiation.chosen(), prometheus);
}

TEST(negotiate, survives_huge_values) {
  const std::string digits(100'000, '9');
  EXPECT_EQ(negotiate("application/openmetrics-text;q=0." + digits), openmetrics);
  EXPECT_EQ(negotiate("application/openmetrics-text;q=" + digits), prometheus);
  EXPECT_EQ(negotiate("application/openmetrics-text;version=" + digits), prometheus);
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "a/b;q=0.1,";
  EXPECT_EQ(negotiate(many + "application/openmetrics-text"), openmetrics);
  EXPECT_EQ(negotiate(std::string(100'000, ',')), prometheus);
  EXPECT_EQ(negotiate(std::string(100'000, ';')), prometheus);
  EXPECT_EQ(negotiate(std::string(100'001, '"')), prometheus);
  EXPECT_EQ(negotiate(std::string(100'000, '\\')), prometheus);
}

// Seeded, so that a failure repeats. What is checked is the sanitizers' business, and that whatever
// came out is one of the two formats.
TEST(negotiate, survives_any_bytes) {
  constexpr std::string_view pieces[] = {"text/plain",
                                         "application/openmetrics-text",
                                         "*/*",
                                         ";",
                                         ",",
                                         "q=",
                                         "q=0.5",
                                         "version=1.0.0",
                                         "\"",
                                         "\\",
                                         " ",
                                         "=",
                                         "0",
                                         ".",
                                         "9",
                                         "\xFF",
                                         std::string_view("\0", 1)};
  std::uint64_t state = 0x2545F4914F6CDD1D;
  const auto next = [&] {  // xorshift64
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint64_t n = next() % 24; n > 0; --n) text += pieces[next() % std::size(pieces)];
    const text_format chosen = negotiate(text);
    ASSERT_TRUE(chosen == prometheus || chosen == openmetrics) << text;
  }
}

TEST(text_sink, passes_chunks_to_a_callable_and_its_verdict_back) {
  std::string kept;
  auto until_full = [&](std::string_view chunk) {
    kept += chunk;
    return kept.size() < 6;
  };
  const pantograph::text_sink sink = pantograph::sink_to(until_full);
  EXPECT_TRUE(sink.write(sink.context, "abc", 3));
  EXPECT_FALSE(sink.write(sink.context, "def", 3));
  EXPECT_EQ(kept, "abcdef");

  const auto silent = [&](std::string_view chunk) { kept += chunk; };
  const pantograph::text_sink goes_on = pantograph::sink_to(silent);
  EXPECT_TRUE(goes_on.write(goes_on.context, "!", 1));
  EXPECT_EQ(kept, "abcdef!");
}

}  // namespace
