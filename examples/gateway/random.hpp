// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random numbers that depend on a seed and an index alone, not on threads or on the standard
// library: the same run again gives the same requests, latencies and errors.

#include <cmath>
#include <cstdint>
#include <numbers>

namespace gateway {

// SplitMix64 (Steele, Lea, Flood 2014).
class random_numbers {
 public:
  random_numbers(std::uint64_t seed, std::uint64_t index) noexcept
      : state_(seed * 0x9E3779B97F4A7C15u + index * 0xD1B54A32D192ED03u) {
    (void)next();
  }

  [[nodiscard]] std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // 0 <= x < 1
  [[nodiscard]] double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // 0 .. below-1
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
  // Of mean `mean`.
  [[nodiscard]] double exponential(double mean) noexcept { return -mean * std::log1p(-uniform()); }
  // Log-normal with median 1; 95 % lie within exp(-2 sigma) .. exp(2 sigma).
  [[nodiscard]] double spread(double sigma) noexcept {
    const double normal =
        std::sqrt(-2 * std::log1p(-uniform())) * std::cos(2 * std::numbers::pi * uniform());
    return std::exp(sigma * normal);
  }

 private:
  std::uint64_t state_;
};

}  // namespace gateway
