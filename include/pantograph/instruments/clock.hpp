// SPDX-License-Identifier: Apache-2.0
#pragma once

// Clocks for timing: `now()` is a raw tick, `elapsed(from, to)` nanoseconds. Two are offered, because
// reading the clock is most of what a timing costs:
//
//     steady_clock   clock_gettime(CLOCK_MONOTONIC), about 20 ns a read. The default.
//     tsc_clock      the processor's time-stamp counter, about 9 ns a read, calibrated once against
//                    CLOCK_MONOTONIC; where the counter is not invariant it is steady_clock itself.
//                    Its rate is good to about 20 ppm, and it does not follow NTP's slewing.
//
//     pg::tsc_clock::calibrate();                     // at start: 5 ms, once
//     auto timing = metrics.duration_seconds[...].time<pg::tsc_clock>();

#include <time.h>

#include <atomic>
#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <pantograph/base/int128.hpp>

namespace pantograph {

struct steady_clock {
  [[nodiscard]] static std::uint64_t now() noexcept {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(t.tv_nsec);
  }
  [[nodiscard]] static std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) noexcept {
    return to - from;
  }
};

namespace detail {

enum class tick_source : std::uint32_t { unknown, counter, system };
inline constinit std::atomic<tick_source> tsc_source{tick_source::unknown};
// Nanoseconds a tick, times 2^32; 0 until calibrated.
inline constinit std::atomic<std::uint64_t> tsc_rate{0};

[[nodiscard]] inline std::uint64_t read_counter() noexcept {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return steady_clock::now();
#endif
}

[[gnu::noinline, gnu::cold]] inline tick_source choose_tick_source() noexcept {
  tick_source chosen = tick_source::system;
#if defined(__x86_64__)
  // "Invariant TSC": constant rate in all power states (AMD64 APM vol. 3, Fn8000_0007 EDX[8];
  // Intel SDM vol. 3B, 18.17.1).
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(0x80000007u, &a, &b, &c, &d) != 0 && (d >> 8 & 1u) != 0) {
    chosen = tick_source::counter;
  }
#endif
  tsc_source.store(chosen, std::memory_order_relaxed);
  return chosen;
}

[[gnu::noinline, gnu::cold]] inline std::uint64_t measure_tsc_rate() noexcept {
  const std::uint64_t known = tsc_rate.load(std::memory_order_relaxed);
  if (known != 0) return known;
  constexpr std::uint64_t window = 5'000'000;  // ns; a read's jitter of 100 ns is then 20 ppm
  const std::uint64_t start = steady_clock::now(), first = read_counter();
  std::uint64_t end = start;
  while (end - start < window) end = steady_clock::now();
  const std::uint64_t ticks = read_counter() - first;
  const auto rate = static_cast<std::uint64_t>((static_cast<uint128>(end - start) << 32) /
                                               (ticks == 0 ? 1 : ticks));
  tsc_rate.store(rate, std::memory_order_relaxed);
  return rate;
}

}  // namespace detail

struct tsc_clock {
  // Measures the counter's rate: about 5 ms, once. Without this call the first `elapsed` does it.
  // True when the processor's counter is used, false when this is steady_clock.
  static bool calibrate() noexcept {
    if (source() != detail::tick_source::counter) return false;
    (void)detail::measure_tsc_rate();
    return true;
  }
  [[nodiscard]] static std::uint64_t now() noexcept {
    return source() == detail::tick_source::counter ? detail::read_counter() : steady_clock::now();
  }
  // 0 when `to` was read before `from`, as can happen between processors.
  [[nodiscard]] static std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) noexcept {
    const std::uint64_t ticks = to > from ? to - from : 0;
    if (source() != detail::tick_source::counter) return ticks;
    std::uint64_t rate = detail::tsc_rate.load(std::memory_order_relaxed);
    if (rate == 0) [[unlikely]] rate = detail::measure_tsc_rate();
    return static_cast<std::uint64_t>(static_cast<detail::uint128>(ticks) * rate >> 32);
  }

 private:
  [[nodiscard]] static detail::tick_source source() noexcept {
    const auto known = detail::tsc_source.load(std::memory_order_relaxed);
    return known != detail::tick_source::unknown ? known : detail::choose_tick_source();
  }
};

}  // namespace pantograph
