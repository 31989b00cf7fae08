// SPDX-License-Identifier: Apache-2.0
// labels: unit unsanitized
//
// Recording takes no memory and no lock, once instrument and thread have their cells; and a scrape
// takes no memory after the first. Counted by replacing malloc and its kin, mmap and
// pthread_mutex_lock (glibc), so this is a program of its own; sanitizers bring their own of these.
// Beside the calls, the process' address space is looked at before and after: whatever way memory
// came (brk inside libc, for one), it shows there.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "everything.hpp"
#include "scrape.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>

extern "C" {
void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;
}

namespace {

struct call_counts {
  std::uint64_t allocations = 0, mappings = 0, locks = 0;
  friend bool operator==(const call_counts&, const call_counts&) = default;
};
constinit thread_local call_counts calls;

}  // namespace

// operator new calls malloc; aligned new calls aligned_alloc.
extern "C" {
void* malloc(std::size_t size) noexcept {
  ++calls.allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t items, std::size_t size) noexcept {
  ++calls.allocations;
  return __libc_calloc(items, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  ++calls.allocations;
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  ++calls.allocations;
  return __libc_memalign(alignment, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  ++calls.allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  ++calls.allocations;
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? 12 : 0;  // ENOMEM
}

void* mmap(void* at, std::size_t size, int protection, int flags, int file, off_t offset) noexcept {
  ++calls.mappings;
  return reinterpret_cast<void*>(syscall(SYS_mmap, at, size, protection, flags, file, offset));
}

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  using function = int (*)(pthread_mutex_t*);
  static std::atomic<function> real{nullptr};
  function found = real.load(std::memory_order_relaxed);
  if (found == nullptr) {
    found = reinterpret_cast<function>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    real.store(found, std::memory_order_relaxed);
  }
  ++calls.locks;
  return found(mutex);
}
}

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using everything::all_metrics;
using everything::step;

struct by_two_texts {
  pg::label<pg::text> agent;
  pg::label<pg::text> model;
};
enum class outcome { success, error };
struct ended_call {
  pg::label<pg::text> agent;
  pg::label<outcome> status;
};
struct call_labels {
  pg::label<pg::text> agent;
};

struct more_metrics {
  static constexpr std::string_view prefix = "more";
  pg::counter<by_two_texts, pg::at_most<2>> pairs_total{"Bound of two."};
  pg::counter<ended_call, pg::at_most<8>> calls_total{"Calls."};
  pg::histogram<pg::seconds, pg::log_buckets(1us, 10s, 20), call_labels, pg::at_most<8>>
      call_duration_seconds{"Times."};
  pg::up_down<call_labels, pg::at_most<8>> calls_in_flight{"In flight."};
  pg::runtime_metrics<pg::at_most<2>> bounded{"Bound of two."};
  pg::info<everything::build> build_info{"What runs."};
  pg::observed_gauge<> heap_size{"Observed."};
  pg::observed_counter<everything::by_step> seen_total{"Observed by step."};
};

inline constexpr auto a_call = pg::operation_of(
    "a call", &more_metrics::calls_total, &more_metrics::call_duration_seconds,
    &more_metrics::calls_in_flight, &ended_call::status, pg::slow_after{.warn = 1ns, .error = 1h});

constinit std::atomic<unsigned> hooks_called{0};
void count_hook(const pg::ended_operation&) noexcept { ++hooks_called; }

std::uint64_t address_space_pages() {
  // Without stdio, which allocates.
  char text[64] = {};
  const int file = static_cast<int>(syscall(SYS_open, "/proc/self/statm", 0));
  if (read(file, text, sizeof text - 1) <= 0) return 0;
  close(file);
  return std::strtoull(text, nullptr, 10);
}

class no_allocation : public testing::Test {
 protected:
  // Twice to attach what there is to attach, then a thousand times to be counted.
  template <class Record>
  void silent(const char* what, const Record& record) {
    record();
    record();
    const std::uint64_t pages = address_space_pages();
    const call_counts before = calls;
    for (unsigned i = 0; i < 1000; ++i) record();
    const call_counts after = calls;
    EXPECT_EQ(after.allocations - before.allocations, 0u) << what;
    EXPECT_EQ(after.mappings - before.mappings, 0u) << what;
    EXPECT_EQ(after.locks - before.locks, 0u) << what;
    EXPECT_EQ(address_space_pages(), pages) << what;
  }

  all_metrics metrics;
  more_metrics more;
};

TEST_F(no_allocation, is_seen_where_there_is_one) {
  const call_counts before = calls;
  ::operator delete(::operator new(10));
  ::operator delete(::operator new(64, std::align_val_t{64}), std::align_val_t{64});
  EXPECT_EQ(calls.allocations - before.allocations, 2u);
  munmap(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
  EXPECT_EQ(calls.mappings - before.mappings, 1u);
  metrics.events_total.increment();  // the first record of all: a lock, memory for cells
  EXPECT_GE(calls.locks - before.locks, 1u);
  EXPECT_GE(calls.mappings - before.mappings, 2u);
  const std::uint64_t pages = address_space_pages();
  void* const mapped = mmap(nullptr, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT_EQ(address_space_pages(), pages + (1u << 20) / static_cast<unsigned>(getpagesize()));
  munmap(mapped, 1 << 20);
}

TEST_F(no_allocation, and_no_lock_when_counting) {
  silent("counter", [&] { metrics.events_total.increment(); });
  silent("counter of nanoseconds", [&] { metrics.busy_seconds_total.increment(3ns); });
  silent("counter of doubles", [&] { metrics.energy_joules_total.increment(0.5); });
  silent("shared counter", [&] { metrics.shared_events_total.increment(); });
  silent("shared counter of doubles", [&] { metrics.shared_energy_joules_total.increment(0.5); });
  silent("dense labels", [&] { metrics.steps_total[{.at = step::run}].increment(); });
  silent("a value that is no enumerator",
         [&] { metrics.steps_total[{.at = everything::no_such_step}].increment(); });
  silent("shared dense labels", [&] { metrics.shared_steps_total[{.at = step::run}].increment(); });
  silent("money", [&] { metrics.cost_usd_total.increment(pg::pico_usd{1'000'001}); });
}

TEST_F(no_allocation, and_no_lock_with_text_labels_that_are_known_or_can_never_be) {
  unsigned i = 0;
  const std::string long_text(300, 'x');
  silent("text", [&] { metrics.agent_calls_total[{.agent = "planner", .at = step::run}].increment(); });
  silent("text of money", [&] {
    metrics.agent_cost_usd_total[{.agent = "planner", .at = step::run}].increment(pg::pico_usd{5});
  });
  silent("two texts", [&] {
    more.pairs_total[{.agent = "planner", .model = i++ % 2 == 0 ? "small" : "large"}].increment();
  });
  silent("beyond the bound",
         [&] { more.pairs_total[{.agent = "planner", .model = "one too many"}].increment(); });
  silent("ill-formed UTF-8", [&] {
    metrics.agent_calls_total[{.agent = "caf\xE9", .at = step::run}].increment();
  });
  silent("empty", [&] { metrics.agent_calls_total[{.agent = "", .at = step::run}].increment(); });
  silent("too long",
         [&] { metrics.agent_calls_total[{.agent = long_text, .at = step::run}].increment(); });
}

TEST_F(no_allocation, and_no_lock_when_setting_and_going_up_and_down) {
  silent("gauge", [&] { metrics.cache_size_bytes.set(4096); });
  silent("gauge with labels", [&] { metrics.queue_length[{.at = step::run}].set(1.5); });
  silent("state set", [&] { metrics.machine_mode.set(everything::mode::busy); });
  silent("up_down", [&] {
    metrics.open_things.increment();
    metrics.open_things.decrement();
  });
  silent("presence", [&] { auto here = metrics.open_steps[{.at = step::run}].scoped(); });
  silent("run-time metric",
         [&] { (void)metrics.custom.record("queue_depth", 3, {{"region", "eu"}, {"kind", "x"}}); });
  silent("run-time metric with a bad name", [&] { (void)metrics.custom.record("Queue", 3); });
  (void)more.bounded.record("one", 1);
  (void)more.bounded.record("two", 2);
  silent("run-time metric beyond the bound", [&] { (void)more.bounded.record("three", 3); });
}

TEST_F(no_allocation, and_no_lock_when_observing_and_timing) {
  silent("histogram of times",
         [&] { metrics.work_duration_seconds[{.at = step::run}].observe(20ms); });
  silent("histogram of integers", [&] { metrics.request_tokens.observe(17); });
  silent("histogram of doubles", [&] { metrics.hit_ratio.observe(0.3); });
  silent("shared histogram", [&] { metrics.shared_tokens.observe(3); });
  silent("histogram by text",
         [&] { more.call_duration_seconds[{.agent = "planner"}].observe(1ms); });
  silent("timing", [&] { auto timing = metrics.work_duration_seconds[{.at = step::run}].time(); });
  (void)pg::tsc_clock::calibrate();
  silent("timing by the counter", [&] {
    auto timing = metrics.work_duration_seconds[{.at = step::run}].time<pg::tsc_clock>();
    auto moved = std::move(timing);
    moved.stop();
  });
}

TEST_F(no_allocation, and_no_lock_in_an_operation_with_its_hooks) {
  hooks_called = 0;
  silent("operation", [&] { auto call = pg::begin(more, a_call, {.agent = "planner"}); });
  pg::on_operation_end(count_hook);
  pg::on_slow_operation(count_hook);
  silent("operation with hooks", [&] {
    auto call = pg::begin(more, a_call, {.agent = "planner"});
    auto moved = std::move(call);
    moved.end(outcome::error);
  });
  pg::on_operation_end(nullptr);
  pg::on_slow_operation(nullptr);
  EXPECT_EQ(hooks_called, 2u * 1002);
}

TEST_F(no_allocation, in_a_scrape_after_the_first_of_its_format) {
  pg::exposition out;
  ASSERT_TRUE(out.add(metrics));
  ASSERT_TRUE(out.add(more));
  more.build_info.set({.version = "1.4"});
  std::uint64_t seen = 5;
  more.heap_size.observe([&seen] { return seen; });
  more.seen_total.observe([&seen](auto& o) { o({.at = step::run}, seen); });
  everything::record(metrics, "planner");
  { auto call = pg::begin(more, a_call, {.agent = "planner"}); }
  (void)more.bounded.record("one", 1);
  (void)more.bounded.record("Bad", 1);

  constexpr auto old_format = pg::text_format::prometheus_0_0_4;
  constexpr auto new_format = pg::text_format::openmetrics_1_0;
  std::size_t bytes = 0;
  auto count = [&](std::string_view chunk) { bytes += chunk.size(); };
  for (const auto format : {old_format, new_format}) {
    ASSERT_TRUE(out.write(pg::sink_to(count), format));
  }
  ASSERT_GT(bytes, 10'000u);
  for (const auto format : {old_format, new_format}) {
    const std::uint64_t pages = address_space_pages();
    const call_counts before = calls;
    for (unsigned i = 0; i < 100; ++i) {
      everything::record(metrics, "planner");
      ++seen;
      out.write(pg::sink_to(count), format);
    }
    const call_counts after = calls;
    EXPECT_EQ(after.allocations - before.allocations, 0u) << content_type(format);
    EXPECT_EQ(after.mappings - before.mappings, 0u) << content_type(format);
    EXPECT_EQ(address_space_pages(), pages) << content_type(format);
  }
  EXPECT_EQ(everything::differences(scraping::scrape(out), 201), "");
}

// What a thread's first record costs, and where attach_thread() puts that cost.
TEST_F(no_allocation, at_a_threads_first_record_when_it_was_attached_before) {
  everything::record(metrics, "planner");  // the instruments have their cells
  call_counts unattached, attaching, attached;
  std::thread([&] {
    const call_counts before = calls;
    metrics.events_total.increment();
    unattached = {calls.allocations - before.allocations, calls.mappings - before.mappings,
                  calls.locks - before.locks};
  }).join();
  std::thread([&] {
    call_counts before = calls;
    pg::attach_thread();
    attaching = {calls.allocations - before.allocations, calls.mappings - before.mappings,
                 calls.locks - before.locks};
    before = calls;
    everything::record(metrics, "planner");
    attached = {calls.allocations - before.allocations, calls.mappings - before.mappings,
                calls.locks - before.locks};
  }).join();
  EXPECT_EQ(unattached.mappings, 1u);
  EXPECT_GE(unattached.locks, 1u);
  EXPECT_EQ(attaching.mappings, 1u);
  EXPECT_EQ(attached, call_counts{});
}

}  // namespace
