// SPDX-License-Identifier: Apache-2.0
#pragma once

// The process itself, read from Linux at each scrape: CPU, memory, descriptors, threads, context
// switches, page faults, disk and network I/O, the allocator. Names are those of Prometheus' own
// clients where one exists (https://prometheus.io/docs/instrumenting/writing_clientlibs, "Process
// metrics", and client_golang's collector; read 2026-11).
//
//     pg::schemas::process_metrics process;
//     pg::schemas::process_watch watch(process);     // reads while it lives
//     exposition.add(process);                       // process_resident_memory_bytes, ...
//
// Every file is read once a scrape, into fixed buffers: nothing is allocated and recording is not
// disturbed. What cannot be read (a file missing, no permission) is absent, never 0. A scrape costs
// about 30 system calls, and four for each thread; `process_parts` leaves out what is too dear.

#include <string_view>

#include <pantograph/metrics.hpp>
#include <pantograph/schemas/detail/process_reader.hpp>

namespace pantograph::schemas {

enum class cpu_mode { user, system };
// What /proc/<pid>/task/<tid>/stat tells by a letter: R S D T t Z X I P.
enum class thread_state {
  running,
  sleeping,
  uninterruptible,  // waiting for a disk or the like; 002's "blocked"
  stopped,
  traced,
  zombie,
  dead,
  idle,
  parked
};
enum class switch_type { voluntary, involuntary };
enum class fault_type { minor, major };  // major: read from a disk
enum class heap_state { in_use, free, mapped };

struct cpu_mode_label {
  label<schemas::cpu_mode> mode;
};
struct thread_state_label {
  label<thread_state> state;
};
struct switch_type_label {
  label<switch_type> type;
};
struct fault_type_label {
  label<fault_type> type;
};
struct heap_state_label {
  label<heap_state> state;
};

// Beside each: the name that source document 002 has for Go, where there is a counterpart. Without
// one are its names of the garbage collector (process_runtime_go_gc_count_total and
// process_runtime_go_gc_pause_ns would break the naming rules besides, by `_count` and `ns`), of
// calls into C (process_runtime_go_cgo_calls, a counter that lacks `_total`) and of the stacks
// (process_runtime_go_mem_stack_inuse_bytes), which Linux does not tell apart.
struct process_metrics {
  observed_counter<seconds> cpu_seconds_total{
      "User and system CPU time spent by all threads, in seconds."};
  observed_counter<seconds, cpu_mode_label> cpu_mode_seconds_total{
      "CPU time spent by all threads, in seconds, by mode."};
  // process_runtime_go_num_cpu
  observed_gauge<> cpus{"CPUs that the process may run on."};

  observed_gauge<bytes> resident_memory_bytes{"Physical memory in use."};
  observed_gauge<bytes> virtual_memory_bytes{"Address space in use."};
  observed_gauge<bytes> virtual_memory_max_bytes{
      "Limit of the address space; +Inf when unlimited."};

  // glibc's allocator, as mallinfo2 tells: absent with another C library, and next to nothing with
  // another allocator. heap_bytes is the sum of heap_state_bytes.
  // process_runtime_go_mem_heap_sys_bytes
  observed_gauge<bytes> heap_bytes{"Memory that the allocator has obtained from the system."};
  // process_runtime_go_mem_heap_alloc_bytes, process_runtime_go_mem_heap_inuse_bytes
  observed_gauge<bytes, heap_state_label> heap_state_bytes{
      "Memory of the allocator: in use and free in its arenas, and mapped on its own."};
  // The nearest to process_runtime_go_mem_heap_released_bytes
  observed_gauge<bytes> heap_releasable_bytes{
      "Free memory at the heap's top, which the allocator could give back to the system."};

  observed_gauge<> open_fds{"Open file descriptors."};
  observed_gauge<> max_fds{"Limit of open file descriptors."};
  // process_runtime_go_goroutines
  observed_gauge<> threads{"Threads."};
  // process_runtime_go_goroutines_blocked
  observed_gauge<thread_state_label> threads_by_state{"Threads by state."};
  observed_counter<switch_type_label> context_switches_total{
      "Context switches of all threads: voluntary ones wait, involuntary ones lost their CPU."};
  observed_counter<fault_type_label> page_faults_total{
      "Page faults: major ones waited for a disk."};

