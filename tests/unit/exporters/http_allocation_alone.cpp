// SPDX-License-Identifier: Apache-2.0
// labels: unit unsanitized
//
// After the first scrapes the endpoint's thread allocates nothing: not for a scrape, not for other
// pages, not for refusals, not for a new connection. Counted by replacing malloc (glibc only), so
// this is a program of its own; sanitizers bring their own malloc.

#include <pantograph/exporters/http.hpp>

#include <gtest/gtest.h>

#include "http_client.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

extern "C" {
void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;
}

namespace {
// Set on the endpoint's thread by the first text it writes.
constinit thread_local bool watched = false;
constinit std::atomic<std::uint64_t> allocations{0};

void count() noexcept {
  if (watched) allocations.fetch_add(1, std::memory_order_relaxed);
}
}  // namespace

extern "C" {
void* malloc(std::size_t size) noexcept {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t items, std::size_t size) noexcept {
  count();
  return __libc_calloc(items, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  count();
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  count();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  count();
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? 12 : 0;  // ENOMEM
}
}

namespace {

using http_testing::client;
using namespace pantograph;

struct steady_text {
  std::string text = std::string(1'000'000, '#') + "\n";
  bool allocate = false;
  void write(text_sink sink, text_format, std::chrono::nanoseconds) {
    watched = true;
    if (allocate) ::operator delete(::operator new(1000));
    for (std::size_t at = 0; at < text.size(); at += largest_text_chunk) {
      const std::size_t size = std::min(largest_text_chunk, text.size() - at);
      if (!sink.write(sink.context, text.data() + at, size)) return;
    }
  }
};

TEST(http_allocation, happens_only_before_the_first_scrapes_are_done) {
  steady_text text;
  exporters::http_endpoint endpoint;
  ASSERT_TRUE(endpoint.start(text, {.port = 0}));
  client kept(endpoint.port());
  client other(endpoint.port());
  const auto one_round = [&] {
    ASSERT_EQ(kept.get("/metrics").body.size(), 1'000'001u);
    ASSERT_EQ(other.get("/metrics", "Accept: application/openmetrics-text\r\n").status, 200);
    ASSERT_EQ(kept.get("/health").status, 200);
    ASSERT_EQ(kept.get("/").status, 200);
    ASSERT_EQ(kept.get("/none").status, 404);
    client fresh(endpoint.port());
    ASSERT_EQ(fresh.get("/metrics", "Connection: close\r\n").status, 200);
    client wrong(endpoint.port());
    wrong.send("nonsense\r\n\r\n");
    ASSERT_EQ(wrong.receive().status, 400);
  };
  for (int i = 0; i < 10; ++i) one_round();
  const std::uint64_t before = allocations.load();
  EXPECT_GT(before, 0u) << "the count does not count";
  for (int i = 0; i < 50; ++i) one_round();
  EXPECT_EQ(allocations.load() - before, 0u);

  text.allocate = true;  // proof that an allocation on that thread would have been seen
  one_round();
  EXPECT_GE(allocations.load() - before, 3u);
}

}  // namespace
