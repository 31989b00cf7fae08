// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads what Linux tells about the calling process: proc(5), getrusage(2), getrlimit(2). No number
// is ever guessed: what could not be read is `not_known`. Nothing is allocated; file descriptors
// live for one read.

#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include <pantograph/base/lock.hpp>
#include <pantograph/schemas/detail/proc_text.hpp>

namespace pantograph::schemas::detail {

struct process_readings {
  double cpu_seconds = not_known;
  double cpu_seconds_by_mode[2] = {not_known, not_known};  // user, system
  double cpus = not_known;
  double resident_bytes = not_known, virtual_bytes = not_known, virtual_max_bytes = not_known;
  double heap_bytes = not_known, heap_releasable_bytes = not_known;
  double heap_bytes_by_state[3] = {not_known, not_known, not_known};  // in use, free, mapped
  double open_fds = not_known, max_fds = not_known;
  double threads = not_known;
  double threads_by_state[9] = {not_known, not_known, not_known, not_known, not_known,
                                not_known, not_known, not_known, not_known};
  double context_switches[2] = {not_known, not_known};  // voluntary, involuntary
  double page_faults[2] = {not_known, not_known};       // minor, major
  double disk_read_bytes = not_known, disk_written_bytes = not_known;
  double network_received_bytes = not_known, network_sent_bytes = not_known;
  double start_seconds = not_known;
};

// ---- the process ----

[[nodiscard]] inline double resident_bytes() noexcept {
  char text[256];
  std::string_view statm = read_file(AT_FDCWD, "/proc/self/statm", text);
  (void)next_word(statm);
  return number_of(next_word(statm)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

[[nodiscard]] inline double count_open_fds_by_listing() noexcept {
  const int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return not_known;
  double count = -1;  // `folder` is one of those listed
  const bool whole = for_each_entry(folder, [&](const char*) { count += 1; });
  close(folder);
  return whole ? count : not_known;
}
// Since Linux 6.2 the folder's size is the count; before that it was 0, and the folder is listed.
[[nodiscard]] inline double count_open_fds() noexcept {
  struct stat folder {};
  if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0) {
    return static_cast<double>(folder.st_size);
  }
  return count_open_fds_by_listing();
}

[[nodiscard]] inline double limit_of(decltype(RLIMIT_NOFILE) which) noexcept {
  rlimit limit{};
  if (getrlimit(which, &limit) != 0) return not_known;
  return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<double>::infinity()
                                         : static_cast<double>(limit.rlim_cur);
}

// Of the process' first thread; others may have a mask of their own.
[[nodiscard]] inline double count_cpus() noexcept {
  unsigned long mask[1024 / sizeof(unsigned long)];  // 8192 CPUs; glibc's cpu_set_t ends at 1024
  const long bytes = syscall(SYS_sched_getaffinity, getpid(), sizeof mask, mask);
  if (bytes <= 0) return not_known;
  int count = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(bytes) / sizeof mask[0]; ++i) {
    count += __builtin_popcountl(mask[i]);
  }
  return count;
}

[[nodiscard]] inline double seconds_of(const timespec& t) noexcept {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}
[[nodiscard]] inline double seconds_of(const timeval& t) noexcept {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

// Field 22 counts clock ticks from the machine's start; now minus the time since then is the same
// on every reading but for a clock that is set, so callers keep the first answer.
[[nodiscard]] inline double start_of(double ticks_after_boot) noexcept {
  timespec now{}, up{};
  if (!is_known(ticks_after_boot)) return not_known;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0 || clock_gettime(CLOCK_BOOTTIME, &up) != 0) {
    return not_known;
  }
  return seconds_of(now) - seconds_of(up) +
         ticks_after_boot / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Reads everything at most every 100 ms, however many ask: all families of a scrape share one
// reading.
class process_reader {
 public:
  process_reader(bool threads_by_state, bool heap) noexcept
      : with_threads_(threads_by_state), with_heap_(heap) {}

  [[nodiscard]] process_readings read() noexcept {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return read(static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec);
  }
  // At a monotonic time in nanoseconds. A copy, so that two scrapes at once do not disturb each
  // other.
  [[nodiscard]] process_readings read(std::int64_t now) noexcept {
    const pantograph::detail::guard hold(lock_);
    if (read_at_ == 0 || now - read_at_ > 100'000'000 || pid_ != getpid()) {
      if (pid_ != getpid()) start_seconds_ = not_known;  // the child of a fork
      pid_ = getpid();
      last_ = {};
      read_usage();
      read_stat();
      read_limits();
      read_io();
      read_network();
      if (with_threads_) read_threads();
      if (with_heap_) read_heap();
      read_at_ = now;
    }
    return last_;
  }

 private:
  // All threads, also those that ended. CPU time to the microsecond, where /proc/self/stat has
  // ticks.
  void read_usage() noexcept {
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) != 0) return;
    last_.cpu_seconds_by_mode[0] = seconds_of(usage.ru_utime);
    last_.cpu_seconds_by_mode[1] = seconds_of(usage.ru_stime);
    last_.cpu_seconds = last_.cpu_seconds_by_mode[0] + last_.cpu_seconds_by_mode[1];
    last_.context_switches[0] = static_cast<double>(usage.ru_nvcsw);
    last_.context_switches[1] = static_cast<double>(usage.ru_nivcsw);
    last_.page_faults[0] = static_cast<double>(usage.ru_minflt);
    last_.page_faults[1] = static_cast<double>(usage.ru_majflt);
  }
  void read_stat() noexcept {
    std::string_view rest = behind_command(read_file(AT_FDCWD, "/proc/self/stat", buffer_));
    for (int field = 3; field <= 24; ++field) {
      const std::string_view word = next_word(rest);
      if (field == 20) last_.threads = number_of(word);
      if (field == 22 && !is_known(start_seconds_)) start_seconds_ = start_of(number_of(word));
      if (field == 23) last_.virtual_bytes = number_of(word);
      if (field == 24) {
        last_.resident_bytes = number_of(word) * static_cast<double>(sysconf(_SC_PAGESIZE));
      }
    }
    last_.start_seconds = start_seconds_;
  }
  void read_limits() noexcept {
    last_.virtual_max_bytes = limit_of(RLIMIT_AS);
    last_.max_fds = limit_of(RLIMIT_NOFILE);
    last_.open_fds = count_open_fds();
    last_.cpus = count_cpus();
  }
  void read_io() noexcept {
    const std::string_view text = read_file(AT_FDCWD, "/proc/self/io", buffer_);
    last_.disk_read_bytes = number_behind(text, "read_bytes:");
    last_.disk_written_bytes = number_behind(text, "write_bytes:");
  }
  void read_network() noexcept {
    std::string_view text = read_file(AT_FDCWD, "/proc/self/net/netstat", buffer_);
    const double in = number_below(text, "IpExt:", "InOctets");
    const double out = number_below(text, "IpExt:", "OutOctets");
    text = read_file(AT_FDCWD, "/proc/self/net/snmp6", buffer_);
    const double in6 = number_behind(text, "Ip6InOctets"),
                 out6 = number_behind(text, "Ip6OutOctets");
    // Without that file IPv6 is switched off, and IPv4 is all there is.
    last_.network_received_bytes = is_known(in) && is_known(in6) ? in + in6 : in;
    last_.network_sent_bytes = is_known(out) && is_known(out6) ? out + out6 : out;
  }
  void read_threads() noexcept {
    const int folder = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    double states[9] = {};
    const bool whole = for_each_entry(folder, [&](const char* id) {
      char path[32];
      const std::size_t length = std::strlen(id);
      if (length + sizeof "/stat" > sizeof path) return;
      std::memcpy(path, id, length);
      std::memcpy(path + length, "/stat", sizeof "/stat");
      std::string_view rest =
          behind_command(read_file(folder, path, buffer_));  // empty: just ended
      const std::string_view state = next_word(rest);
      const std::size_t at = state.empty() ? letters.npos : letters.find(state[0]);
      if (at != letters.npos) states[at] += 1;
    });
    close(folder);
    if (whole) std::memcpy(last_.threads_by_state, states, sizeof states);
  }
  void read_heap() noexcept {
#if defined(__GLIBC__)
#if __GLIBC_PREREQ(2, 33)
    const struct mallinfo2 heap = mallinfo2();
    last_.heap_bytes_by_state[0] = static_cast<double>(heap.uordblks);
    last_.heap_bytes_by_state[1] = static_cast<double>(heap.fordblks);
    last_.heap_bytes_by_state[2] = static_cast<double>(heap.hblkhd);
    last_.heap_bytes = static_cast<double>(heap.arena) + static_cast<double>(heap.hblkhd);
    last_.heap_releasable_bytes = static_cast<double>(heap.keepcost);
#endif
#endif
  }

  static constexpr std::string_view letters = "RSDTtZXIP";  // in the order of thread_state

  pantograph::detail::lock lock_;
  bool with_threads_, with_heap_;
  pid_t pid_ = 0;
  std::int64_t read_at_ = 0;  // CLOCK_MONOTONIC, nanoseconds
  double start_seconds_ = not_known;
  process_readings last_;
  char buffer_[16384];  // netstat is 4 KiB in Linux 6.18
};

}  // namespace pantograph::schemas::detail
