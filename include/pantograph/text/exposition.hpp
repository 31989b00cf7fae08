// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an endpoint serves: schema objects in the order in which they were added, written as
// Prometheus text 0.0.4 or OpenMetrics 1.0.
//
//     pg::exposition out;
//     out.add(metrics);
//     out.add(orders_pool, {.pool = "orders"});     // several objects of one schema: told apart by
//     out.add(users_pool, {.pool = "users"});       // its `using instance = ...` labels
//     out.write(sink_to(keep), pg::text_format::prometheus_0_0_4);
//
// Threads: add, remove and write may be called from any thread; writes take turns. A slow sink holds
// up other writers and `remove`, never a record. Memory: one 64 KiB chunk, the texts of the series
// (once), 8 bytes a cell for the snapshot; nothing is allocated after the first write until a series
// or an object is added. Same snapshot, same bytes.
//
// An object must be removed before it ends, or outlive the exposition.

#include <time.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pantograph/base/lock.hpp>
#include <pantograph/catalog/catalog.hpp>
#include <pantograph/snapshot/snapshot.hpp>
#include <pantograph/text/chunk.hpp>
#include <pantograph/text/family_text.hpp>
#include <pantograph/text/format.hpp>
#include <pantograph/text/sink.hpp>

namespace pantograph {

class exposition {
 public:
  exposition() : memory_(std::make_unique<char[]>(largest_text_chunk)), chunk_(memory_.get()) {}
  exposition(const exposition&) = delete;
  exposition& operator=(const exposition&) = delete;

  // Exports the object from the next write on. False when one of its names is already exported by
  // another schema, or when the same schema is there with the same instance labels: nothing is added
  // then, and `problems()` says what clashed and what to do.
  template <class Schema>
  bool add(Schema& metrics) {
    static_assert(std::is_same_v<instance_labels<Schema>, no_labels>,
                  "[exposition/instance] this schema tells its objects apart by labels: hand them "
                  "in, add(pool, {.pool = \"orders\"})");
    return add_sources(detail::sources_of(metrics), {});
  }
  template <class Schema>
  bool add(Schema& metrics, const instance_labels<Schema>& labels) {
    static_assert(!std::is_same_v<instance_labels<Schema>, no_labels>,
                  "[exposition/instance] this schema has no instance labels. Write `using instance = "
                  "pool_labels;` in it, or add it without labels");
    std::string rendered;
    detail::append_instance_labels(rendered, labels);
    return add_sources(detail::sources_of(metrics), std::move(rendered));
  }

  // Exports the object no more; waits for a write that is under way.
  template <class Schema>
  void remove(const Schema& metrics) {
    const auto* first = reinterpret_cast<const char*>(&metrics);
    remove_sources(first, first + sizeof(Schema));
  }

  // Writes everything, the end mark of OpenMetrics included. With `max_age`, numbers that were read
  // not longer ago than that may be used again. False when the sink said stop.
  bool write(text_sink to, text_format format, duration max_age = {}) {
    const detail::guard writing(writing_);
    take_in_added();
    const std::int64_t now = monotonic();
    if (taken_at_ == 0 || max_age.count() <= 0 || now - taken_at_ > max_age.count()) {
      snapshot_.take(sources_);
      taken_at_ = now;
    }
    chunk_.start(to);
    for (detail::family_text& family : families_) {
      family.write(chunk_, format, sources_, snapshot_);
      if (!chunk_.open()) return false;
    }
    if (format == text_format::openmetrics_1_0) chunk_.put("# EOF\n");
    chunk_.flush();
    return chunk_.open();
  }

  // What `add` refused so far, as sentences.
  [[nodiscard]] std::vector<std::string> problems() const {
    const detail::guard hold(adding_);
    return problems_;
  }

 private:
  static constexpr std::size_t most_instance_bytes = 1024;

  struct added {
    std::vector<detail::source> sources;
    std::string labels;
  };

  [[nodiscard]] static std::int64_t monotonic() noexcept {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec + 1;
  }

  bool add_sources(std::vector<detail::source> sources, std::string labels);
  void take_in_added();
  void remove_sources(const char* first, const char* last);

  // `adding_` guards what add touches and is never held while a callback or a sink runs; `writing_`
  // guards the rest and is taken before it.
  mutable detail::lock adding_;
  std::vector<added> added_;
  detail::name_register names_;
  std::vector<std::string> problems_;

  detail::lock writing_;
  std::vector<detail::source> sources_;
  std::vector<detail::family_text> families_;
  detail::snapshot snapshot_;
  std::int64_t taken_at_ = 0;
  std::unique_ptr<char[]> memory_;
  detail::chunk chunk_;
};

// ---- machinery ----

inline bool exposition::add_sources(std::vector<detail::source> sources, std::string labels) {
  const detail::guard hold(adding_);
  if (labels.size() > most_instance_bytes) {
    problems_.push_back("[exposition/instance-labels] the instance labels of " +
                        std::string(sources.front().row->name) + " and its schema are " +
                        std::to_string(labels.size()) +
                        " bytes as text, which every series repeats: at most " +
                        std::to_string(most_instance_bytes) + ". Use a short name for each object");
    return false;
  }
  for (const detail::source& each : sources) {
    std::string problem = names_.clash_of(*each.row, labels);
    if (!problem.empty()) {
      problems_.push_back(std::move(problem));
      return false;
    }
  }
  for (const detail::source& each : sources) names_.take(*each.row, labels, each.instrument);
  added_.push_back({std::move(sources), std::move(labels)});
  return true;
}

inline void exposition::take_in_added() {
  std::vector<added> fresh;
  {
    const detail::guard hold(adding_);
    fresh.swap(added_);
  }
  for (added& each : fresh) {
    for (const detail::source& s : each.sources) {
      detail::family_text* family = nullptr;
      for (detail::family_text& known : families_) {
        if (known.row().name == s.row->name) family = &known;
      }
      if (family == nullptr) family = &families_.emplace_back(*s.row);
      family->add(sources_.size(), each.labels);
      sources_.push_back(s);
      taken_at_ = 0;
    }
  }
}

inline void exposition::remove_sources(const char* first, const char* last) {
  const detail::guard writing(writing_);
  take_in_added();
  const auto inside = [&](const detail::source& s) {
    const auto* at = static_cast<const char*>(s.instrument);
    return at >= first && at < last;
  };
  // Positions move up; families learn the new ones.
  std::vector<std::size_t> moved(sources_.size());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    moved[i] = inside(sources_[i]) ? detail::gone : kept++;
  }
  for (detail::family_text& family : families_) family.renumber(moved);
  std::erase_if(sources_, inside);
  std::erase_if(families_, [](const detail::family_text& f) { return f.empty(); });
  taken_at_ = 0;
  const detail::guard hold(adding_);
  names_.drop(first, last);
}

}  // namespace pantograph
