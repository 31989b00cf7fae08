// SPDX-License-Identifier: Apache-2.0
//
// The ready-made schema of a client of language models. Names, labels and buckets are
// OpenTelemetry's (semantic conventions 1.41, "Generative AI client metrics"), written out here by
// hand.

#include <pantograph/schemas/llm_client.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <algorithm>
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
using namespace std::chrono_literals;
using schemas::gen_ai_operation;
using schemas::gen_ai_provider;
using schemas::llm_error;

namespace {

using llm_metrics = schemas::llm_client_metrics<>;
static_assert(sizeof(schemas::llm_call<llm_metrics>) <= 600);

const std::string chat_labels =
    "{gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"anthropic\","
    "gen_ai_request_model=\"claude\",gen_ai_response_model=";

auto begin_chat(llm_metrics& llm) {
  return llm.begin({.gen_ai_operation_name = gen_ai_operation::chat,
                    .gen_ai_provider_name = gen_ai_provider::anthropic,
                    .gen_ai_request_model = "claude"});
}

TEST(llm_client, has_the_names_of_the_convention) {
  std::set<std::string_view> offered;
  for (const pg::family_row& row : pg::catalog_of<llm_metrics>.families) offered.insert(row.name);
  EXPECT_EQ(offered, (std::set<std::string_view>{
                         "gen_ai_client_token_usage", "gen_ai_client_operation_duration_seconds",
                         "gen_ai_client_operation_time_to_first_chunk_seconds",
                         "gen_ai_client_operation_time_per_output_chunk_seconds"}));
}

TEST(llm_client, has_the_buckets_of_the_convention) {
  const std::vector<std::int64_t> token_bounds{
      1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864};
  const std::vector<std::int64_t> nanoseconds{
      10'000'000,     20'000'000,     40'000'000,     80'000'000,    160'000'000,
      320'000'000,    640'000'000,    1'280'000'000,  2'560'000'000, 5'120'000'000,
      10'240'000'000, 20'480'000'000, 40'960'000'000, 81'920'000'000};
  for (const pg::family_row& row : pg::catalog_of<llm_metrics>.families) {
    const auto& expected = row.name == "gen_ai_client_token_usage" ? token_bounds : nanoseconds;
    EXPECT_TRUE(std::ranges::equal(row.integer_bounds, expected)) << row.name;
  }
}

TEST(llm_client, spells_providers_as_the_convention_does) {
  const auto& spelled = pg::detail::enumerators_of<gen_ai_provider>;
  const auto text_of = [&](gen_ai_provider of) { return spelled[static_cast<std::size_t>(of)]; };
  EXPECT_EQ(text_of(gen_ai_provider::anthropic), "anthropic");
  EXPECT_EQ(text_of(gen_ai_provider::aws_bedrock), "aws.bedrock");
  EXPECT_EQ(text_of(gen_ai_provider::azure_ai_inference), "azure.ai.inference");
  EXPECT_EQ(text_of(gen_ai_provider::azure_ai_openai), "azure.ai.openai");
  EXPECT_EQ(text_of(gen_ai_provider::cohere), "cohere");
  EXPECT_EQ(text_of(gen_ai_provider::deepseek), "deepseek");
  EXPECT_EQ(text_of(gen_ai_provider::gcp_gemini), "gcp.gemini");
  EXPECT_EQ(text_of(gen_ai_provider::gcp_gen_ai), "gcp.gen_ai");
  EXPECT_EQ(text_of(gen_ai_provider::gcp_vertex_ai), "gcp.vertex_ai");
  EXPECT_EQ(text_of(gen_ai_provider::groq), "groq");
  EXPECT_EQ(text_of(gen_ai_provider::ibm_watsonx_ai), "ibm.watsonx.ai");
  EXPECT_EQ(text_of(gen_ai_provider::mistral_ai), "mistral_ai");
  EXPECT_EQ(text_of(gen_ai_provider::openai), "openai");
  EXPECT_EQ(text_of(gen_ai_provider::perplexity), "perplexity");
  EXPECT_EQ(text_of(gen_ai_provider::x_ai), "x_ai");
  EXPECT_EQ(text_of(gen_ai_provider::other), "_OTHER");
}

TEST(llm_client, records_a_call_and_its_tokens_when_the_scope_ends) {
  llm_metrics llm;
  {
    auto call = begin_chat(llm);
    std::string model = "claude-4-5";
    call.response_model(model);
    model = "gone by the end";
    call.input_tokens(1024);  // le="1024.0": bounds are inclusive
    call.output_tokens(0);
  }
  const auto seen = scrapes::of_object(llm);
  const std::string labels = chat_labels + "\"claude-4-5\"";
  EXPECT_EQ(
      seen.at("gen_ai_client_operation_duration_seconds_count" + labels + ",error_type=\"none\"}"),
      1);
  EXPECT_EQ(seen.at("gen_ai_client_token_usage_sum" + labels + ",gen_ai_token_type=\"input\"}"),
            1024);
  EXPECT_EQ(seen.at("gen_ai_client_token_usage_bucket" + labels +
                    ",gen_ai_token_type=\"input\",le=\"256.0\"}"),
            0);
  EXPECT_EQ(seen.at("gen_ai_client_token_usage_bucket" + labels +
                    ",gen_ai_token_type=\"input\",le=\"1024.0\"}"),
            1);
  EXPECT_EQ(seen.at("gen_ai_client_token_usage_count" + labels + ",gen_ai_token_type=\"output\"}"),
            1);
  EXPECT_EQ(seen.at("gen_ai_client_token_usage_bucket" + labels +
                    ",gen_ai_token_type=\"output\",le=\"1.0\"}"),
            1);
}

TEST(llm_client, reports_no_tokens_and_no_chunks_that_nobody_told) {
  llm_metrics llm;
  { auto call = begin_chat(llm); }
  for (const auto& [series, value] : scrapes::of_object(llm).samples) {
    EXPECT_TRUE(series.starts_with("gen_ai_client_operation_duration_seconds")) << series;
  }
}

TEST(llm_client, names_the_error_of_a_call) {
  llm_metrics llm;
  begin_chat(llm).end(llm_error::rate_limit);
  try {
    auto call = begin_chat(llm);
    throw std::runtime_error("connection reset");
  } catch (const std::runtime_error&) {
  }
  const auto seen = scrapes::of_object(llm);
  const std::string count = "gen_ai_client_operation_duration_seconds_count" + chat_labels;
  EXPECT_EQ(seen.at(count + "\"unknown\",error_type=\"rate_limit\"}"), 1);
  EXPECT_EQ(seen.at(count + "\"unknown\",error_type=\"_OTHER\"}"), 1);
  EXPECT_FALSE(seen.has(count + "\"unknown\",error_type=\"none\"}"));
}

TEST(llm_client, times_the_chunks_of_a_stream) {
  llm_metrics llm;
  {
    auto call = begin_chat(llm);
    call.response_model("claude-4-5");
    for (int i = 0; i < 4; ++i) call.chunk();
  }
  const auto seen = scrapes::of_object(llm);
  const std::string labels = chat_labels + "\"claude-4-5\"}";
  EXPECT_EQ(seen.at("gen_ai_client_operation_time_to_first_chunk_seconds_count" + labels), 1);
  EXPECT_EQ(seen.at("gen_ai_client_operation_time_per_output_chunk_seconds_count" + labels), 3);
}

// Time stands still until the test moves it.
struct set_clock {
  static inline std::uint64_t nanoseconds = 0;
  static void pass(std::chrono::nanoseconds time) {
    nanoseconds += static_cast<std::uint64_t>(time.count());
  }
  static std::uint64_t now() noexcept { return nanoseconds; }
  static std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) noexcept { return to - from; }
};
struct with_set_clock : schemas::llm_client_defaults {
  using clock = set_clock;
};

