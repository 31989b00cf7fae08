// SPDX-License-Identifier: Apache-2.0
#pragma once

// A fast 64-bit hash of short texts for tables inside the process: two multiplications for up to 16
// bytes. Not for files or wires: it may change, and it does not resist an attacker who knows it (the
// tables compare whole keys and are bounded, so a collision costs time, never a wrong answer).

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <pantograph/base/int128.hpp>

namespace pantograph::detail {

[[gnu::always_inline]] inline std::uint64_t fold_multiply(std::uint64_t a,
                                                          std::uint64_t b) noexcept {
  const uint128 product = static_cast<uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <class T>
[[gnu::always_inline]] inline std::uint64_t read_as(const char* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

[[gnu::always_inline]] inline std::uint64_t hash_text(std::string_view text,
                                                      std::uint64_t seed) noexcept {
  const char* at = text.data();
  const std::size_t size = text.size();
  std::uint64_t a = 0, b = 0;
  if (size > 16) {
    std::uint64_t state = seed;
    std::size_t left = size;
    for (; left > 16; left -= 16, at += 16) {
      state = fold_multiply(read_as<std::uint64_t>(at) ^ state,
                            read_as<std::uint64_t>(at + 8) ^ 0x9FB21C651E98DF25u);
    }
    a = read_as<std::uint64_t>(at + left - 16) ^ state;
    b = read_as<std::uint64_t>(at + left - 8);
  } else if (size >= 8) {
    a = read_as<std::uint64_t>(at);
    b = read_as<std::uint64_t>(at + size - 8);
  } else if (size >= 4) {
    a = read_as<std::uint32_t>(at);
    b = read_as<std::uint32_t>(at + size - 4);
  } else if (size > 0) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i]));
    };
    a = byte(0) << 16 | byte(size >> 1) << 8 | byte(size - 1);
  }
  return fold_multiply(a ^ seed ^ size, b ^ 0xA0761D6478BD642Fu);
}

}  // namespace pantograph::detail