  observed_counter<bytes> disk_read_bytes_total{"Bytes fetched from storage."};
  observed_counter<bytes> disk_written_bytes_total{"Bytes sent to storage."};
  // Linux counts the network by namespace, not by process: within a container these are the
  // container's bytes, on a bare host the host's. IPv4 and IPv6 packets, the loopback's among them.
  observed_counter<bytes> network_receive_bytes_total{
      "Bytes received by the network namespace that the process is in."};
  observed_counter<bytes> network_transmit_bytes_total{
      "Bytes sent by the network namespace that the process is in."};

  observed_gauge<seconds> start_time_seconds{
      "Start of the process, in seconds since the Unix epoch."};
};

// What costs more the larger the process is.
struct process_parts {
  bool threads_by_state = true;  // opens one file a thread
  bool heap = true;              // mallinfo2 locks each arena and walks its free chunks
};

// Fills a process_metrics at each scrape, from its construction to its end. `into` must outlive it;
// the exposition may have it before, and keep it after (its families are then absent). In the child
// of a fork (between two scrapes) it tells of the child.
class process_watch {
 public:
  explicit process_watch(process_metrics& into, process_parts parts = {}) noexcept
      : metrics_(&into), reader_(parts.threads_by_state, parts.heap) {
    watch_cpu_and_memory(into);
    watch_heap(into);
    watch_threads(into);
    watch_input_and_output(into);
  }
  process_watch(const process_watch&) = delete;
  process_watch& operator=(const process_watch&) = delete;
  ~process_watch() {  // waits for a scrape that is reading
    pantograph::detail::for_each_field(*metrics_, [](auto, auto& family) { family.clear(); });
  }

 private:
  using readings = detail::process_readings;

  // One number that may be missing.
  template <class Family>
  void watch(Family& family, double readings::*number) noexcept {
    family.observe([this, number](const auto& out) {
      const double value = reader_.read().*number;
      if (detail::is_known(value)) out(value);
    });
  }
  // Numbers by label, in the order of the label's enumerators.
  template <class Enum, class Family, std::size_t Count>
  void watch_by(Family& family, double (readings::*numbers)[Count]) noexcept {
    static_assert(Count == pantograph::detail::enumerators_of<Enum>.size());
    family.observe([this, numbers](const auto& out) {
      const readings& now = reader_.read();
      for (std::size_t i = 0; i < Count; ++i) {
        const double value = (now.*numbers)[i];
        if (detail::is_known(value)) out({static_cast<Enum>(i)}, value);
      }
    });
  }

  void watch_cpu_and_memory(process_metrics& into) noexcept {
    watch(into.cpu_seconds_total, &readings::cpu_seconds);
    watch_by<cpu_mode>(into.cpu_mode_seconds_total, &readings::cpu_seconds_by_mode);
    watch(into.cpus, &readings::cpus);
    watch(into.resident_memory_bytes, &readings::resident_bytes);
    watch(into.virtual_memory_bytes, &readings::virtual_bytes);
    watch(into.virtual_memory_max_bytes, &readings::virtual_max_bytes);
    watch(into.start_time_seconds, &readings::start_seconds);
  }
  void watch_heap(process_metrics& into) noexcept {
    watch(into.heap_bytes, &readings::heap_bytes);
    watch_by<heap_state>(into.heap_state_bytes, &readings::heap_bytes_by_state);
    watch(into.heap_releasable_bytes, &readings::heap_releasable_bytes);
  }
  void watch_threads(process_metrics& into) noexcept {
    watch(into.threads, &readings::threads);
    watch_by<thread_state>(into.threads_by_state, &readings::threads_by_state);
    watch_by<switch_type>(into.context_switches_total, &readings::context_switches);
    watch_by<fault_type>(into.page_faults_total, &readings::page_faults);
  }
  void watch_input_and_output(process_metrics& into) noexcept {
    watch(into.open_fds, &readings::open_fds);
    watch(into.max_fds, &readings::max_fds);
    watch(into.disk_read_bytes_total, &readings::disk_read_bytes);
    watch(into.disk_written_bytes_total, &readings::disk_written_bytes);
    watch(into.network_receive_bytes_total, &readings::network_received_bytes);
    watch(into.network_transmit_bytes_total, &readings::network_sent_bytes);
  }

  process_metrics* metrics_;
  detail::process_reader reader_;
};

// For a gauge of one's own: metrics.memory_usage_bytes.observe(pg::schemas::resident_memory).
struct resident_memory_callback {
  template <class Out>
  void operator()(const Out& out) const noexcept {
    const double value = detail::resident_bytes();
    if (detail::is_known(value)) out(value);
  }
};
inline constexpr resident_memory_callback resident_memory{};

}  // namespace pantograph::schemas