TEST(llm_client, divides_a_streams_time_among_its_chunks) {
  schemas::llm_client_metrics<with_set_clock> llm;
  auto call = llm.begin({.gen_ai_operation_name = gen_ai_operation::chat,
                         .gen_ai_provider_name = gen_ai_provider::anthropic,
                         .gen_ai_request_model = "claude"});
  set_clock::pass(500ms);
  call.chunk();
  set_clock::pass(20ms);
  call.chunk();
  set_clock::pass(30ms);
  call.chunk();
  set_clock::pass(1s);  // from the last chunk to the end: in the duration alone
  call.end();
  const auto seen = scrapes::of_object(llm);
  const std::string first = "gen_ai_client_operation_time_to_first_chunk_seconds",
                    later = "gen_ai_client_operation_time_per_output_chunk_seconds",
                    all = "gen_ai_client_operation_duration_seconds",
                    labels = chat_labels + "\"unknown\"";
  EXPECT_EQ(seen.at(first + "_sum" + labels + "}"), 0.5);
  EXPECT_EQ(seen.at(first + "_bucket" + labels + ",le=\"0.32\"}"), 0);
  EXPECT_EQ(seen.at(first + "_bucket" + labels + ",le=\"0.64\"}"), 1);
  EXPECT_EQ(seen.at(later + "_sum" + labels + "}"), 0.05);
  EXPECT_EQ(seen.at(later + "_bucket" + labels + ",le=\"0.02\"}"), 1);
  EXPECT_EQ(seen.at(later + "_bucket" + labels + ",le=\"0.04\"}"), 2);
  EXPECT_EQ(seen.at(all + "_sum" + labels + ",error_type=\"none\"}"), 1.55);
}

