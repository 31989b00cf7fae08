// SPDX-License-Identifier: Apache-2.0
//
// host (local|global) (host|plugin) <plugin.so>...
//
// Loads the plugins with RTLD_LOCAL or RTLD_GLOBAL, lets the host's or the plugins' code record first,
// and then everybody on everybody's instruments, from threads that outlive the plugins. All sums must
// be right to the last count, at every step: while all are loaded, after each was unloaded, after the
// threads ended, after a plugin came back, and in the child of a fork. Ends with 0 when they were.

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../../unit/instruments/scrape.hpp"
#include "common.hpp"

#ifdef LINKED
extern "C" const shared_objects::plugin* pantograph_test_linked();
#endif

// The leak checker of clang 16 itself crashes now and then when objects with thread-local variables
// were unloaded ("Tracer caught signal 11"). Everything else of AddressSanitizer stays on.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace {

using namespace shared_objects;

int failures = 0;

void fail(const std::string& where, const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", where.c_str(), what.c_str());
  ++failures;
}

struct host_metrics {
  static constexpr std::string_view prefix = "host";
  instruments of;
};
host_metrics metrics;

// Calls recorded on one object's instruments, by whose code.
struct tally {
  std::uint64_t by[4] = {};
  [[nodiscard]] std::uint64_t all() const { return by[0] + by[1] + by[2] + by[3]; }
  std::uint64_t& operator[](code c) { return by[static_cast<unsigned>(c)]; }
};

void expect(const std::string& where, const scraping::scrape& found, const std::string& prefix,
            const tally& calls) {
  const auto one = [&](const std::string& series, const std::string& wanted) {
    const std::string& number = found.number(prefix + "_of_" + series);
    if (number != wanted) fail(where, prefix + "_of_" + series + " is " + number + ", not " + wanted);
  };
  for (unsigned i = 0; i < 4; ++i) {
    const std::string name(name_of(static_cast<code>(i)));
    one("calls_total{by=\"" + name + "\"}", std::to_string(calls.by[i]));
    const std::string text = "texts_total{who=\"" + name + "\",by=\"" + name + "\"}";
    if (calls.by[i] != 0 || found.has(prefix + "_of_" + text)) {
      one(text, std::to_string(calls.by[i]));
      one("custom_" + name, "7");
    }
  }
  const std::uint64_t all = calls.all();
  one("shared_total", std::to_string(all));
  one("energy_joules_total", scraping::decimal(5 * all, 1));
  one("sizes_count", std::to_string(all));
  one("sizes_bucket{le=\"10.0\"}", std::to_string(all));
  one("sizes_bucket{le=\"1.0\"}", "0");
  one("sizes_sum", std::to_string(10 * all));
  one("open", "0");
  one("cost_usd_total", scraping::decimal(pg::detail::uint128{1'000'001} * all, 12));
  if (all != 0) one("last", "1");
}

// A plugin while it is loaded, and what was recorded on its instruments.
struct loaded {
  std::string path;
  void* handle = nullptr;
  const plugin* functions = nullptr;
  tally calls;
};

class everything {
 public:
  everything(int flags, bool host_first) : flags_(flags), host_first_(host_first) {}

  void run(const std::vector<std::string>& paths) {
    if (!host_first_) {
      for (const std::string& path : paths) come_and_go(path);
    }
    for (const std::string& path : paths) open(path);
#ifdef LINKED
    linked_.functions = pantograph_test_linked();
    plugins_.push_back(&linked_);
#endif
    if (plugins_.empty()) return fail("host", "there is no plugin");
    first_records();
    add_host();
    for (loaded* each : plugins_) {
      if (!each->functions->add_to(out_)) fail(each->path, "cannot be added");
    }
    look("after the first records");
    check_everywhere();
    check_made_by_plugins();

    start_threads(6);
    let_all_record(50);
    look("threads alive");
    check_fork("threads alive");

    while (!opened_.empty()) close_last();
    let_all_record(30);
    look("plugins closed, threads alive");
    check_fork("plugins closed");
    end_threads();
    look("threads ended");

    for (const std::string& path : paths) open_again(path);
    start_threads(3);
    let_all_record(20);
    look("plugins came back");
    end_threads();
    look("plugins came back, threads ended");
    check_fork("plugins came back");
    while (!opened_.empty()) close_last();
    look("at the end");
  }

 private:
  void add_host() {
    if (!added_ && !out_.add(metrics)) fail("host", "the metrics cannot be added");
    added_ = true;
  }

