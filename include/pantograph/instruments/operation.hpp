// SPDX-License-Identifier: Apache-2.0
#pragma once

// One call, recorded everywhere: how many by outcome, how long, how many in flight, from one object.
// What belongs together is written down once, beside the schema:
//
//     inline constexpr auto tool_execution = pg::operation_of(
//         "tool_execution", &tool_metrics::tool_executions_total,          // counts by outcome
//         &tool_metrics::tool_execution_duration_seconds,                  // times
//         &tool_metrics::tool_executions_in_flight, &tool_call::status,    // in flight; the outcome
//         pg::slow_after{.warn = 1s, .error = 5s});
//
//     auto call = pg::begin(metrics, tool_execution, {.tool = tool_name::search});
//     ...
//     call.end(outcome::timeout);       // else: `success` at the end of the scope, or `error` when an
//                                       // exception leaves it
//
// The object moves, also to another thread, and ends once. A call slower than a threshold is handed
// to the hook set by on_slow_operation(); every ended one to that of on_operation_end(). Neither
// recording nor ending allocates, locks or throws.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pantograph/instruments/clock.hpp>
#include <pantograph/instruments/counter.hpp>
#include <pantograph/instruments/histogram.hpp>
#include <pantograph/instruments/up_down.hpp>

namespace pantograph {

// A call that takes at least `warn` is slow, one of at least `error` too slow. Zero: never.
struct slow_after {
  std::chrono::nanoseconds warn{};
  std::chrono::nanoseconds error{};
};

enum class slowness : std::uint8_t { none, warn, error };

struct label_text {
  std::string_view name;
  std::string_view value;
};

// What a hook sees; valid during the call of the hook.
struct ended_operation {
  std::string_view operation;           // the name given to operation_of
  std::span<const label_text> labels;   // those given to begin
  std::string_view outcome;
  std::chrono::nanoseconds elapsed;
  slowness slow;
  std::chrono::nanoseconds threshold;   // the one that was reached; zero when not slow
};

using operation_hook = void (*)(const ended_operation&) noexcept;

namespace detail {
inline constinit std::atomic<operation_hook> slow_hook{nullptr};
inline constinit std::atomic<operation_hook> end_hook{nullptr};
}  // namespace detail

// Process-wide, for all operations; null takes the hook away. Called on the thread that ends the call.
inline void on_slow_operation(operation_hook hook) noexcept {
  detail::slow_hook.store(hook, std::memory_order_release);
}
inline void on_operation_end(operation_hook hook) noexcept {
  detail::end_hook.store(hook, std::memory_order_release);
}

namespace detail {

// The position of a field name within a struct, or its field count.
template <class S>
[[nodiscard]] consteval std::size_t position_of_name(std::string_view name) {
  std::size_t found = field_count<S>;
  for_each_position<field_count<S>>([&](auto at) {
    if (field_name<S, decltype(at)::value> == name) found = at;
  });
  return found;
}

// Labels of another struct, field by field under the same name.
template <class To, std::size_t I, class From>
[[nodiscard]] [[gnu::always_inline]] constexpr auto label_by_name(const From& from) noexcept {
  constexpr std::size_t at = position_of_name<From>(field_name<To, I>);
  static_assert(at < field_count<From>,
                "[operation/labels] every label of an operation's counter and in-flight number, the "
                "outcome aside, has the name of a label of its histogram. Rename or add it there");
  return field<at>(from);
}

}  // namespace detail

template <class Clock, class Schema, class Counter, class Histogram, class UpDown, class Counted,
          class Outcome>
struct operation_kind {
  using clock = Clock;
  using schema = Schema;
  using labels = typename Histogram::labels;
  using outcome_type = Outcome;

  std::string_view name;
  Counter Schema::*count;
  Histogram Schema::*duration;
  UpDown Schema::*in_flight;
  label<Outcome> Counted::*outcome;
  slow_after slow;
};

template <class Clock = steady_clock, class Schema, class Counter, class Histogram, class UpDown,
          class Counted, class Outcome>
[[nodiscard]] constexpr auto operation_of(std::string_view name, Counter Schema::*count,
                                          Histogram Schema::*duration, UpDown Schema::*in_flight,
                                          label<Outcome> Counted::*outcome, slow_after slow = {}) {
  static_assert(std::is_same_v<Counted, typename Counter::labels>,
                "[operation/outcome] the outcome is a label of the operation's counter");
  static_assert(std::is_same_v<typename Histogram::unit, seconds>,
                "[operation/duration] an operation's histogram is in seconds");
  static_assert(requires { Outcome::success; } && requires { Outcome::error; },
                "[operation/outcome] the outcome's enum has the enumerators `success`, for a scope "
                "that ends, and `error`, for one that an exception leaves");
  return operation_kind<Clock, Schema, Counter, Histogram, UpDown, Counted, Outcome>{
      name, count, duration, in_flight, outcome, slow};
}

// A call under way.
template <class Kind>
class [[nodiscard]] operation {
  using schema = typename Kind::schema;
  using clock = typename Kind::clock;
  using outcome_type = typename Kind::outcome_type;

 public:
  using labels = typename Kind::labels;

