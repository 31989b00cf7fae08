// SPDX-License-Identifier: Apache-2.0
#pragma once

// A family of 102,400 series by enum labels, of which the first 100,000 are used, for what is measured
// at that size. A line is about 66 bytes: mcp_server_calls_total{tool="t07",step="t31",zone="z24"} 6297

#include <cstddef>
#include <cstdint>

#include <pantograph/metrics.hpp>

namespace large {

namespace pg = pantograph;

enum class tool_name : std::uint8_t {
  t00, t01, t02, t03, t04, t05, t06, t07, t08, t09, t10, t11, t12, t13, t14, t15,
  t16, t17, t18, t19, t20, t21, t22, t23, t24, t25, t26, t27, t28, t29, t30, t31,
  t32, t33, t34, t35, t36, t37, t38, t39, t40, t41, t42, t43, t44, t45, t46, t47,
  t48, t49, t50, t51, t52, t53, t54, t55, t56, t57, t58, t59, t60, t61, t62, t63
};
enum class zone_name : std::uint8_t {
  z00, z01, z02, z03, z04, z05, z06, z07, z08, z09, z10, z11, z12,
  z13, z14, z15, z16, z17, z18, z19, z20, z21, z22, z23, z24
};
struct tool_call {
  pg::label<tool_name> tool;
  pg::label<tool_name> step;
  pg::label<zone_name> zone;
};
struct mcp_server_metrics {
  pg::counter<tool_call, pg::at_most<102'400>> calls_total{"Tool calls."};
};

inline constexpr std::size_t series = 100'000;

// The labels of series i.
[[nodiscard]] inline tool_call labels(std::size_t i) noexcept {
  return {.tool = static_cast<tool_name>(i / 25 / 64),
          .step = static_cast<tool_name>(i / 25 % 64),
          .zone = static_cast<zone_name>(i % 25)};
}

// Adds to every series.
inline void touch(mcp_server_metrics& metrics) noexcept {
  for (std::size_t i = 0; i < series; ++i) metrics.calls_total[labels(i)].increment();
}

}  // namespace large
