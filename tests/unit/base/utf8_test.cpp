// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 by the book: The Unicode Standard 15.0, 3.9, table 3-7 (well-formed sequences) and the
// examples of tables 3-8 to 3-11 (what becomes of ill-formed ones).

#include <pantograph/base/utf8.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace {

using pantograph::detail::is_utf8;
using pantograph::detail::normalise_utf8;
using pantograph::detail::npos;
using pantograph::detail::utf8_next;
using namespace std::string_view_literals;

#define R "\xEF\xBF\xBD"  // U+FFFD

constexpr bool becomes(std::string_view text, std::string_view expected) {
  char out[64] = {};
  const std::size_t size = normalise_utf8(text, out, sizeof out);
  return size == expected.size() && std::string_view(out, size) == expected;
}

// ---- table 3-7: the ends of every range ----

static_assert(is_utf8(""));
static_assert(is_utf8("\x00"sv) && is_utf8("\x7F"));
static_assert(is_utf8("\xC2\x80") && is_utf8("\xDF\xBF"));
static_assert(is_utf8("\xE0\xA0\x80") && is_utf8("\xE0\xBF\xBF"));
static_assert(is_utf8("\xE1\x80\x80") && is_utf8("\xEC\xBF\xBF"));
static_assert(is_utf8("\xED\x80\x80") && is_utf8("\xED\x9F\xBF"));
static_assert(is_utf8("\xEE\x80\x80") && is_utf8("\xEF\xBF\xBF"));
static_assert(is_utf8("\xF0\x90\x80\x80") && is_utf8("\xF0\xBF\xBF\xBF"));
static_assert(is_utf8("\xF1\x80\x80\x80") && is_utf8("\xF3\xBF\xBF\xBF"));
static_assert(is_utf8("\xF4\x80\x80\x80") && is_utf8("\xF4\x8F\xBF\xBF"));

// One step past each of those ends.
static_assert(!is_utf8("\x80") && !is_utf8("\xBF"), "a continuation byte alone");
static_assert(!is_utf8("\xC0\x80") && !is_utf8("\xC1\xBF"), "two bytes for what fits one");
static_assert(!is_utf8("\xC2\x7F") && !is_utf8("\xDF\xC0"));
static_assert(!is_utf8("\xE0\x9F\xBF"), "three bytes for what fits two");
static_assert(!is_utf8("\xE1\x7F\x80") && !is_utf8("\xE1\xC0\x80"));
static_assert(!is_utf8("\xE1\x80\x7F") && !is_utf8("\xE1\x80\xC0"));
static_assert(!is_utf8("\xED\xA0\x80") && !is_utf8("\xED\xBF\xBF"), "surrogates");
static_assert(!is_utf8("\xF0\x8F\xBF\xBF"), "four bytes for what fits three");
static_assert(!is_utf8("\xF1\x80\x80\x7F") && !is_utf8("\xF1\x80\xC0\x80"));
static_assert(!is_utf8("\xF4\x90\x80\x80"), "above U+10FFFF");
static_assert(!is_utf8("\xF5\x80\x80\x80") && !is_utf8("\xFE") && !is_utf8("\xFF"));
static_assert(!is_utf8("\xC2") && !is_utf8("\xE1\x80") && !is_utf8("\xF1\x80\x80"), "cut short");

// ---- what ill-formed text becomes ----

