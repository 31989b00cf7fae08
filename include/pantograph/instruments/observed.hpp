// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers that something else keeps and that are asked for at each scrape: a pool's size, the bytes
// an allocator holds. The callback runs on the scraping thread, under no lock that recording or
// registering needs; it may therefore lock what it reads.
//
//     pg::observed_gauge<pg::bytes> heap_used_bytes{"Bytes in use on the heap."};
//     metrics.heap_used_bytes.observe([&heap] { return heap.used(); });
//
//     pg::observed_gauge<thread_state> threads{"Threads by state."};        // with labels
//     metrics.threads.observe([](auto& out) { out({.state = state::running}, 3); });
//
//     metrics.temperature_celsius.observe([&](auto& out) { if (sensor.works()) out(sensor.read()); });
//
// A callable is kept in place: at most four words, trivially copyable (a lambda that captures
// references or pointers). Without one the family is not exported, and neither is a series that the
// callback says nothing about. While `observe` replaces or clears
// a callable it waits for a running call; a callback must not call `observe` on its own instrument.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include <pantograph/base/lock.hpp>
#include <pantograph/instruments/counter.hpp>

namespace pantograph {
namespace detail {

// Receives what a callback reports: the index of the series, and its value in the unit.
struct observed_sink {
  void* context;
  void (*put)(void* context, std::size_t series, double value);
};

// What a callback with labels calls, once a series.
template <class Labels>
class observation {
 public:
  explicit observation(const observed_sink& sink) noexcept : sink_(sink) {}
  template <class T>
  void operator()(const Labels& labels, const T& value) const noexcept {
    sink_.put(sink_.context, label_set<Labels>::index(labels), static_cast<double>(value));
  }

 private:
  const observed_sink& sink_;
};

// The same without labels: called once, or not at all when there is nothing to report.
template <>
class observation<no_labels> {
 public:
  explicit observation(const observed_sink& sink) noexcept : sink_(sink) {}
  template <class T>
  void operator()(const T& value) const noexcept {
    sink_.put(sink_.context, 0, static_cast<double>(value));
  }

 private:
  const observed_sink& sink_;
};

class callback_slot {
 public:
  constexpr callback_slot() noexcept = default;

  template <class F>
  void set(const F& call, void (*report)(const void*, const observed_sink&)) noexcept {
    constexpr bool fits = sizeof(F) <= sizeof(storage_) && alignof(F) <= alignof(void*) &&
                          std::is_trivially_copyable_v<F>;
    static_assert(fits,
                  "[observed/capture] this callback holds more than four words, or what cannot be "
                  "copied as bytes (a string, a smart pointer). Capture a reference or a pointer");
    if constexpr (fits) {
      const guard hold(lock_);
      new (static_cast<void*>(storage_)) F(call);
      run_ = report;
    }
  }
  void clear() noexcept {
    const guard hold(lock_);
    run_ = nullptr;
  }
  // False when there is no callable.
  bool run(const observed_sink& sink) const noexcept {
    const guard hold(lock_);
    if (run_ == nullptr) return false;
    run_(storage_, sink);
    return true;
  }

 private:
  mutable lock lock_;
  void (*run_)(const void*, const observed_sink&) = nullptr;
  alignas(void*) unsigned char storage_[4 * sizeof(void*)] = {};
};

template <metric_kind Kind, class... Options>
class observed {
  using facts = options_of<Options...>;
 public:
  static constexpr metric_kind kind = Kind;
  static constexpr value_form form = value_form::callback;
  using labels = typename facts::labels;
  using unit = typename facts::unit;
  using options = facts;

  constexpr observed(const char* help) noexcept : help_(help) {
    static_assert(!facts::has_text,
                  "[observed/text] this observed instrument has a label of text, and its series must be "
                  "known before it is asked. Make the label an enum or bool, or set a gauge");
  }
  observed(const observed&) = delete;
  observed& operator=(const observed&) = delete;

  template <class F>
  void observe(const F& call) noexcept {
    constexpr bool takes_out = std::is_invocable_v<const F&, const observation<labels>&>;
    if constexpr (label_set<labels>::size == 0 && std::is_invocable_v<const F&>) {
      callback_.set(call, [](const void* at, const observed_sink& sink) {
        const F& f = *std::launder(static_cast<const F*>(at));
        sink.put(sink.context, 0, static_cast<double>(f()));
      });
    } else if constexpr (!takes_out) {
      static_assert(takes_out,
                    "[observed/callable] this callback cannot be called with `out`: it takes auto& out "
                    "and calls it once a series, out({.state = state::running}, 3). Without labels it "
                    "calls out(value), or takes nothing and returns the value");
    } else {
      callback_.set(call, [](const void* at, const observed_sink& sink) {
        const F& f = *std::launder(static_cast<const F*>(at));
        const observation<labels> out(sink);
        f(out);
      });
    }
  }
  // The family is not exported any more until the next `observe`.
  void clear() noexcept { callback_.clear(); }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  [[nodiscard]] const callback_slot& callback() const noexcept { return callback_; }
  void attach() noexcept {}

 private:
  const char* help_;
  callback_slot callback_;
};

}  // namespace detail

// Must never fall while the process runs.
template <class... Options>
using observed_counter = detail::observed<metric_kind::counter, Options...>;

template <class... Options>
using observed_gauge = detail::observed<metric_kind::gauge, Options...>;

}  // namespace pantograph
