// SPDX-License-Identifier: Apache-2.0
//
// The hash of the series tables: it depends on every byte, the size and the seed, and reads nothing
// outside of the text (AddressSanitizer watches buffers of exactly the text's size).

#include <pantograph/base/hash.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace {

namespace pd = pantograph::detail;

constexpr std::uint64_t seed = 0x2D358DCCAA6C78A5u;  // as the series tables start

std::uint64_t hash_of(std::string_view text, std::uint64_t with) {
  return pd::hash_text(text, pd::words_of(text.data(), text.size()), with);
}

TEST(hash, reads_the_text_and_no_byte_more) {
  for (std::size_t size = 0; size <= 100; ++size) {
    const auto exact = std::make_unique<char[]>(size);
    std::memset(exact.get(), 'x', size);
    const std::string copy(size, 'x');
    EXPECT_EQ(hash_of({exact.get(), size}, 1), hash_of(copy, 1)) << size;
  }
}

TEST(hash, words_of_texts_up_to_sixteen_bytes_are_equal_only_when_the_texts_are) {
  for (std::size_t size = 1; size <= 16; ++size) {
    const std::string text(size, 'a');
    const pd::text_words words = pd::words_of(text.data(), size);
    EXPECT_TRUE(pd::same_words(words, pd::words_of(std::string(size, 'a').data(), size)));
    for (std::size_t i = 0; i < size; ++i) {
      std::string changed = text;
      changed[i] = 'b';
      EXPECT_FALSE(pd::same_words(words, pd::words_of(changed.data(), size))) << size << ' ' << i;
    }
  }
}

TEST(hash, does_not_depend_on_where_the_text_lies) {
  const std::string text = "a text of forty bytes, a little over that";
  char memory[64];
  for (std::size_t shift = 0; shift < 16; ++shift) {
    std::memcpy(memory + shift, text.data(), text.size());
    EXPECT_EQ(hash_of({memory + shift, text.size()}, 7), hash_of(text, 7));
  }
}

TEST(hash, changes_with_every_byte_with_the_size_and_with_the_seed) {
  for (std::size_t size = 1; size <= 70; ++size) {
    const std::string text(size, 'a');
    std::set<std::uint64_t> seen{hash_of(text, seed)};
    for (std::size_t i = 0; i < size; ++i) {
      std::string changed = text;
      changed[i] = 'b';
      seen.insert(hash_of(changed, seed));
    }
    EXPECT_EQ(seen.size(), size + 1) << size;
    EXPECT_NE(hash_of(text, seed), hash_of(text + 'a', seed)) << size;
    EXPECT_NE(hash_of(text, seed), hash_of(text, 3 * seed)) << size;
  }
}

TEST(hash, texts_that_differ_in_a_number_seldom_collide) {
  for (const std::string start : {"", "agent-", "a-rather-long-name-of-an-agent-"}) {
    std::set<std::uint64_t> hashes;
    std::set<std::uint64_t> low_bits;
    for (int i = 0; i < 100'000; ++i) {
      const std::uint64_t hash = hash_of(start + std::to_string(i), seed);
      hashes.insert(hash);
      low_bits.insert(hash & 0x1FFFF);
    }
    // A collision costs time, no more: one in 500 does not show.
    EXPECT_GT(hashes.size(), 99'800u) << start;
    // Of 2^17 places a random function hits 2^17 (1 - e^(-10^5 / 2^17)) = 69,958.
    EXPECT_GT(low_bits.size(), 69'000u) << start;
  }
}

TEST(hash, zeros_in_a_text_count) {
  using namespace std::string_view_literals;
  EXPECT_NE(hash_of("\0"sv, 0), hash_of("\0\0"sv, 0));
  EXPECT_NE(hash_of(""sv, 0), hash_of("\0"sv, 0));
}

}  // namespace