  operation(schema& on, const Kind& kind, const labels& of) noexcept
      : metrics_(&on),
        kind_(&kind),
        labels_((on.*kind.duration).kept(of)),
        exceptions_(std::uncaught_exceptions()),
        start_(clock::now()) {
    change_in_flight(1);
  }
  operation(operation&& from) noexcept
      : metrics_(std::exchange(from.metrics_, nullptr)),
        kind_(from.kind_),
        labels_(from.labels_),
        exceptions_(from.exceptions_),
        start_(from.start_) {}
  operation& operator=(operation&&) = delete;
  ~operation() {
    if (metrics_ == nullptr) return;
    end(std::uncaught_exceptions() > exceptions_ ? outcome_type::error : outcome_type::success);
  }

  // Ends the call now; later calls and the destructor do nothing.
  void end(outcome_type with) noexcept {
    if (metrics_ == nullptr) return;
    const std::uint64_t elapsed = clock::elapsed(start_, clock::now());
    (metrics_->*kind_->duration)[labels_].record_nanoseconds(elapsed);
    (metrics_->*kind_->count)[counted(with)].increment();
    change_in_flight(-1);
    metrics_ = nullptr;
    tell(with, std::chrono::nanoseconds{static_cast<std::int64_t>(elapsed)});
  }

 private:
  using counted_labels = typename std::remove_cvref_t<decltype(std::declval<schema&>().*
                                                               std::declval<Kind>().count)>::labels;
  using in_flight_labels = typename std::remove_cvref_t<
      decltype(std::declval<schema&>().*std::declval<Kind>().in_flight)>::labels;

  void change_in_flight(std::int64_t by) noexcept {
    if constexpr (std::is_same_v<in_flight_labels, no_labels>) {
      (metrics_->*kind_->in_flight).increment(by);
    } else {
      const auto labels_there = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return in_flight_labels{detail::label_by_name<in_flight_labels, I>(labels_)...};
      }(std::make_index_sequence<detail::field_count<in_flight_labels>>{});
      (metrics_->*kind_->in_flight)[labels_there].increment(by);
    }
  }

  // The counter's labels: those of the call, and the outcome in its place.
  template <std::size_t I>
  [[nodiscard]] auto counted_field(outcome_type with) const noexcept {
    using type = detail::field_type<counted_labels, I>;
    if constexpr (std::is_same_v<type, label<outcome_type>> &&
                  detail::position_of_name<labels>(detail::field_name<counted_labels, I>) ==
                      detail::field_count<labels>) {
      return type(with);
    } else {
      return detail::label_by_name<counted_labels, I>(labels_);
    }
  }
  [[nodiscard]] counted_labels counted(outcome_type with) const noexcept {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return counted_labels{counted_field<I>(with)...};
    }(std::make_index_sequence<detail::field_count<counted_labels>>{});
  }

  void tell(outcome_type with, std::chrono::nanoseconds elapsed) const noexcept {
    const slow_after& limits = kind_->slow;
    slowness slow = slowness::none;
    if (limits.warn.count() > 0 && elapsed >= limits.warn) slow = slowness::warn;
    if (limits.error.count() > 0 && elapsed >= limits.error) slow = slowness::error;
    const operation_hook ended = detail::end_hook.load(std::memory_order_acquire);
    const operation_hook slowly =
        slow == slowness::none ? nullptr : detail::slow_hook.load(std::memory_order_acquire);
    if (ended != nullptr || slowly != nullptr) [[unlikely]] call(ended, slowly, with, elapsed, slow);
  }

  [[gnu::noinline, gnu::cold]] void call(operation_hook ended, operation_hook slowly,
                                         outcome_type with, std::chrono::nanoseconds elapsed,
                                         slowness slow) const noexcept {
    using set = detail::label_set<labels>;
    std::array<label_text, set::size> texts{};
    detail::for_each_position<set::size>([&](auto at) {
      using value_type = typename set::template value_type<at>;
      texts[at].name = set::names[at];
      if constexpr (std::is_same_v<value_type, text>) {
        texts[at].value = detail::field<at>(labels_).value();
      } else {
        texts[at].value = detail::label_value_text<value_type>(
            static_cast<std::size_t>(detail::label_index(detail::field<at>(labels_).value())));
      }
    });
    const slow_after& limits = kind_->slow;
    const ended_operation seen{
        kind_->name,
        texts,
        detail::label_value_text<outcome_type>(static_cast<std::size_t>(detail::label_index(with))),
        elapsed,
        slow,
        slow == slowness::none ? std::chrono::nanoseconds{}
                               : (slow == slowness::warn ? limits.warn : limits.error)};
    if (ended != nullptr) ended(seen);
    if (slowly != nullptr) slowly(seen);
  }

  schema* metrics_;  // null: ended, or moved from
  const Kind* kind_;
  labels labels_;    // texts refer to the copy that the histogram keeps
  int exceptions_;
  std::uint64_t start_;
};

// Starts a call of a kind. `kind` outlives the call: a constexpr object beside the schema.
template <class Kind>
[[nodiscard]] operation<Kind> begin(typename Kind::schema& on, const Kind& kind,
                                    const typename Kind::labels& labels) noexcept {
  return operation<Kind>(on, kind, labels);
}

}  // namespace pantograph