  void open(const std::string& path) {
    auto one = std::make_unique<loaded>();
    one->path = path.substr(path.rfind('/') + 1);
    one->handle = dlopen(path.c_str(), RTLD_NOW | flags_);
    if (one->handle == nullptr) return fail(path, dlerror());
    void* const symbol = dlsym(one->handle, "pantograph_test_plugin");
    plugin_entry entry = nullptr;
    std::memcpy(&entry, &symbol, sizeof entry);
    one->functions = entry();
    // An object that stayed resident has its numbers still; one that went begins at zero.
    const auto kept = resident_.find(one->path);
    if (kept != resident_.end()) one->calls = kept->second;
    plugins_.push_back(one.get());
    opened_.push_back(std::move(one));
  }

  void open_again(const std::string& path) {
    open(path);
    loaded& now = *opened_.back();
    if (!now.functions->add_to(out_)) fail(now.path, "cannot be added again");
  }

  // True when it was unloaded. The system keeps it while a thread has a destructor to run in it.
  bool close(const loaded& one) {
    Dl_info where{};
    const bool known = dladdr(reinterpret_cast<const void*>(one.functions), &where) != 0;
    const std::string file = known ? where.dli_fname : one.path;
    if (dlclose(one.handle) != 0) fail(one.path, dlerror());
    void* const still = dlopen(file.c_str(), RTLD_NOW | RTLD_NOLOAD);
    resident_.erase(one.path);
    if (still == nullptr) return true;
    dlclose(still);
    resident_[one.path] = one.calls;
    return false;
  }

  void close_last() {
    loaded& last = *opened_.back();
    last.functions->remove_from(out_);
    const std::string prefix = last.functions->prefix;
    const std::string file = last.path;
    std::erase(plugins_, &last);
    const bool unloaded = close(last);
    opened_.pop_back();
    std::printf("  %s closed: %s\n", file.c_str(), unloaded ? "unloaded" : "stays resident");
    look(file + " closed");
    const scraping::scrape found(out_);
    for (const auto& [series, digits] : found.numbers()) {
      if (series.starts_with(prefix + "_")) fail(file + " closed", series + " is still exported");
    }
  }

  // Only threads that end record on the plugin, so that it can really go. Its code is the first that
  // records on the host's instruments, which have to stay when it goes.
  void come_and_go(const std::string& path) {
    unsigned unloaded = 0;
    constexpr unsigned times = 20;
    for (unsigned i = 0; i < times && failures == 0; ++i) {
      open(path);
      if (opened_.empty()) return;
      const std::unique_ptr<loaded> one = std::move(opened_.back());
      opened_.clear();
      plugins_.clear();
      std::thread([&] {
        one->functions->record_on(metrics.of, 3);
        one->functions->record_own(2);
        record(one->functions->own(), code::host);
        pg::exposition own;
        if (!one->functions->add_to(own)) fail(path, "cannot be added");
        host_[one->functions->by] += 3;
        one->calls[one->functions->by] += 2;
        ++one->calls[code::host];
        expect(path + " came", scraping::scrape(own), one->functions->prefix, one->calls);
        one->functions->remove_from(own);
      }).join();
      unloaded += close(*one);
      add_host();
      expect(path + " gone", scraping::scrape(out_), "host", host_);
    }
    std::printf("  %s was unloaded %u times of %u\n", path.c_str(), unloaded, times);
    if (path.find("hidden") != path.npos && unloaded == 0) fail(path, "was never unloaded");
    std::thread([&] { record(metrics.of, code::host); }).join();
    ++host_[code::host];
    check_fork(path + " gone");
  }

  // Of an instrument nobody has recorded on yet, by whoever's turn it is.
  void first_records() {
    const auto host_records = [&] {
      record(metrics.of, code::host);
      ++host_[code::host];
      for (loaded* each : plugins_) {
        record(each->functions->own(), code::host);
        ++each->calls[code::host];
      }
    };
    if (host_first_) host_records();
    for (loaded* each : plugins_) {
      each->functions->record_on(metrics.of, 1);
      ++host_[each->functions->by];
      for (loaded* other : plugins_) {
        if (other == each) continue;
        each->functions->record_on(other->functions->own(), 1);
        ++other->calls[each->functions->by];
      }
      each->functions->record_own(1);
      ++each->calls[each->functions->by];
    }
    if (!host_first_) host_records();
  }

  // ---- threads, which live longer than plugins ----

