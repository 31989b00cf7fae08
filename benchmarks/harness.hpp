// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the benchmark programs share: counting of cycles, races of rivals on one processor or two,
// counted allocations, resident memory, and the rows that `run` collects. Each program is one source
// file, and includes this once.
//
//     const auto [ours, bare] = bench::race(operations, [](std::size_t n) { ... }, [](...) { ... });
//     bench::row{.claim = "counter, own thread", .measured = ours.cycles, .unit = bench::cycle_unit(),
//                .at_most = 2, .limit = bare.cycles, .limit_name = "plain add"}.print();
//
// Cycles come from the processor's counter where the system lets a program read it. Where it does not
// (most virtual machines), they are time divided by the time of one cycle, which is measured beside
// each repetition: a chain of dependent multiplications takes 3 cycles each on every x86-64 since
// 2008. The unit then says so. Contenders take turns (A B A B ...), so that a change of the clock or a
// busy neighbour meets all of them; what is told is the median.

#include <linux/perf_event.h>
#include <malloc.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

// ---- allocations: every malloc of the process, also of libraries ----

namespace bench {
inline std::atomic<std::uint64_t> allocation_count{0};
[[nodiscard]] inline std::uint64_t allocations() noexcept { return allocation_count.load(); }
}  // namespace bench

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* malloc(std::size_t size) noexcept {
  bench::allocation_count.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  bench::allocation_count.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, size);
}
void* realloc(void* at, std::size_t size) noexcept {
  bench::allocation_count.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(at, size);
}
}

namespace bench {

// Keeps the compiler from moving work across, or from merging the rounds of a loop.
[[gnu::always_inline]] inline void fence() noexcept { asm volatile("" ::: "memory"); }
// Makes a value look as if it could be anything.
template <class T>
[[gnu::always_inline]] inline void hide(T& value) noexcept {
  asm volatile("" : "+r"(value));
}

// ---- time ----

[[nodiscard]] inline double nanoseconds_now() noexcept {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

// The length of a cycle now: 30,000 multiplications, each waiting for the one before.
[[nodiscard]] inline double nanoseconds_a_cycle() noexcept {
  constexpr int rounds = 3000;
  std::uint64_t x = 3;
  const double start = nanoseconds_now();
  for (int i = 0; i < rounds; ++i) {
#if defined(__x86_64__)
    asm volatile(
        "imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t"
        "imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t imul %0, %0\n\t imul %0, %0"
        : "+r"(x));
#else
#error "bench/cycles: the benchmarks know the length of a cycle on x86-64 only"
#endif
  }
  return (nanoseconds_now() - start) / (rounds * 10.0 * 3.0);
}

// The processor's own count of cycles of this thread, in user mode; -1: not permitted here.
[[nodiscard]] inline int cycle_counter() noexcept {
  static thread_local const int descriptor = [] {
    perf_event_attr wanted{};
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.size = sizeof wanted;
    wanted.config = PERF_COUNT_HW_CPU_CYCLES;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    return static_cast<int>(syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0));
  }();
  return descriptor;
}
[[nodiscard]] inline double counted_cycles() noexcept {
  std::uint64_t count = 0;
  if (read(cycle_counter(), &count, sizeof count) != sizeof count) return 0;
  return static_cast<double>(count);
}
[[nodiscard]] inline const char* cycle_unit() noexcept {
  return cycle_counter() >= 0 ? "cycles" : "cycles (timed)";
}

// ---- statistics ----

[[nodiscard]] inline double median(std::vector<double> of) {
  if (of.empty()) return NAN;
  std::sort(of.begin(), of.end());
  return of.size() % 2 == 1 ? of[of.size() / 2] : (of[of.size() / 2 - 1] + of[of.size() / 2]) / 2;
}

// Of one operation.
struct cost {
  double cycles = NAN, nanoseconds = NAN;
};

// ---- races ----

template <class Run>
[[gnu::noinline]] cost once(Run& run, std::size_t operations) {
  const auto count = static_cast<double>(operations);
  const double before = nanoseconds_a_cycle();
  const double first_cycle = cycle_counter() >= 0 ? counted_cycles() : 0;
  const double start = nanoseconds_now();
  run(operations);
  const double elapsed = nanoseconds_now() - start;
  if (cycle_counter() >= 0) return {(counted_cycles() - first_cycle) / count, elapsed / count};
  const double cycle = std::min(before, nanoseconds_a_cycle());  // the one that was not interrupted
  return {elapsed / cycle / count, elapsed / count};
}

[[nodiscard]] inline cost median_cost(const std::vector<cost>& of) {
  std::vector<double> cycles, nanoseconds;
  for (const cost& each : of) {
    cycles.push_back(each.cycles);
    nanoseconds.push_back(each.nanoseconds);
  }
  return {median(cycles), median(nanoseconds)};
}

inline constexpr int repetitions = 25;

// Each contender is called with a number of operations to do, `repetitions` times and once before to
// warm up, in turns.
template <class... Runs>
[[nodiscard]] std::array<cost, sizeof...(Runs)> race(std::size_t operations, Runs&&... runs) {
  std::array<std::vector<cost>, sizeof...(Runs)> all;
  for (int r = 0; r <= repetitions; ++r) {
    std::size_t i = 0;
    ((void)(all[i].push_back(once(runs, operations)), ++i), ...);
  }
  std::array<cost, sizeof...(Runs)> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].erase(all[i].begin());
    out[i] = median_cost(all[i]);
  }
  return out;
}

