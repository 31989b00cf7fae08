// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an exposition says, by series: the tests judge the core by its text and by nothing else, so
// that its inside may change. Reading it here is a dozen lines that share nothing with the writer.
//
//     scraping::scrape now(out);
//     EXPECT_EQ(now.count("shop_orders_total{region=\"eu\"}"), 3u);
//     EXPECT_EQ(now.number("shop_cost_usd_total"), "0.25");

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include <pantograph/base/int128.hpp>
#include <pantograph/metrics.hpp>

namespace scraping {

inline const std::string absent = "absent";
inline constexpr std::uint64_t no_count = static_cast<std::uint64_t>(-1);

class scrape {
 public:
  explicit scrape(pantograph::exposition& of, pantograph::text_format format =
                                                  pantograph::text_format::prometheus_0_0_4) {
    auto keep = [this](std::string_view chunk) { text_ += chunk; };
    written_ = of.write(pantograph::sink_to(keep), format);
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
      if (line.empty() || line.front() == '#') continue;
      const std::size_t gap = line.rfind(' ');  // no timestamps are written
      const bool fresh =
          numbers_.emplace(line.substr(0, gap), line.substr(gap + 1)).second;
      if (!fresh) twice_ += std::string(line) + '\n';
    }
  }

  // The number as printed.
  [[nodiscard]] const std::string& number(std::string_view series) const {
    const auto found = numbers_.find(series);
    return found == numbers_.end() ? absent : found->second;
  }
  // The same as an integer; no_count when the series is absent or no plain integer.
  [[nodiscard]] std::uint64_t count(std::string_view series) const {
    const auto found = numbers_.find(series);
    if (found == numbers_.end()) return no_count;
    if (found->second.find_first_not_of("0123456789") != std::string::npos) return no_count;
    return std::strtoull(found->second.c_str(), nullptr, 10);
  }
  [[nodiscard]] bool has(std::string_view series) const {
    return numbers_.find(series) != numbers_.end();
  }
  // The sum of all series of a family, and how many those are.
  [[nodiscard]] std::uint64_t total(std::string_view name) const {
    std::uint64_t sum = 0;
    each_of(name, [&](const std::string& digits) { sum += std::strtoull(digits.c_str(), nullptr, 10); });
    return sum;
  }
  [[nodiscard]] std::size_t series(std::string_view name) const {
    std::size_t n = 0;
    each_of(name, [&](const std::string&) { ++n; });
    return n;
  }

  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& numbers() const {
    return numbers_;
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& twice() const { return twice_; }  // series that came twice
  [[nodiscard]] bool written() const { return written_; }

 private:
  template <class Visit>
  void each_of(std::string_view name, const Visit& visit) const {
    for (const auto& [series, digits] : numbers_) {
      const std::string_view bare = std::string_view(series).substr(0, series.find('{'));
      if (bare == name) visit(digits);
    }
  }

  std::string text_;
  std::string twice_;
  std::map<std::string, std::string, std::less<>> numbers_;
  bool written_ = false;
};

// `whole` units of 10^-digits as an exact decimal without trailing zeros.
[[nodiscard]] inline std::string decimal(pantograph::detail::uint128 whole, unsigned digits) {
  std::string out;
  for (unsigned i = 0; whole != 0 || i <= digits; ++i) {
    if (i == digits && digits != 0) out.insert(0, 1, '.');
    out.insert(0, 1, static_cast<char>('0' + static_cast<int>(whole % 10)));
    whole /= 10;
  }
  if (digits != 0) {
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
  }
  return out;
}

}  // namespace scraping
