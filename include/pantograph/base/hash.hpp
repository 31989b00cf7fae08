// SPDX-License-Identifier: Apache-2.0
#pragma once

// A fast 64-bit hash of short texts for tables inside the process, and their comparison. Texts of
// 4 .. 16 bytes, as most labels are, take no branch that depends on their length, which a processor
// cannot guess. Not for files or wires: it may change, and it does not resist an attacker who knows it
// (the tables compare whole keys and are bounded, so a collision costs time, never a wrong answer).
//
//     const text_words words = words_of(text.data(), text.size());
//     hash_text(text, words, seed);  same_text(text, words, other_of_this_size);

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

// All bytes of a text of up to 16, each at least once, so that two such texts of one size are equal
// when their words are. Of a longer text, its last 16 bytes.
struct text_words {
  std::uint64_t a, b;
};

[[nodiscard]] constexpr bool is_short(std::size_t size) noexcept { return size - 4 <= 12; }

// Precondition: is_short(size).
[[gnu::always_inline]] inline text_words words_of_short(const char* at, std::size_t size) noexcept {
  const auto four = [at](std::size_t i) { return read_as<std::uint32_t>(at + i); };
  const std::size_t middle = size >> 3 << 2;  // 4 bytes from there, and 4 as far from the end
  return {four(0) << 32 | four(middle), four(size - 4) << 32 | four(size - 4 - middle)};
}
[[gnu::always_inline]] inline text_words words_of(const char* at, std::size_t size) noexcept {
  if (is_short(size)) return words_of_short(at, size);
  if (size == 0) return {0, 0};
  if (size > 16) {
    return {read_as<std::uint64_t>(at + size - 16), read_as<std::uint64_t>(at + size - 8)};
  }
  const auto byte = [at](std::size_t i) { return read_as<unsigned char>(at + i); };
  return {byte(0) << 16 | byte(size >> 1) << 8 | byte(size - 1), 0};
}

// Precondition of both: `words` are those of `text`.
[[gnu::always_inline]] inline std::uint64_t hash_short(std::size_t size, text_words words,
                                                       std::uint64_t seed) noexcept {
  return fold_multiply(words.a ^ seed ^ size, words.b ^ 0xA0761D6478BD642Fu);
}
[[gnu::always_inline]] inline std::uint64_t hash_text(std::string_view text, text_words words,
                                                      std::uint64_t seed) noexcept {
  for (std::size_t done = 0; done + 16 < text.size(); done += 16) {
    seed = fold_multiply(read_as<std::uint64_t>(text.data() + done) ^ seed,
                         read_as<std::uint64_t>(text.data() + done + 8) ^ 0x9FB21C651E98DF25u);
  }
  return hash_short(text.size(), words, seed);
}

[[gnu::always_inline]] inline bool same_words(text_words x, text_words y) noexcept {
  return x.a == y.a && x.b == y.b;
}

}  // namespace pantograph::detail
