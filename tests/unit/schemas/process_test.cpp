// SPDX-License-Identifier: Apache-2.0
//
// The ready-made schema of the process itself. What it says is held against what the test did to
// the process (memory mapped, files opened, threads started, bytes sent) and against other system
// calls.

#include <pantograph/schemas/process.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pg = pantograph;
namespace schemas = pantograph::schemas;
namespace detail = pantograph::schemas::detail;

// A sanitizer has an allocator of its own, and shadow memory that grows with what is touched.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if !defined(SANITIZED)
#define SANITIZED 0
#endif

namespace {

constexpr double mebibyte = 1 << 20;

// A reading of now.
detail::process_readings read_now() { return detail::process_reader(true, true).read(); }

// Reads until `holds`, for what another thread or the kernel does a moment later.
template <class Holds>
bool comes_true(const Holds& holds) {
  for (int i = 0; i < 2000; ++i) {
    if (holds(read_now())) return true;
    usleep(5000);
  }
  return false;
}

double seconds_on(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

// Restores a resource limit at the end of a scope.
class limited {
 public:
  limited(decltype(RLIMIT_NOFILE) which, rlim_t soft) : which_(which) {
    getrlimit(which, &before_);
    rlimit changed = before_;
    changed.rlim_cur = soft;
    worked = setrlimit(which, &changed) == 0;
  }
  ~limited() { setrlimit(which_, &before_); }
  limited(const limited&) = delete;
  limited& operator=(const limited&) = delete;
  bool worked = false;

 private:
  decltype(RLIMIT_NOFILE) which_;
  rlimit before_{};
};

// Entries of a folder.
int listed(const char* folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    (void)entry;
    ++count;
  }
  return count;
}

// ---- names ----

TEST(process, has_the_standard_names_where_they_exist) {
  std::set<std::string_view> offered;
  for (const pg::family_row& row : pg::catalog_of<schemas::process_metrics>.families) {
    offered.insert(row.name);
  }
  // "Writing client libraries", "Process metrics", and client_golang's network counters.
  for (const char* name :
       {"process_cpu_seconds_total", "process_open_fds", "process_max_fds",
        "process_virtual_memory_bytes", "process_virtual_memory_max_bytes",
        "process_resident_memory_bytes", "process_heap_bytes", "process_start_time_seconds",
        "process_threads", "process_network_receive_bytes_total",
        "process_network_transmit_bytes_total"}) {
    EXPECT_TRUE(offered.contains(name)) << name;
  }
}

// ---- reading text ----

static_assert(detail::number_behind("rchar: 5\nread_bytes: 4096\nx_read_bytes: 1\n",
                                    "read_bytes:") == 4096);
static_assert(detail::number_behind("cancelled_write_bytes: 7\nwrite_bytes: 9\n", "write_bytes:") ==
              9);
static_assert(detail::number_behind("write_byte: 7\n", "write_bytes:") == detail::not_known);
static_assert(detail::number_behind("read_bytes: many\n", "read_bytes:") == detail::not_known);
constexpr std::string_view netstat =
    "TcpExt: A InOctets\nTcpExt: 1 2\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 345 67\n";
static_assert(detail::number_below(netstat, "IpExt:", "InOctets") == 345);
static_assert(detail::number_below(netstat, "IpExt:", "OutOctets") == 67);
static_assert(detail::number_below(netstat, "IpExt:", "Octets") == detail::not_known);
static_assert(detail::number_below("IpExt: InOctets\n", "IpExt:", "InOctets") == detail::not_known);
static_assert(detail::behind_command("12 (a) R (b) S 1 2") == " S 1 2");
static_assert(detail::behind_command("").empty());

// ---- numbers ----

TEST(process, tells_the_cpu_time_of_all_threads) {
  const double before = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
  std::atomic<bool> stop{false};
  std::thread busy([&] {
    while (!stop.load()) {
    }
  });
  while (seconds_on(CLOCK_PROCESS_CPUTIME_ID) < before + 0.2) usleep(1000);
  stop = true;
  busy.join();
  const double at_least = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
  const auto seen = read_now();
  const double at_most = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
  EXPECT_GE(seen.cpu_seconds, at_least - 0.02)
      << "the kernel's two accounts differ by a tick or so";
  EXPECT_LE(seen.cpu_seconds, at_most + 0.02);
  EXPECT_DOUBLE_EQ(seen.cpu_seconds_by_mode[0] + seen.cpu_seconds_by_mode[1], seen.cpu_seconds);
}

TEST(process, counts_the_cpus_that_it_may_run_on) {
  cpu_set_t all;
  ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  EXPECT_EQ(read_now().cpus, CPU_COUNT(&all));
  EXPECT_LE(read_now().cpus, static_cast<double>(sysconf(_SC_NPROCESSORS_CONF)));
  std::size_t first = 0;
  while (!CPU_ISSET(first, &all)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  const double seen = read_now().cpus;
  sched_setaffinity(0, sizeof all, &all);
  EXPECT_EQ(seen, 1);
}

TEST(process, tells_memory_that_was_mapped_and_touched) {
  const auto before = read_now();
  const std::size_t size = 64 << 20;
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(at, MAP_FAILED);
  const auto mapped = read_now();
  std::memset(at, 1, size);
  const auto touched = read_now();
  munmap(at, size);
  EXPECT_GE(mapped.virtual_bytes - before.virtual_bytes, 64 * mebibyte);
  EXPECT_GT(touched.resident_bytes - mapped.resident_bytes, 60 * mebibyte);
  if (SANITIZED) return;
  EXPECT_LT(mapped.virtual_bytes - before.virtual_bytes, 80 * mebibyte);
  EXPECT_LT(touched.resident_bytes - mapped.resident_bytes, 70 * mebibyte);
}

TEST(process, offers_resident_memory_to_other_schemas) {
  pg::observed_gauge<pg::bytes> gauge{"x"};
  gauge.observe(schemas::resident_memory);
  double told = -1;
  gauge.callback().run(
      {&told, [](void* into, std::size_t, double value) { *static_cast<double*>(into) = value; }});
  // statm and stat are two files of one number, which moves between the readings.
  EXPECT_NEAR(told, read_now().resident_bytes, 8 * mebibyte);
}

TEST(process, tells_the_limit_of_its_address_space) {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  if (limit.rlim_cur == RLIM_INFINITY) {
    EXPECT_EQ(read_now().virtual_max_bytes, std::numeric_limits<double>::infinity());
  }
  const rlim_t far = rlim_t{1} << 47;
  const limited lower(RLIMIT_AS, far);
  if (!lower.worked) GTEST_SKIP() << "the hard limit is lower";
  EXPECT_EQ(read_now().virtual_max_bytes, 140737488355328.0);
}

TEST(process, counts_open_descriptors_as_a_listing_does) {
  const int before = listed("/proc/self/fd") - 1;  // the listing's own
  EXPECT_EQ(detail::count_open_fds_by_listing(), before);
  EXPECT_EQ(read_now().open_fds, before);
  std::vector<int> opened;
  for (int i = 0; i < 300; ++i) opened.push_back(dup(0));  // more than one getdents64 returns
  EXPECT_EQ(detail::count_open_fds_by_listing(), before + 300);
  EXPECT_EQ(read_now().open_fds, before + 300);
  for (const int each : opened) close(each);
  EXPECT_EQ(read_now().open_fds, before);
}

TEST(process, tells_the_limit_of_descriptors) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(read_now().max_fds, static_cast<double>(limit.rlim_cur));
  const limited lower(RLIMIT_NOFILE, 100);
  EXPECT_EQ(read_now().max_fds, 100);
}

TEST(process, counts_threads_by_state) {
  std::atomic<bool> stop{false};
  std::mutex closed;
  closed.lock();
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] { const std::lock_guard<std::mutex> wait(closed); });
  }
  threads.emplace_back([&] {
    while (!stop.load()) {
    }
  });
  double with_all = 0;
  EXPECT_TRUE(comes_true([&](const auto& now) {
    double sum = 0;
    for (const double each : now.threads_by_state) sum += each;
    with_all = now.threads;
    return now.threads >= 5 && now.threads == listed("/proc/self/task") && sum == now.threads &&
           now.threads_by_state[1] >= 3 && now.threads_by_state[0] >= 1;
  }));
  stop = true;
  closed.unlock();
  for (std::thread& each : threads) each.join();
  EXPECT_TRUE(comes_true([&](const auto& now) { return now.threads == with_all - 4; }));
}

