// SPDX-License-Identifier: Apache-2.0
#pragma once

// The whole text of a scrape, byte by byte as the sink got it.

#include <cstddef>
#include <string>
#include <string_view>

#include <pantograph/text/exposition.hpp>

namespace reading {

inline constexpr auto prometheus = pantograph::text_format::prometheus_0_0_4;
inline constexpr auto openmetrics = pantograph::text_format::openmetrics_1_0;

inline std::string text_of(pantograph::exposition& out, pantograph::text_format format,
                           pantograph::duration max_age = {}) {
  std::string text;
  auto keep = [&](std::string_view chunk) { text += chunk; };
  if (!out.write(pantograph::sink_to(keep), format, max_age)) text += "[write returned false]";
  return text;
}

// How many lines of the text start so.
inline std::size_t lines_with(std::string_view text, std::string_view start) {
  std::size_t found = 0;
  while (!text.empty()) {
    found += text.starts_with(start);
    const std::size_t end = text.find('\n');
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return found;
}

}  // namespace reading
