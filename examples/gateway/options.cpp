// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <charconv>
#include <cmath>

namespace gateway {

std::string_view help_text() {
  return R"(usage: gateway [options]

An AI tool gateway, imitated: it replays requests through Pantograph's instruments on several
threads and serves them at /metrics. Each request is a tool call and a model call. Arrival times
and token counts are the trace's; durations, errors and timeouts are simulated, and nothing is
sent anywhere.

what is replayed
  --trace FILE         a request trace: the header TIMESTAMP,ContextTokens,GeneratedTokens, then
                       lines such as 2023-11-16 18:17:03.9799600,4808,10 (default: made-up requests)
  --requests N         replay the first N, or make up N (default: all of the file; 2000 made up)
  --seed N             for made-up requests and for what is simulated (default: 1)
  --errors PERCENT     tool calls, and model calls, that fail (default: 2)
  --timeouts PERCENT   and that time out, in addition (default: 0.5)

how
  --speed X            X times as fast as the trace (default: such that it takes about 15 seconds)
  --threads N          1 to 64 (default: 4)
  --port N             serve http://127.0.0.1:N/metrics; 0 is any free port
                       (default: 9464, or any free port if that one is taken)
  --serve              keep serving after the summary, until Ctrl-C
  --serve-seconds N    keep serving for N seconds
  --no-prometheus      do not start a Prometheus. Else, if one is installed, it runs for as long as
                       this program, in a temporary folder, on a free port, and is asked five
                       questions at the end
  --save FILE          write what /metrics shows at the end to FILE
  --quiet              no progress; only the summary
  --help               this text

exit code: 0 all went well, 1 something failed while running, 2 the command line is wrong
)";
}

namespace {

// The whole text as a number within low .. high.
template <class Number>
bool read_number(std::string_view text, Number low, Number high, Number& into) {
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return false;
  if (!(value >= low && value <= high)) return false;  // NaN is outside as well
  into = value;
  return true;
}

pantograph::error wrong(std::string text) { return {"gateway/usage", std::move(text)}; }

// Reads `value` into the option; what is allowed when it does not fit, else empty.
std::string_view set_value(options& out, std::string_view name, std::string_view value) {
  const auto number = [&](auto low, auto high, auto& into, std::string_view allowed) {
    return read_number(value, low, high, into) ? std::string_view() : allowed;
  };
  if (name == "--trace") {
    out.trace = value;
    return value.empty() ? "the name of a file" : "";
  }
  if (name == "--save") {
    out.save = value;
    return value.empty() ? "the name of a file" : "";
  }
  if (name == "--requests") {
    return number(std::size_t{1}, std::size_t{10'000'000}, out.requests.emplace(),
                  "a whole number, 1 to 10000000");
  }
  if (name == "--speed") {
    return number(0.001, 1e6, out.speed.emplace(), "a number, 0.001 to 1000000");
  }
  if (name == "--seed") {
    return number(std::uint64_t{0}, ~std::uint64_t{0}, out.seed, "a whole number, 0 or above");
  }
  if (name == "--threads") return number(1u, 64u, out.threads, "a whole number, 1 to 64");
  if (name == "--errors") return number(0.0, 100.0, out.errors, "percent, 0 to 100");
  if (name == "--timeouts") return number(0.0, 100.0, out.timeouts, "percent, 0 to 100");
  if (name == "--port") {
    return number(std::uint16_t{0}, std::uint16_t{65535}, out.port.emplace(),
                  "a whole number, 0 to 65535");
  }
  return number(0.0, 1e6, out.serve_seconds, "seconds, 0 to 1000000");
}

}  // namespace

pantograph::result<options> parse_options(int count, const char* const* arguments) {
  constexpr std::string_view with_value[] = {"--trace",   "--requests",     "--speed",    "--seed",
                                             "--threads", "--errors",       "--timeouts", "--port",
                                             "--save",    "--serve-seconds"};
  options out;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    bool takes_value = false;
    for (const std::string_view each : with_value) takes_value = takes_value || each == name;
    if (takes_value) {
      if (equals == argument.npos && i + 1 == count) {
        return wrong(std::string(name) + " needs a value behind it");
      }
      const std::string_view value =
          equals == argument.npos ? arguments[++i] : argument.substr(equals + 1);
      const std::string_view allowed = set_value(out, name, value);
      if (!allowed.empty()) {
        return wrong(std::string(name) + " \"" + std::string(value) + "\": allowed is " +
                     std::string(allowed));
      }
    } else if (argument == "--help" || argument == "-h") {
      out.help = true;
    } else if (argument == "--serve") {
      out.serve = true;
    } else if (argument == "--no-prometheus") {
      out.prometheus = false;
    } else if (argument == "--quiet") {
      out.quiet = true;
    } else {
      return wrong("unknown argument \"" + std::string(argument) + "\"");
    }
  }
  if (out.errors + out.timeouts > 100) return wrong("--errors and --timeouts: together above 100");
  return out;
}

}  // namespace gateway