TEST(process, counts_context_switches_of_all_threads) {
  const auto before = read_now();
  std::thread([] {
    for (int i = 0; i < 50; ++i) usleep(1);
  }).join();
  const auto after = read_now();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  EXPECT_GE(after.context_switches[0] - before.context_switches[0], 50);
  EXPECT_GE(after.context_switches[1], before.context_switches[1]);
  EXPECT_LE(after.context_switches[1], static_cast<double>(usage.ru_nivcsw));
}

TEST(process, counts_page_faults) {
  const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), pages = 2000;
  auto* at = static_cast<char*>(
      mmap(nullptr, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(at, MAP_FAILED);
  madvise(at, pages * page, MADV_NOHUGEPAGE);
  const auto before = read_now();
  for (std::size_t i = 0; i < pages; ++i) at[i * page] = 1;
  const auto after = read_now();
  munmap(at, pages * page);
  EXPECT_GE(after.page_faults[0] - before.page_faults[0], 2000);
  if (SANITIZED) return;
  EXPECT_LT(after.page_faults[0] - before.page_faults[0], 2600);
}

TEST(process, counts_bytes_sent_to_storage) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto blocks_before = usage.ru_oublock;
  const auto before = read_now();
  if (!detail::is_known(before.disk_written_bytes)) GTEST_SKIP() << "/proc/self/io cannot be read";
  const std::string name = "process_test." + std::to_string(getpid()) + ".tmp";
  std::FILE* file = std::fopen(name.c_str(), "w");
  ASSERT_NE(file, nullptr);
  const std::vector<char> block(1 << 20, 'x');
  std::fwrite(block.data(), 1, block.size(), file);
  std::fflush(file);
  fsync(fileno(file));
  std::fclose(file);
  std::remove(name.c_str());
  const auto after = read_now();
  getrusage(RUSAGE_SELF, &usage);
  // getrusage(2) counts the same in blocks of 512 bytes.
  EXPECT_EQ(static_cast<long>(after.disk_written_bytes / 512), usage.ru_oublock);
  if (usage.ru_oublock == blocks_before) GTEST_SKIP() << "this folder is in memory";
  EXPECT_GE(after.disk_written_bytes - before.disk_written_bytes, mebibyte);
  EXPECT_EQ(static_cast<long>(after.disk_read_bytes / 512), usage.ru_inblock);
}