static_assert(becomes("plain", "plain"));
static_assert(becomes("caf\xE9", "caf" R), "Latin-1");
static_assert(becomes("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
static_assert(becomes("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", R R R R R R R R "A"), "table 3-8");
static_assert(becomes("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", R R R R R R R R "A"), "table 3-9");
static_assert(becomes("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", R R R R R "A" R R "B"), "table 3-10");
static_assert(becomes("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", R R R R "A"), "table 3-11");
static_assert(becomes("\xE2\x82", R), "a cut end is one replacement");

// ---- how far one step goes ----

static_assert(utf8_next("\xF0\x9F\x98\x80", 0).bytes == 4 && utf8_next("\xF0\x9F\x98\x80", 0).valid);
static_assert(utf8_next("\xF0\x9F\x98z", 0).bytes == 3 && !utf8_next("\xF0\x9F\x98z", 0).valid);
static_assert(utf8_next("a\xC0", 1).bytes == 1 && !utf8_next("a\xC0", 1).valid);

// ---- capacity ----

constexpr std::size_t size_within(std::string_view text, std::size_t capacity) {
  char out[16] = {};
  return normalise_utf8(text, out, capacity);
}
static_assert(size_within("abc", 3) == 3 && size_within("abc", 2) == npos);
static_assert(size_within("\xC3\xA9", 2) == 2 && size_within("\xC3\xA9", 1) == npos);
static_assert(size_within("\xFF", 3) == 3 && size_within("\xFF", 2) == npos, "it grows threefold");
static_assert(size_within("", 0) == 0);

// ---- all sequences of up to three bytes, and the edges of those of four, by another way ----

// Decodes by the bit patterns, then asks whether the number may be written so.
bool is_one_code_point(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[i])); };
  std::uint32_t value = 0, least = 0;
  std::size_t length = 0;
  if (byte(0) < 0x80) return s.size() == 1;
  if ((byte(0) & 0xE0) == 0xC0) {
    length = 2, value = byte(0) & 0x1F, least = 0x80;
  } else if ((byte(0) & 0xF0) == 0xE0) {
    length = 3, value = byte(0) & 0x0F, least = 0x800;
  } else if ((byte(0) & 0xF8) == 0xF0) {
    length = 4, value = byte(0) & 0x07, least = 0x10000;
  } else {
    return false;
  }
  if (s.size() != length) return false;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return false;
    value = value << 6 | (byte(i) & 0x3F);
  }
  return value >= least && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
}

void expect_same_verdict(std::string_view s) {
  const auto step = utf8_next(s, 0);
  ASSERT_EQ(step.valid && step.bytes == s.size(), is_one_code_point(s))
      << testing::PrintToString(std::string(s));
}

TEST(utf8, sequences_of_up_to_three_bytes_are_judged_as_their_bits_say) {
  char s[3];
  for (int a = 0; a < 256; ++a) {
    s[0] = static_cast<char>(a);
    expect_same_verdict({s, 1});
    for (int b = 0; b < 256; ++b) {
      s[1] = static_cast<char>(b);
      expect_same_verdict({s, 2});
      if (a < 0xC0) continue;  // the first byte has decided
      for (int c = 0; c < 256; ++c) {
        s[2] = static_cast<char>(c);
        expect_same_verdict({s, 3});
      }
    }
  }
}

TEST(utf8, sequences_of_four_bytes_are_judged_as_their_bits_say) {
  constexpr char edges[] = {'\x00', '\x7F', '\x80', '\x8F', '\x90', '\xBF', '\xC0', '\xFF'};
  for (int a = 0xE0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      for (const char c : edges) {
        for (const char d : edges) {
          const char s[] = {static_cast<char>(a), static_cast<char>(b), c, d};
          expect_same_verdict({s, 4});
        }
      }
    }
  }
}

TEST(utf8, what_was_normalised_is_well_formed_and_stays_as_it_is) {
  std::uint64_t random = 88172645463325252u;
  for (int round = 0; round < 20000; ++round) {
    char text[24];
    for (char& c : text) {
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;  // xorshift64
      c = static_cast<char>((random & 1) != 0 ? 0x80 | (random >> 8 & 0x7F) : random >> 8 & 0xFF);
    }
    char once[72], twice[72];
    const std::size_t size = normalise_utf8({text, sizeof text}, once, sizeof once);
    ASSERT_NE(size, npos);
    ASSERT_TRUE(is_utf8({once, size}));
    ASSERT_EQ(normalise_utf8({once, size}, twice, sizeof twice), size);
    ASSERT_EQ(std::string_view(once, size), std::string_view(twice, size));
  }
}

}  // namespace
