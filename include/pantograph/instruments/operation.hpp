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
  duration warn{};
  duration error{};
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
  duration elapsed;
  slowness slow;
  duration threshold;   // the one that was reached; zero when not slow
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
inline constexpr std::size_t same_label = position_of_name<From>(field_name<To, I>);
template <class To, std::size_t I, class From>
[[nodiscard]] consteval bool has_same_label() {
  if constexpr (same_label<To, I, From> < field_count<From>) {
    return std::is_same_v<field_type<To, I>, field_type<From, same_label<To, I, From>>>;
  } else {
    return false;
  }
}
template <class To, std::size_t I, class From>
[[nodiscard]] [[gnu::always_inline]] constexpr auto label_by_name(const From& from) noexcept {
  if constexpr (has_same_label<To, I, From>()) {
    return field<same_label<To, I, From>>(from);
  } else {  // operation_of has spoken
    return field_type<To, I>(typename label_value<field_type<To, I>>::type{});
  }
}

// ---- what the parts of an operation must keep ----

template <class Counter, class Histogram, class UpDown>
concept operation_parts =
    Counter::kind == metric_kind::counter && Histogram::kind == metric_kind::histogram &&
    UpDown::form == value_form::signed_integer;

template <class Counter, class Histogram, class UpDown, bool Keeps>
[[nodiscard]] consteval bool parts_are_in_order() {
  static_assert(Keeps,
                "[operation/instruments] this operation is not made of a counter, a histogram and an "
                "up_down, in this order. Hand in the pointers to those fields of the schema");
  return Keeps;
}
template <class Histogram, bool Keeps>
[[nodiscard]] consteval bool times_are_in_seconds() {
  static_assert(Keeps,
                "[operation/duration] this operation's histogram is not in seconds, or keeps doubles. "
                "Declare it histogram<pantograph::seconds, ...>, without pantograph::real");
  return Keeps;
}
template <class Counter, class LabelsOfOutcome, bool Keeps>
[[nodiscard]] consteval bool outcome_is_a_label_of_the_counter() {
  static_assert(Keeps,
                "[operation/outcome] this operation's outcome is a label of another struct than its "
                "counter has. Hand in the field of the counter's label struct, &tool_call::status");
  return Keeps;
}
template <class Outcome, bool Keeps>
[[nodiscard]] consteval bool outcome_has_success_and_error() {
  static_assert(Keeps,
                "[operation/outcome-values] this operation's outcome lacks an enumerator `success`, "
                "for a scope that ends, or `error`, for one that an exception leaves. Add both to the "
                "enum");
  return Keeps;
}
template <class Labels, class HistogramLabels, bool Keeps>
[[nodiscard]] consteval bool labels_are_known_to_the_histogram() {
  static_assert(Keeps,
                "[operation/labels] a label of this operation's counter or in-flight number is not "
                "known when the call begins, or the outcome is: each has name and type of a label of "
                "the histogram, but for the counter's one label of the outcome. Add it there, or "
                "rename it");
  return Keeps;
}

// How many labels of To are not in From: those that hold an outcome, and others.
struct missing_labels {
  std::size_t outcomes = 0, others = 0;
};
template <class To, class From, class Outcome>
[[nodiscard]] consteval missing_labels labels_missing() {
  missing_labels out;
  for_each_position<label_set<To>::size>([&](auto at) {
    constexpr std::size_t i = decltype(at)::value;
    if (has_same_label<To, i, From>()) return;
    ++(std::is_same_v<field_type<To, i>, label<Outcome>> ? out.outcomes : out.others);
  });
  return out;
}

template <class Counter, class Histogram, class UpDown, class Counted, class Outcome>
[[nodiscard]] consteval bool operation_is_fit() {
  if constexpr (!operation_parts<Counter, Histogram, UpDown>) {
    return parts_are_in_order<Counter, Histogram, UpDown, false>();
  } else if constexpr (!std::is_same_v<typename Histogram::unit, seconds> ||
                       Histogram::options::is_real) {
    return times_are_in_seconds<Histogram, false>();
  } else if constexpr (!std::is_same_v<Counted, typename Counter::labels>) {
    return outcome_is_a_label_of_the_counter<Counter, Counted, false>();
  } else if constexpr (!requires { Outcome::success; } || !requires { Outcome::error; }) {
    return outcome_has_success_and_error<Outcome, false>();
  } else {
    using known = typename Histogram::labels;
    constexpr missing_labels counted = labels_missing<Counted, known, Outcome>();
    constexpr missing_labels flying = labels_missing<typename UpDown::labels, known, Outcome>();
    if constexpr (counted.outcomes != 1 || counted.others != 0) {
      return labels_are_known_to_the_histogram<Counted, known, false>();
    } else if constexpr (flying.outcomes + flying.others != 0) {
      return labels_are_known_to_the_histogram<typename UpDown::labels, known, false>();
    } else {
      return true;
    }
  }
}