  void start_threads(unsigned count) {
    const unsigned round = round_.load();
    for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this, round] { work(round); });
  }
  void end_threads() {
    stop_ = true;
    round_.fetch_add(1);
    round_.notify_all();
    for (std::thread& each : threads_) each.join();
    threads_.clear();
    stop_ = false;
  }
  void work(unsigned seen) {
    while (true) {
      round_.wait(seen);
      ++seen;
      if (stop_) return;
      everybody_records(times_);
      if (left_.fetch_sub(1) == 1) left_.notify_all();
    }
  }
  // Host's and every plugin's code, on the host's and on every plugin's instruments.
  void everybody_records(unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
      record(metrics.of, code::host);
      for (loaded* each : plugins_) record(each->functions->own(), code::host);
    }
    for (loaded* each : plugins_) {
      each->functions->record_own(times);
      each->functions->record_on(metrics.of, times);
      for (loaded* other : plugins_) {
        if (other != each) each->functions->record_on(other->functions->own(), times);
      }
    }
  }
  void count_everybody(std::uint64_t times) {
    host_[code::host] += times;
    for (loaded* each : plugins_) {
      each->calls[code::host] += times;
      host_[each->functions->by] += times;
      for (loaded* other : plugins_) other->calls[each->functions->by] += times;
    }
  }
  void let_all_record(unsigned times) {
    times_ = times;
    left_ = static_cast<unsigned>(threads_.size());
    round_.fetch_add(1);
    round_.notify_all();
    everybody_records(times);
    while (left_.load() != 0) (void)scraping::scrape(out_);  // scraped meanwhile
    count_everybody(std::uint64_t{times} * (threads_.size() + 1));
  }

  // ---- checks ----

  void look(const std::string& where) {
    const scraping::scrape found(out_);
    expect(where, found, "host", host_);
    for (loaded* each : plugins_) expect(where, found, each->functions->prefix, each->calls);
    if (!found.twice().empty()) fail(where, "twice: " + found.twice());
  }

  // However many objects the variable of the header became: together they have every call.
  void check_everywhere() {
    std::map<const void*, std::uint64_t> objects;
    everywhere.calls_total.increment(3);
    for (loaded* each : plugins_) each->functions->record_everywhere(5);
    std::thread([&] {
      everywhere.calls_total.increment(3);
      for (loaded* each : plugins_) each->functions->record_everywhere(5);
    }).join();
    objects[&everywhere] = calls_of_everywhere();
    for (loaded* each : plugins_) {
      const std::uint64_t calls = each->functions->everywhere_calls();
      const auto [at, fresh] = objects.emplace(each->functions->everywhere_at(), calls);
      if (!fresh && at->second != calls) fail("everywhere", "one object, two answers");
    }
    std::uint64_t sum = 0;
    for (const auto& [at, calls] : objects) sum += calls;
    const std::uint64_t wanted = 6 + 10 * plugins_.size();
    std::printf("  %zu binaries, %zu objects of the header's variable\n", plugins_.size() + 1,
                objects.size());
    if (sum != wanted) {
      fail("everywhere", std::to_string(sum) + " calls, not " + std::to_string(wanted));
    }
  }

  void check_made_by_plugins() {
    struct made_metrics {
      instruments of;
    };
    for (loaded* each : plugins_) {
      for (unsigned i = 0; i < 100; ++i) {
        instruments* const made = each->functions->make();
        record(*made, code::host);
        each->functions->record_on(*made, 2);
        std::thread([&] {
          each->functions->record_on(*made, 1);
          record(*made, code::host);
        }).join();
        tally calls;
        calls[code::host] = 2;
        calls[each->functions->by] = 3;
        pg::exposition own;
        if (!own.add(*reinterpret_cast<made_metrics*>(made))) fail(each->path, "made: not added");
        expect(each->path + " made it", scraping::scrape(own), "made", calls);
        own.remove(*reinterpret_cast<made_metrics*>(made));
        each->functions->destroy(made);
        if (failures != 0) return;
      }
    }
  }

  // In the child all counts of all binaries begin at zero, and all code can record.
  void check_fork(const std::string& where) {
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
      alarm(60);
      failures = 0;
      host_ = {};
      for (loaded* each : plugins_) each->calls = {};
      const scraping::scrape first(out_);
      if (first.count("host_of_shared_total") != 0) fail(where + ", in a child", "not empty");
      everybody_records(3);
      count_everybody(3);
      look(where + ", in a child");
      std::fflush(nullptr);
      _exit(failures == 0 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) fail(where + ", fork", "the child ended with status " + std::to_string(status));
    look(where + ", after a fork");
  }

  int flags_;
  bool host_first_;
  pg::exposition out_;
  bool added_ = false;
  tally host_;
  std::vector<std::unique_ptr<loaded>> opened_;
  std::vector<loaded*> plugins_;  // those that can be called now
  std::map<std::string, tally> resident_;
#ifdef LINKED
  loaded linked_{.path = "linked", .handle = nullptr, .functions = nullptr, .calls = {}};
#endif

  std::vector<std::thread> threads_;
  std::atomic<unsigned> round_{0}, left_{0};
  std::atomic<bool> stop_{false};
  unsigned times_ = 0;
};

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 2;
  const std::vector<std::string> paths(words + 3, words + count);
  const int flags = std::strcmp(words[1], "global") == 0 ? RTLD_GLOBAL : RTLD_LOCAL;
  everything all(flags, std::strcmp(words[2], "host") == 0);
  all.run(paths);
  if (failures == 0) std::puts("  sums are right");
  return failures == 0 ? 0 : 1;
}
