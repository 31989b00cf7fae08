// SPDX-License-Identifier: Apache-2.0
//
// Looks at the sums three times: when main begins, when it ends, and when all other statics are gone.
// Ends with 0 when all three are right, else with 1 and a sentence on each difference.

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "../scrape.hpp"
#include "statics.hpp"

namespace {

using namespace statics;

int failures = 0;

void expect(const char* when, const scraping::scrape& found, const char* series,
            std::uint64_t wanted) {
  if (found.count(series) == wanted) return;
  std::fprintf(stderr, "%s: %s is %s, not %llu\n", when, series, found.number(series).c_str(),
               static_cast<unsigned long long>(wanted));
  ++failures;
}

// `recorders`: 3 when made; destroyed: how many of them are gone; threads: how many ended.
void look(pg::exposition& out, const char* when, std::uint64_t before, std::uint64_t in,
          std::uint64_t after, std::uint64_t alive) {
  const scraping::scrape found(out);
  expect(when, found, "statics_events_total", before + in + after);
  expect(when, found, "statics_times_total{at=\"before_main\"}", before);
  expect(when, found, "statics_times_total{at=\"in_main\"}", in);
  expect(when, found, "statics_times_total{at=\"after_main\"}", after);
  if (found.total("statics_files_total") != before + in + after) {
    std::fprintf(stderr, "%s: statics_files_total adds up to another number\n", when);
    ++failures;
  }
  expect(when, found, "statics_sizes_count", before + in + after);
  expect(when, found, "statics_sizes_sum", 10 * (before + in + after));
  expect(when, found, "statics_alive", alive);
  expect(when, found, "statics_last", 1);
}

// Made before every other static, so destroyed behind them all.
struct judge {
  pg::exposition out;
  ~judge() {
    // 3 recorders and a thread; the destructor of main's thread_local; a handler of atexit.
    look(out, "after the last destructor", 3001, 2, 3001 + 1 + 1, 0);
    if (failures != 0) {
      std::fflush(stderr);
      _exit(1);
    }
  }
};
[[gnu::init_priority(101)]] judge last_word;

struct at_end_of_main_thread {
  ~at_end_of_main_thread() { record("thread_local", when::after_main); }
};

}  // namespace

int main() {
  static thread_local at_end_of_main_thread here;
  (void)here;
  std::atexit([] { record("atexit", when::after_main); });
  if (!last_word.out.add(lasting.value)) return 2;
  look(last_word.out, "when main begins", 3001, 0, 0, 3);
  record("main.cpp", when::in_main);
  std::thread([] { record("main.cpp", when::in_main); }).join();
  look(last_word.out, "when main ends", 3001, 2, 0, 3);
  if (failures == 0) std::puts("sums are right before, in and after main");
  return failures == 0 ? 0 : 1;
}