// ---- processors ----

[[nodiscard]] inline std::vector<std::size_t> processors() {
  cpu_set_t allowed;
  std::vector<std::size_t> out;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return out;
  for (std::size_t i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &allowed)) out.push_back(i);
  }
  return out;
}
inline void pin_to(std::size_t processor) noexcept {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  (void)sched_setaffinity(0, sizeof one, &one);  // not permitted: not pinned
}
// Main threads run on the last processor: the first one serves more interrupts.
inline const std::vector<std::size_t> all_processors = [] {
  std::vector<std::size_t> all = processors();
  if (!all.empty()) pin_to(all.back());
  return all;
}();

// The same contender on two threads at once, of which each does all operations.
template <class Run>
class pair_of {
 public:
  explicit pair_of(Run& run) : run_(run) {}
  void operator()(std::size_t operations) {
    std::atomic<int> ready{0};
    const auto meet = [&] {
      ready.fetch_add(1);
      while (ready.load() != 2) {
      }
    };
    std::thread other([&] {
      pin_to(all_processors.front());
      run_(1);  // its cells are mapped before the race
      meet();
      run_(operations);
    });
    meet();
    started_ = nanoseconds_now();
    run_(operations);
    elapsed_ = nanoseconds_now() - started_;
    other.join();
  }
  [[nodiscard]] double elapsed() const noexcept { return elapsed_; }

 private:
  Run& run_;
  double started_ = 0, elapsed_ = 0;
};

// One thread and two threads in turns: nanoseconds an operation and thread.
struct one_and_two {
  double one = NAN, two = NAN;
};
template <class... Runs>
[[nodiscard]] std::array<one_and_two, sizeof...(Runs)> race_in_pairs(std::size_t operations,
                                                                     Runs&&... runs) {
  std::array<std::array<std::vector<double>, 2>, sizeof...(Runs)> all;
  const auto count = static_cast<double>(operations);
  for (int r = 0; r <= repetitions; ++r) {
    std::size_t i = 0;
    const auto turn = [&](auto& run) {
      all[i][0].push_back(once(run, operations).nanoseconds);
      pair_of pair(run);
      pair(operations);
      all[i][1].push_back(pair.elapsed() / count);
      ++i;
    };
    (turn(runs), ...);
  }
  std::array<one_and_two, sizeof...(Runs)> out;
  for (std::size_t i = 0; i < all.size(); ++i) out[i] = {median(all[i][0]), median(all[i][1])};
  return out;
}

// ---- inputs that a branch predictor cannot learn ----

// Random numbers that are the same in every run (the generator of Knuth's MMIX).
class random_numbers {
 public:
  [[nodiscard]] std::uint32_t next() noexcept {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state_ >> 32);
  }
  [[nodiscard]] std::uint32_t below(std::uint32_t n) noexcept { return next() % n; }
  [[nodiscard]] double unit() noexcept { return next() / 4294967296.0; }
  // Even on a logarithmic scale.
  [[nodiscard]] double between(double low, double high) noexcept {
    return low * std::exp(unit() * std::log(high / low));
  }

 private:
  std::uint64_t state_ = 20'251'121;
};
inline constexpr std::size_t inputs = 262'144;

// ---- memory ----

// Anonymous memory of this process that is resident, bytes; exact, unlike VmRSS. What malloc keeps
// for later is given back first.
[[nodiscard]] inline double resident_bytes() {
  malloc_trim(0);
  double kilobytes = NAN;
  if (FILE* file = std::fopen("/proc/self/smaps_rollup", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr) {
      if (std::strncmp(line, "Anonymous:", 10) == 0) kilobytes = std::atof(line + 10);
    }
    std::fclose(file);
  }
  return kilobytes * 1024;
}

// Runs `measure` in a process of its own, so that no other measurement's memory is counted.
template <class Measure>
[[nodiscard]] double in_a_child(Measure&& measure) {
  int ends[2];
  if (pipe(ends) != 0) return NAN;
  const pid_t child = fork();
  if (child == 0) {
    const double result = measure();
    (void)!write(ends[1], &result, sizeof result);
    _exit(0);
  }
  close(ends[1]);
  double result = NAN;
  if (read(ends[0], &result, sizeof result) != sizeof result) result = NAN;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return result;
}

// ---- rows ----

// One claim. Without `at_most` it is stated only. `lost`: it belongs to what the design costs.
struct row {
  std::string claim;
  double measured = NAN;
  std::string unit;
  double at_most = NAN;
  std::string target = "";  // as text, where it is more than "<= at_most"
  std::string rival = "";
  double rival_measured = NAN;
  double limit = NAN;
  std::string limit_name = "";
  std::string note = "";
  bool lost = false;

  void print() const {
    std::printf("row\t%s\t%.9g\t%s\t%.9g\t%s\t%s\t%.9g\t%.9g\t%s\t%s\t%d\n", claim.c_str(), measured,
                unit.c_str(), at_most, target.c_str(), rival.c_str(), rival_measured, limit,
                limit_name.c_str(), note.c_str(), lost ? 1 : 0);
    std::fflush(stdout);
  }
};
// Something that could not be measured here, and why.
inline void left_out(const std::string& sentence) {
  std::printf("left out\t%s\n", sentence.c_str());
}

inline constexpr const char* prometheus_cpp = "prometheus-cpp " BENCH_PROMETHEUS_CPP_VERSION;

}  // namespace bench
