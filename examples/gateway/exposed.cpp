// SPDX-License-Identifier: Apache-2.0

#include "exposed.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>

namespace gateway {

exposed::exposed(pantograph::exposition& from) {
  const auto keep = [this](std::string_view chunk) { text_ += chunk; };
  from.write(pantograph::sink_to(keep), pantograph::text_format::prometheus_0_0_4);
}

template <class Take>
void exposed::each(std::string_view name, const Take& take) const {
  const std::string_view text = text_;
  for (std::size_t start = 0, end = 0; start < text.size(); start = end + 1) {
    end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    if (!line.starts_with(name) || line.size() == name.size()) continue;
    std::string_view rest = line.substr(name.size());
    if (rest.front() != '{' && rest.front() != ' ') continue;  // a longer name
    const std::size_t blank = line.rfind(' ');
    const std::string value(line.substr(blank + 1));  // strtod wants a zero at the end
    take(line.substr(name.size(), blank - name.size()), std::strtod(value.c_str(), nullptr));
  }
}

double exposed::sum(std::string_view name, std::string_view label) const {
  double total = 0;
  each(name, [&](std::string_view labels, double value) {
    if (labels.find(label) != labels.npos) total += value;
  });
  return total;
}

double exposed::quantile(std::string_view histogram, double q) const {
  std::map<double, double> buckets;  // upper bound -> observations up to it
  each(std::string(histogram) + "_bucket", [&](std::string_view labels, double value) {
    const std::size_t at = labels.find("le=\"") + 4;
    const std::string bound(labels.substr(at, labels.find('"', at) - at));
    buckets[bound == "+Inf" ? std::numeric_limits<double>::infinity()
                            : std::strtod(bound.c_str(), nullptr)] += value;
  });
  if (buckets.empty() || buckets.rbegin()->second == 0) return std::nan("");
  const double rank = q * buckets.rbegin()->second;
  double below = 0, lower = 0;
  for (const auto& [bound, count] : buckets) {
    if (count >= rank) {
      // Beyond the last bound nothing is known: that bound is the answer.
      return std::isinf(bound) ? lower
                               : lower + (bound - lower) * ((rank - below) / (count - below));
    }
    below = count;
    lower = bound;
  }
  return lower;
}

}  // namespace gateway