// Sends a mebibyte over the loopback of one address family; false where there is none.
bool send_mebibyte(int family) {
  const int listener = socket(family, SOCK_STREAM, 0);
  sockaddr_storage address{};
  address.ss_family = static_cast<sa_family_t>(family);
  socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  if (family == AF_INET) {
    reinterpret_cast<sockaddr_in*>(&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  } else {
    reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr = in6addr_loopback;
  }
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || bind(listener, place, size) != 0 || listen(listener, 1) != 0 ||
      getsockname(listener, place, &size) != 0) {
    if (listener >= 0) close(listener);
    return false;
  }
  std::thread reader([&] {
    const int from = accept(listener, nullptr, nullptr);
    std::vector<char> into(1 << 16);
    while (read(from, into.data(), into.size()) > 0) {
    }
    close(from);
  });
  const int to = socket(family, SOCK_STREAM, 0);
  bool sent = connect(to, place, size) == 0;
  const std::vector<char> block(1 << 16, 'x');
  for (int i = 0; sent && i < 16; ++i) {
    for (std::size_t at = 0; sent && at < block.size();) {
      const ssize_t put = write(to, block.data() + at, block.size() - at);
      sent = put > 0;
      if (sent) at += static_cast<std::size_t>(put);
    }
  }
  close(to);
  reader.join();
  close(listener);
  return sent;
}

TEST(process, counts_bytes_of_the_network_namespace) {
  for (const int family : {AF_INET, AF_INET6}) {
    const auto before = read_now();
    if (!detail::is_known(before.network_sent_bytes)) GTEST_SKIP() << "no /proc/self/net/netstat";
    if (!send_mebibyte(family)) continue;  // a machine without IPv6
    const auto after = read_now();
    EXPECT_GE(after.network_sent_bytes - before.network_sent_bytes, mebibyte) << family;
    EXPECT_GE(after.network_received_bytes - before.network_received_bytes, mebibyte) << family;
  }
}

TEST(process, tells_what_the_allocator_holds) {
  if (SANITIZED) GTEST_SKIP() << "a sanitizer's allocator is not glibc's";
  const auto before = read_now();
  if (!detail::is_known(before.heap_bytes)) GTEST_SKIP() << "this C library has no mallinfo2";
  std::vector<void*> small;
  for (int i = 0; i < 10000; ++i) small.push_back(std::malloc(1000));
  void* volatile large = std::malloc(64 << 20);  // above any threshold for mmap
  const auto after = read_now();
  std::free(large);
  for (void* each : small) std::free(each);
  EXPECT_GE(after.heap_bytes_by_state[0] - before.heap_bytes_by_state[0], 10000 * 1000);
  EXPECT_GE(after.heap_bytes_by_state[2] - before.heap_bytes_by_state[2], 64 * mebibyte);
  EXPECT_EQ(
      after.heap_bytes_by_state[0] + after.heap_bytes_by_state[1] + after.heap_bytes_by_state[2],
      after.heap_bytes);
  EXPECT_LT(read_now().heap_bytes_by_state[2], after.heap_bytes_by_state[2]);
}