// How a call ends of which nobody said how.
template <class Outcome>
[[nodiscard]] constexpr Outcome outcome_of_scope(bool exception) noexcept {
  if constexpr (requires { Outcome::success; } && requires { Outcome::error; }) {
    return exception ? Outcome::error : Outcome::success;
  } else {
    return Outcome{};
  }
}

}  // namespace detail

template <class Clock, class Schema, class Counter, class Histogram, class UpDown, class Counted,
          class Outcome>
struct operation_kind {
  using clock = Clock;
  using schema = Schema;
  using labels = typename Histogram::labels;
  using outcome_type = Outcome;
  static constexpr bool is_fit = detail::operation_parts<Counter, Histogram, UpDown>;

  std::string_view name;
  Counter Schema::*count;
  Histogram Schema::*timed;
  UpDown Schema::*in_flight;
  label<Outcome> Counted::*outcome;
  slow_after slow;
};

template <class Clock = steady_clock, class Schema, class Counter, class Histogram, class UpDown,
          class Counted, class Outcome>
[[nodiscard]] constexpr auto operation_of(std::string_view name, Counter Schema::*count,
                                          Histogram Schema::*timed, UpDown Schema::*in_flight,
                                          label<Outcome> Counted::*outcome, slow_after slow = {}) {
  (void)detail::operation_is_fit<Counter, Histogram, UpDown, Counted, Outcome>();
  return operation_kind<Clock, Schema, Counter, Histogram, UpDown, Counted, Outcome>{
      name, count, timed, in_flight, outcome, slow};
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
        labels_(kept(on, kind, of)),
        exceptions_(std::uncaught_exceptions()),
        start_(clock::now()) {
    if constexpr (Kind::is_fit) change_in_flight(1);
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
    end(detail::outcome_of_scope<outcome_type>(std::uncaught_exceptions() > exceptions_));
  }

  // Ends the call now; later calls and the destructor do nothing.
  void end(outcome_type with) noexcept {
    if (metrics_ == nullptr) return;
    const std::uint64_t elapsed = clock::elapsed(start_, clock::now());
    if constexpr (Kind::is_fit) {  // else operation_of has spoken
      (metrics_->*kind_->timed)[labels_].record_nanoseconds(elapsed);
      (metrics_->*kind_->count)[counted(with)].increment();
      change_in_flight(-1);
    }
    metrics_ = nullptr;
    tell(with, duration::of_nanoseconds(static_cast<std::int64_t>(elapsed)));
  }

 private:
  using counted_labels = typename std::remove_cvref_t<decltype(std::declval<schema&>().*
                                                               std::declval<Kind>().count)>::labels;
  using in_flight_labels = typename std::remove_cvref_t<
      decltype(std::declval<schema&>().*std::declval<Kind>().in_flight)>::labels;

  [[nodiscard]] static labels kept(schema& on, const Kind& kind, const labels& of) noexcept {
    if constexpr (Kind::is_fit) {
      return (on.*kind.timed).kept(of);
    } else {
      return of;
    }
  }
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

  void tell(outcome_type with, duration elapsed) const noexcept {
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
                                         outcome_type with, duration elapsed,
                                         slowness slow) const noexcept {
    using set = detail::label_set<labels>;
    std::array<label_text, set::size> texts{};
    if constexpr (set::size != 0) {
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
    }
    const slow_after& limits = kind_->slow;
    const ended_operation seen{
        kind_->name,
        texts,
        detail::label_value_text<outcome_type>(static_cast<std::size_t>(detail::label_index(with))),
        elapsed,
        slow,
        slow == slowness::none ? duration{}
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
