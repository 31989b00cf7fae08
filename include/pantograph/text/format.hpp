// SPDX-License-Identifier: Apache-2.0
#pragma once

// The text formats that this toolkit writes, and what each is called on the wire. The version is
// part of the name: a reader that asks for another version gets 0.0.4, which every reader knows.
//
//     static_assert(content_type(text_format::prometheus_0_0_4) ==
//                   "text/plain; version=0.0.4; charset=utf-8");

#include <string_view>

namespace pantograph {

enum class text_format {
  prometheus_0_0_4,  // the fallback: never refused by a Prometheus of any age
  openmetrics_1_0,
};

// The value of the HTTP Content-Type field. Prometheus chooses its parser by this string alone
// (OpenMetrics 1.0, "Content Negotiation", and Prometheus' "Exposition formats").
[[nodiscard]] constexpr std::string_view content_type(text_format format) noexcept {
  return format == text_format::openmetrics_1_0
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace pantograph
