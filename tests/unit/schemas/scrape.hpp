// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a scrape of one schema object says, for tests: its samples by the text before the value.

#include <pantograph/metrics.hpp>

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace scrapes {

struct result {
  std::map<std::string, double> samples;     // `name{a="x"}` to value; a doubled sample is NaN
  std::map<std::string, std::string> types;  // family to type, as 0.0.4 has it

  [[nodiscard]] bool has(const std::string& series) const { return samples.count(series) != 0; }
  [[nodiscard]] double at(const std::string& series) const {
    const auto found = samples.find(series);
    return found == samples.end() ? -12345 : found->second;
  }
  [[nodiscard]] std::set<std::string> families() const {
    std::set<std::string> out;
    for (const auto& [name, type] : types) out.insert(name);
    return out;
  }
};

inline result of(pantograph::exposition& exposition) {
  std::string text;
  auto keep = [&](std::string_view chunk) { text += chunk; };
  exposition.write(pantograph::sink_to(keep), pantograph::text_format::prometheus_0_0_4);
  result out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("# TYPE ")) {
      const std::size_t blank = line.find(' ', 7);
      out.types[line.substr(7, blank - 7)] = line.substr(blank + 1);
    } else if (!line.starts_with("#")) {
      const std::size_t blank = line.rfind(' ');
      const auto [place, fresh] =
          out.samples.emplace(line.substr(0, blank), std::strtod(line.c_str() + blank, nullptr));
      if (!fresh) place->second = std::strtod("nan", nullptr);
    }
  }
  return out;
}

template <class Schema>
result of_object(Schema& metrics) {
  pantograph::exposition exposition;
  exposition.add(metrics);
  return of(exposition);
}

}  // namespace scrapes
