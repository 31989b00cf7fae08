// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads numbers out of exposition text, as far as a summary needs: sums over series, and quantiles
// estimated from buckets the way Prometheus' histogram_quantile does it.
//
//     exposed text(exposition);
//     text.sum("mcp_tool_execution_total", "status=\"error\"");
//     text.quantile("gen_ai_client_operation_duration_seconds", 0.95);

#include <string>
#include <string_view>

#include <pantograph/metrics.hpp>

namespace gateway {

class exposed {
 public:
  explicit exposed(pantograph::exposition& from);

  // Of all samples of this name whose label text contains `label`; empty: of all.
  [[nodiscard]] double sum(std::string_view name, std::string_view label = {}) const;
  // Over all series of the histogram; NaN when nothing was observed.
  [[nodiscard]] double quantile(std::string_view histogram, double q) const;
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  // Calls `take(labels, value)` for every sample of this name.
  template <class Take>
  void each(std::string_view name, const Take& take) const;

  std::string text_;
};

}  // namespace gateway
