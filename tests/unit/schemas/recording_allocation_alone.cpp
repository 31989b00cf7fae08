// SPDX-License-Identifier: Apache-2.0
// labels: unit unsanitized
//
// The ready-made schemas allocate nothing after the first time: neither when their calls are
// recorded nor when the process is read for a scrape. Counted by replacing malloc (glibc only), so
// this is a program of its own; sanitizers bring their own malloc.

#include <pantograph/schemas/http_server.hpp>
#include <pantograph/schemas/llm_client.hpp>
#include <pantograph/schemas/process.hpp>
#include <pantograph/schemas/tool_server.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

extern "C" {
void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;
}

namespace {
constinit thread_local std::uint64_t allocations = 0;
}

extern "C" {
void* malloc(std::size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t items, std::size_t size) noexcept {
  ++allocations;
  return __libc_calloc(items, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  ++allocations;
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? 12 : 0;  // ENOMEM
}
}

namespace {

namespace pg = pantograph;
namespace schemas = pantograph::schemas;

TEST(schemas_allocation, happens_only_the_first_time) {
  schemas::tool_server_metrics tools;
  schemas::http_server_metrics http;
  schemas::llm_client_metrics llm;
  schemas::process_metrics process;
  const schemas::process_watch watch(process);
  auto list = schemas::monitored(tools, tools.tool_execution, {.tool_name = "list"}, [] {});

  const auto one_round = [&] {
    tools.monitor_tool_execution("search", [] {});
    list();
    tools.monitor_database_query(schemas::query_type::insert, [] {});
    tools.monitor_api_call("zendesk", "create_ticket", [] {});
    tools.record_cache_hit("redis");
    tools.record_error("quota");
    auto request = http.begin("GET");
    request.route("/users/{id}");
    request.request_size(10);
    request.end();
    auto call = llm.begin({.gen_ai_operation_name = schemas::gen_ai_operation::chat,
                           .gen_ai_provider_name = schemas::gen_ai_provider::openai,
                           .gen_ai_request_model = "small"});
    call.chunk();
    call.chunk();
    call.input_tokens(7);
    call.end();
  };
  one_round();
  std::uint64_t before = allocations;
  for (int i = 0; i < 100; ++i) one_round();
  EXPECT_EQ(allocations - before, 0u) << "while recording";

  pg::exposition exposition;
  exposition.add(process);
  std::size_t bytes = 0;
  auto count = [&](std::string_view chunk) { bytes += chunk.size(); };
  const auto scrape = [&] {
    exposition.write(pg::sink_to(count), pg::text_format::openmetrics_1_0);
    exposition.write(pg::sink_to(count), pg::text_format::prometheus_0_0_4);
  };
  scrape();
  before = allocations;
  for (int i = 0; i < 10; ++i) scrape();
  EXPECT_EQ(allocations - before, 0u) << "while scraping";
  EXPECT_GT(bytes, 10'000u);

  schemas::detail::process_reader fresh(true, true);  // a new one reads at once, all of it
  before = allocations;
  EXPECT_TRUE(schemas::detail::is_known(fresh.read().resident_bytes));
  EXPECT_EQ(allocations - before, 0u) << "while reading the process";

  before = allocations;
  void* volatile seen = ::operator new(100);  // volatile, so that no compiler leaves it out
  ::operator delete(seen);
  EXPECT_EQ(allocations - before, 1u) << "the count does not count";
}

}  // namespace