TEST(llm_client, takes_a_model_without_a_name_as_unknown) {
  llm_metrics llm;
  llm.begin({.gen_ai_operation_name = gen_ai_operation::embeddings,
             .gen_ai_provider_name = gen_ai_provider::other,
             .gen_ai_request_model = ""})
      .end();
  EXPECT_EQ(
      scrapes::of_object(llm).at(
          "gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name=\"embeddings\","
          "gen_ai_provider_name=\"_OTHER\",gen_ai_request_model=\"unknown\","
          "gen_ai_response_model=\"unknown\",error_type=\"none\"}"),
      1);
}

TEST(llm_client, moves_a_call_to_another_thread_and_ends_it_once) {
  llm_metrics llm;
  auto call = begin_chat(llm);
  call.input_tokens(5);
  std::thread([moved = std::move(call)]() mutable { moved.end(llm_error::timeout); }).join();
  call.end();  // NOLINT: moved from, so nothing
  const auto seen = scrapes::of_object(llm);
  EXPECT_EQ(seen.at("gen_ai_client_operation_duration_seconds_count" + chat_labels +
                    "\"unknown\",error_type=\"timeout\"}"),
            1);
  EXPECT_FALSE(seen.has("gen_ai_client_operation_duration_seconds_count" + chat_labels +
                        "\"unknown\",error_type=\"none\"}"));
  EXPECT_EQ(seen.at("gen_ai_client_token_usage_sum" + chat_labels +
                    "\"unknown\",gen_ai_token_type=\"input\"}"),
            5);
}

enum class vendor { in_house, rented };
enum class failure { success, error, out_of_memory };
struct own_words : schemas::llm_client_defaults {
  using provider = vendor;
  using error_type = failure;
  static constexpr std::size_t series = 2;
  static constexpr pg::slow_after slow_call{.warn = 1ns};
};

std::vector<std::string> told;
TEST(llm_client, takes_words_and_thresholds_of_ones_own) {
  schemas::llm_client_metrics<own_words> llm;
  told.clear();
  pg::on_slow_operation([](const pg::ended_operation& ended) noexcept {
    std::string line(ended.operation);
    for (const pg::label_text& label : ended.labels) (line += ' ') += label.value;
    told.push_back((line += ' ') += ended.outcome);
  });
  const auto one = [&](std::string_view model) {
    return llm.begin({.gen_ai_operation_name = gen_ai_operation::chat,
                      .gen_ai_provider_name = vendor::in_house,
                      .gen_ai_request_model = model});
  };
  one("a").end(failure::out_of_memory);
  pg::on_slow_operation(nullptr);
  for (const char* model : {"b", "c", "d"}) one(model).end();
  EXPECT_EQ(told, std::vector<std::string>{"llm_call chat in_house a unknown out_of_memory"});
  const auto seen = scrapes::of_object(llm);
  EXPECT_EQ(seen.at("gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name=\"chat\","
                    "gen_ai_provider_name=\"in_house\",gen_ai_request_model=\"a\","
                    "gen_ai_response_model=\"unknown\",error_type=\"out_of_memory\"}"),
            1);
  EXPECT_EQ(
      seen.at("gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name=\"other\","
              "gen_ai_provider_name=\"other\",gen_ai_request_model=\"other\","
              "gen_ai_response_model=\"other\",error_type=\"other\"}"),
      2)
      << "c and d are beyond the bound";
}

}  // namespace
