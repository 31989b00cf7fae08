// SPDX-License-Identifier: Apache-2.0
#pragma once

// Counts of values by bucket, and their sum. Bounds are fixed at compile time; a series is one cell a
// bucket (the last is +Inf) and one for the sum, side by side. The count is the sum of the buckets,
// so `_count` always equals the `+Inf` bucket. Durations are kept as integer nanoseconds.
//
//     pg::histogram<pg::seconds, pg::log_buckets(5ms, 10s, 12), tool_call> duration_seconds{"..."};
//     metrics.duration_seconds[{.tool = tool_name::search}].observe(elapsed);
//     auto timing = metrics.duration_seconds[{.tool = tool_name::search}].time();   // until scope end
//
// A negative value counts in the first bucket and adds 0 to the sum, which must not fall. A double
// that is NaN counts in +Inf; NaN and infinities add nothing to the sum, which they would spoil.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include <pantograph/instruments/bucket_search.hpp>
#include <pantograph/instruments/clock.hpp>
#include <pantograph/instruments/counter.hpp>
#include <pantograph/schema/buckets.hpp>

namespace pantograph {

template <class Unit, auto Buckets, class... Options>
class histogram {
  using facts = detail::options_of<Unit, Options...>;
  using number = std::conditional_t<facts::is_real, double, std::int64_t>;

 public:
  static constexpr auto bounds = detail::bounds_of<typename facts::unit, number, Buckets>;

 private:
  static constexpr auto width = static_cast<std::uint32_t>(bounds.size()) + 2;
  using family = detail::family<facts, width, detail::cell_kind::integer,
                                facts::is_real ? detail::cell_kind::real : detail::cell_kind::integer>;
  using search = std::conditional_t<facts::is_real, detail::real_buckets<bounds>,
                                    detail::integer_buckets<bounds>>;

 public:
  static constexpr metric_kind kind = metric_kind::histogram;
  // Of the sum; the buckets are always integers.
  static constexpr detail::value_form form =
      facts::is_real ? detail::value_form::real : detail::value_form::integer;
  using labels = typename facts::labels;
  using unit = typename facts::unit;
  using options = facts;

  constexpr histogram(const char* help) noexcept : help_(help) {
    static_assert(unit_type<Unit>,
                  "[option/unit] this histogram's first argument is no unit. Write "
                  "histogram<pantograph::seconds, ...>, or pantograph::count for things counted");
  }

  // Observes the time from its start until it ends, once. Movable, also to another thread.
  template <class Clock>
  class timing;

  // One series. Two words, free to copy; valid as long as the instrument.
  class series {
   public:
    // A duration for seconds, an integer for integral units, any number with pantograph::real.
    template <class T>
    [[gnu::always_inline]] void observe(const T& value) const noexcept {
      if constexpr (facts::is_real) {
        const double number = detail::real_amount_of<unit>(value);
        const double v = 0.0 > number ? 0.0 : number;  // NaN stays NaN
        record(search::index(v), v <= std::numeric_limits<double>::max() ? v : 0.0);
      } else {
        record_integer(detail::amount_of<unit, false>(value));
      }
    }
    // Times from now on, until the returned object is destroyed or its stop() is called.
    template <class Clock = steady_clock>
    timing<Clock> time() const noexcept {
      static_assert(std::is_same_v<Unit, seconds> && !facts::is_real,
                    "[record/timing] this histogram is not in seconds, or keeps doubles: only "
                    "histogram<pantograph::seconds, ...> without pantograph::real can time. Declare it "
                    "so");
      return timing<Clock>(*this);
    }

    // An elapsed time as a clock gives it.
    [[gnu::always_inline]] void record_nanoseconds(std::uint64_t elapsed) const noexcept {
      record_integer(elapsed);
    }

   private:
    friend class histogram;
    static constexpr std::uint32_t sum_at = width - 1;
    series(detail::site& where, std::uint32_t offset) noexcept : where_(&where), offset_(offset) {}

    [[gnu::always_inline]] void record_integer(std::uint64_t value) const noexcept {
      constexpr auto most = std::numeric_limits<std::int64_t>::max();
      record(search::index(value > most ? most : static_cast<std::int64_t>(value)), value);
    }
    template <class Sum>
    [[gnu::always_inline]] void record(std::size_t bucket, Sum summed) const noexcept {
      const std::uintptr_t place = detail::place_in_own(*where_);
      if (!facts::is_shared && place < detail::block_size) [[likely]] {
        add_own(detail::own_cells_at(place) + offset_, bucket, summed);
      } else {
        record_elsewhere(*where_, offset_, bucket, summed);
      }
    }
    template <class Sum>
    [[gnu::always_inline]] static void add_own(detail::cell* cells, std::size_t bucket,
                                               Sum summed) noexcept {
      detail::add_single_writer(cells[bucket], 1);
      if constexpr (facts::is_real) {
        detail::add_single_writer_real(cells[sum_at], summed);
      } else {
        detail::add_single_writer(cells[sum_at], summed);
      }
    }
    template <class Sum>
    [[gnu::noinline, gnu::cold]] static void record_elsewhere(detail::site& where,
                                                              std::uint32_t offset,
                                                              std::size_t bucket,
                                                              Sum summed) noexcept {
      const auto found = detail::find_cells(where, family::layout, offset, facts::is_shared);
      if (found.at == nullptr) return;
      if (found.mine) return add_own(found.at, bucket, summed);
      found.at[bucket].fetch_add(1, std::memory_order_relaxed);
      if constexpr (facts::is_real) {
        detail::add_shared_real(found.at[sum_at], summed);
      } else {
        found.at[sum_at].fetch_add(summed, std::memory_order_relaxed);
      }
    }

    detail::site* where_;
    std::uint32_t offset_;
  };

  [[nodiscard]] [[gnu::always_inline]] series operator[](const labels& of) noexcept {
    return {family_.where(), family_.offset_of(of)};
  }

  template <class T>
    requires(!family::has_labels)
  [[gnu::always_inline]] void observe(const T& value) noexcept {
    (*this)[{}].observe(value);
  }
  template <class Clock = steady_clock>
    requires(!family::has_labels)
  timing<Clock> time() noexcept {
    return (*this)[{}].template time<Clock>();
  }

  // The labels with texts that live as long as the histogram; beyond the bound they are `other`.
  [[nodiscard]] labels kept(const labels& of) noexcept { return family_.kept(of); }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  [[nodiscard]] detail::family_cells cells() const noexcept { return family_.cells(); }
  void attach() noexcept { family_.attach(); }

 private:
  const char* help_;
  family family_;
};

template <class Unit, auto Buckets, class... Options>
template <class Clock>
class [[nodiscard]] histogram<Unit, Buckets, Options...>::timing {
 public:
  explicit timing(const series& of) noexcept : series_(of), running_(true), start_(Clock::now()) {}
  timing(timing&& from) noexcept
      : series_(from.series_), running_(std::exchange(from.running_, false)), start_(from.start_) {}
  timing& operator=(timing&&) = delete;
  ~timing() { stop(); }

  // Observes now; later calls and the destructor do nothing.
  void stop() noexcept {
    if (!running_) return;
    running_ = false;
    series_.record_nanoseconds(Clock::elapsed(start_, Clock::now()));
  }
  // Ends without observing.
  void cancel() noexcept { running_ = false; }

 private:
  series series_;
  bool running_;
  std::uint64_t start_;
};

}  // namespace pantograph
