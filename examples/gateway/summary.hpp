// SPDX-License-Identifier: Apache-2.0
#pragma once

// What happened, twice: from the program's own list of ended requests, and from the instruments.
// The two must agree; percentiles of the list are exact, those of the instruments come from
// buckets.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "exposed.hpp"
#include "replay.hpp"

namespace gateway {

struct call_summary {
  std::uint64_t calls = 0, errors = 0, timeouts = 0;
  double exact[3] = {};      // seconds: p50, p95, p99; nearest rank
  double estimated[3] = {};  // the same from the histogram
};

struct summary {
  call_summary tool, model;
  std::uint64_t input_tokens = 0, output_tokens = 0;
  std::vector<std::string> differences;  // between the list and the instruments; empty: none
};

[[nodiscard]] summary summarise(std::span<const ended_request> list, const exposed& instruments);

// A table with its legend, line ends included.
[[nodiscard]] std::string to_text(const summary& of);

}  // namespace gateway
