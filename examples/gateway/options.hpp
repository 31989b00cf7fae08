// SPDX-License-Identifier: Apache-2.0
#pragma once

// The command line of the demo.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pantograph/base/result.hpp>

namespace gateway {

struct options {
  bool help = false;
  std::string trace;  // empty: made-up requests
  std::optional<std::size_t> requests;
  std::optional<double> speed;  // times real time; none: the replay takes about 15 s
  std::uint64_t seed = 1;
  unsigned threads = 4;
  double errors = 2;  // percent of tool calls, and of model calls
  double timeouts = 0.5;
  std::optional<std::uint16_t> port;  // none: 9464, or any free one when that is taken
  double serve_seconds = 0;
  bool serve = false;  // until Ctrl-C
  bool prometheus = true;
  std::string save;  // a file for what /metrics shows at the end
  bool quiet = false;
};

// An error is a usage error: it names the argument and what is allowed.
[[nodiscard]] pantograph::result<options> parse_options(int count, const char* const* arguments);

[[nodiscard]] std::string_view help_text();

}  // namespace gateway
