// SPDX-License-Identifier: Apache-2.0
#pragma once

// UTF-8 as exposition formats demand it: label values and help texts must be valid, so whatever a
// program hands in is normalised once, before it is stored. A maximal ill-formed part becomes one
// U+FFFD ("substitution of maximal subparts", The Unicode Standard 15.0, 3.9, table 3-8).
//
//     char out[64];
//     std::size_t n = normalise_utf8("caf\xe9", out, sizeof out);   // "caf" U+FFFD, 6 bytes

#include <cstddef>
#include <string_view>

namespace pantograph::detail {

struct utf8_step {
  std::size_t bytes;  // 1..4: how far to move on
  bool valid;
};

// Looks at the sequence that starts at text[at]. Precondition: at < text.size().
[[nodiscard]] constexpr utf8_step utf8_next(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(at);
  if (lead < 0x80) return {1, true};
  std::size_t length = 0;
  unsigned low = 0x80, high = 0xBF;  // range of the second byte (Unicode 15.0, table 3-7)
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;  // no surrogates
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= text.size()) return {i, false};
    const unsigned next = byte(at + i);
    if (next < low || next > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

[[nodiscard]] constexpr bool is_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const utf8_step step = utf8_next(text, at);
    if (!step.valid) return false;
    at += step.bytes;
  }
  return true;
}

// Writes the normalised text; returns its size, or npos when it does not fit into `capacity`.
inline constexpr std::size_t npos = static_cast<std::size_t>(-1);
[[nodiscard]] constexpr std::size_t normalise_utf8(std::string_view text, char* out,
                                                   std::size_t capacity) noexcept {
  std::size_t size = 0;
  for (std::size_t at = 0; at < text.size();) {
    const utf8_step step = utf8_next(text, at);
    const std::string_view piece =
        step.valid ? text.substr(at, step.bytes) : std::string_view("\xEF\xBF\xBD");
    if (size + piece.size() > capacity) return npos;
    for (const char c : piece) out[size++] = c;
    at += step.bytes;
  }
  return size;
}

}  // namespace pantograph::detail
