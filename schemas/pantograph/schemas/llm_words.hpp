// SPDX-License-Identifier: Apache-2.0
#pragma once

// The words of OpenTelemetry's generative AI conventions as labels (semantic conventions 1.41, read
// 2026-11), spelled as they are on the wire: gen_ai_provider::aws_bedrock is "aws.bedrock".

#include <array>
#include <string_view>

#include <pantograph/schema/label.hpp>

namespace pantograph::schemas {

enum class gen_ai_operation {
  chat,
  embeddings,
  execute_tool,
  invoke_agent,
  invoke_workflow,
  retrieval,
  generate_content,
  text_completion,
  create_agent
};

// Whose API is called. `_OTHER` is any that the convention does not list.
enum class gen_ai_provider {
  anthropic,
  aws_bedrock,
  azure_ai_inference,
  azure_ai_openai,
  cohere,
  deepseek,
  gcp_gemini,
  gcp_gen_ai,
  gcp_vertex_ai,
  groq,
  ibm_watsonx_ai,
  mistral_ai,
  openai,
  perplexity,
  x_ai,
  other
};

enum class gen_ai_token { input, output };

// Why a call failed. The convention leaves the words open but for `_OTHER`, and has no label at all
// on success; labels here are always there, so success is the word `none`.
enum class llm_error {
  success,
  error,  // any that is not below
  timeout,
  rate_limit,
  overloaded,
  authentication,
  invalid_request,
  content_filter,
  cancelled
};

}  // namespace pantograph::schemas

namespace pantograph {

template <>
inline constexpr std::array<std::string_view, 16> spelling<schemas::gen_ai_provider>{
    "anthropic",
    "aws.bedrock",
    "azure.ai.inference",
    "azure.ai.openai",
    "cohere",
    "deepseek",
    "gcp.gemini",
    "gcp.gen_ai",
    "gcp.vertex_ai",
    "groq",
    "ibm.watsonx.ai",
    "mistral_ai",
    "openai",
    "perplexity",
    "x_ai",
    "_OTHER"};

template <>
inline constexpr std::array<std::string_view, 9> spelling<schemas::llm_error>{
    "none",           "_OTHER",          "timeout",        "rate_limit", "overloaded",
    "authentication", "invalid_request", "content_filter", "cancelled"};

}  // namespace pantograph