TEST(process, tells_its_start_also_in_the_child_of_a_fork) {
  detail::process_reader reader(false, false);
  const double parents = reader.read().start_seconds;
  EXPECT_GT(parents, 0);
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const double before = seconds_on(CLOCK_REALTIME);
  const pid_t child = fork();
  if (child == 0) {
    const double start = reader.read().start_seconds;
    _exit(write(pipe_ends[1], &start, sizeof start) == sizeof start ? 0 : 1);
  }
  const double after = seconds_on(CLOCK_REALTIME);
  double start = 0;
  EXPECT_EQ(read(pipe_ends[0], &start, sizeof start), static_cast<ssize_t>(sizeof start));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  EXPECT_GE(start, before - 2 * tick);
  EXPECT_LE(start, after + tick);
}

TEST(process, keeps_its_start_whatever_the_clock_does) {
  detail::process_reader reader(false, false);
  const double first = reader.read(1'000'000'000).start_seconds;
  EXPECT_EQ(reader.read(2'000'000'000).start_seconds, first);
}

TEST(process, is_not_confused_by_its_own_name) {
  char before[16];
  prctl(PR_GET_NAME, before);
  const double threads = read_now().threads;
  prctl(PR_SET_NAME, ") S 1 (x) Z 2");
  const auto seen = read_now();
  prctl(PR_SET_NAME, before);
  EXPECT_EQ(seen.threads, threads);
  EXPECT_EQ(seen.threads_by_state[5], 0) << "no zombie";
  EXPECT_GT(seen.resident_bytes, mebibyte);
}

// ---- reading once, and not at all ----

TEST(process, reads_once_for_all_that_ask_within_100_ms) {
  detail::process_reader reader(false, false);
  const double before = reader.read(5'000'000'000).open_fds;
  const int opened = dup(0);
  EXPECT_EQ(reader.read(5'000'000'000).open_fds, before);
  EXPECT_EQ(reader.read(5'100'000'000).open_fds, before);
  EXPECT_EQ(reader.read(5'100'000'001).open_fds, before + 1);
  close(opened);
}

TEST(process, leaves_out_what_cannot_be_read) {
  schemas::process_metrics metrics;
  const schemas::process_watch watch(metrics);
  pg::exposition exposition;
  exposition.add(metrics);
  scrapes::result seen;
  {
    const limited none(RLIMIT_NOFILE, 0);  // no file can be opened
    seen = scrapes::of(exposition);
  }
  for (const char* series :
       {"process_resident_memory_bytes", "process_virtual_memory_bytes", "process_threads",
        "process_threads_by_state{state=\"running\"}", "process_disk_read_bytes_total",
        "process_disk_written_bytes_total", "process_network_receive_bytes_total",
        "process_network_transmit_bytes_total", "process_start_time_seconds"}) {
    EXPECT_FALSE(seen.has(series)) << series;
  }
  EXPECT_TRUE(seen.has("process_cpu_seconds_total")) << "needs no file";
  EXPECT_EQ(seen.at("process_max_fds"), 0);
}

TEST(process, leaves_out_the_parts_that_were_not_wanted) {
  schemas::process_metrics metrics;
  const schemas::process_watch watch(metrics, {.threads_by_state = false, .heap = false});
  const auto seen = scrapes::of_object(metrics);
  EXPECT_FALSE(seen.has("process_threads_by_state{state=\"running\"}"));
  EXPECT_FALSE(seen.has("process_heap_bytes"));
  EXPECT_FALSE(seen.has("process_heap_state_bytes{state=\"in_use\"}"));
  EXPECT_TRUE(seen.has("process_threads"));
}

TEST(process, fills_every_family_while_it_is_watched_and_none_after) {
  schemas::process_metrics metrics;
  pg::exposition exposition;
  exposition.add(metrics);
  EXPECT_TRUE(scrapes::of(exposition).samples.empty());
  {
    const schemas::process_watch watch(metrics);
    const auto seen = scrapes::of(exposition);
    const auto has_sample = [&](std::string_view family) {
      for (const auto& [series, value] : seen.samples) {
        if (series.substr(0, series.find('{')) == family) return true;
      }
      return false;
    };
    for (const pg::family_row& row : pg::catalog_of<schemas::process_metrics>.families) {
      EXPECT_TRUE(has_sample(row.name)) << row.name;
    }
  }
  EXPECT_TRUE(scrapes::of(exposition).samples.empty());
}

TEST(process, may_be_scraped_by_two_threads_while_a_watch_ends) {
  schemas::process_metrics metrics;
  std::atomic<int> scraped{0};
  std::atomic<bool> stop{false};
  const auto scrape = [&] {
    pg::exposition exposition;
    exposition.add(metrics);
    while (!stop) {
      (void)scrapes::of(exposition);
      ++scraped;
    }
  };
  std::thread one(scrape), two(scrape);
  while (scraped < 20) {
    const schemas::process_watch watch(metrics);
    usleep(2000);
  }
  stop = true;
  one.join();
  two.join();
}

}  // namespace
