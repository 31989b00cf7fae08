// SPDX-License-Identifier: Apache-2.0

#include "trace.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "random.hpp"

namespace gateway {
namespace {

using std::chrono::nanoseconds;

constexpr std::string_view header = "TIMESTAMP,ContextTokens,GeneratedTokens";
constexpr std::uint32_t most_tokens = 10'000'000;
constexpr std::size_t most_examples = 20;

// For messages: at most 60 bytes, what is not printable ASCII as '?'.
std::string shown(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 60)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + (text.size() > 60 ? "...\"" : "\"");
}

// Exactly `digits` decimal digits at the front, taken off.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

// "2023-11-16 18:17:03.9799600": up to nine digits of a second's fraction, or none.
std::optional<nanoseconds> parse_time(std::string_view text) {
  constexpr std::string_view separators = "-- ::";
  unsigned parts[6];
  for (std::size_t i = 0; i < 6; ++i) {
    if (i != 0) {
      if (text.empty() || text.front() != separators[i - 1]) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto part = take_digits(text, i == 0 ? 4 : 2);
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  namespace ch = std::chrono;
  const ch::year_month_day day{ch::year(static_cast<int>(parts[0])), ch::month(parts[1]),
                               ch::day(parts[2])};
  if (!day.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return std::nullopt;
  unsigned fraction = 0;
  if (!text.empty()) {
    if (text.front() != '.' || text.size() < 2 || text.size() > 10) return std::nullopt;
    text.remove_prefix(1);
    const std::size_t digits = text.size();
    const auto value = take_digits(text, digits);
    if (!value) return std::nullopt;
    fraction = *value;
    for (std::size_t i = digits; i < 9; ++i) fraction *= 10;
  }
  return ch::sys_days(day).time_since_epoch() + ch::hours(parts[3]) + ch::minutes(parts[4]) +
         ch::seconds(parts[5]) + nanoseconds(fraction);
}

std::optional<std::uint32_t> parse_tokens(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || value > most_tokens) {
    return std::nullopt;
  }
  return value;
}

// The request of a line, or why there is none. `at` is still the time of day.
pantograph::result<request> parse_line(std::string_view line) {
  const auto malformed = [](std::string why) {
    return pantograph::error{"trace/line", std::move(why)};
  };
  if (line.empty()) return malformed("the line is empty");
  std::string_view columns[3];
  std::size_t count = 0;
  for (std::string_view rest = line;; ++count) {
    const std::size_t comma = rest.find(',');
    if (count < 3) columns[count] = rest.substr(0, comma);
    if (comma == rest.npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (++count != 3) {
    return malformed(std::to_string(count) + " columns in " + shown(line) + ": a line has 3");
  }
  const auto at = parse_time(columns[0]);
  if (!at) {
    return malformed("TIMESTAMP is " + shown(columns[0]) +
                     ": write it as 2023-11-16 18:17:03.9799600");
  }
  request out{*at, 0, 0};
  const struct {
    std::string_view text;
    std::string_view name;
    std::uint32_t* into;
  } numbers[] = {{columns[1], "ContextTokens", &out.context_tokens},
                 {columns[2], "GeneratedTokens", &out.generated_tokens}};
  for (const auto& number : numbers) {
    const auto tokens = parse_tokens(number.text);
    if (!tokens) {
      return malformed(std::string(number.name) + " is " + shown(number.text) +
                       ": it is a whole number, 0 to " + std::to_string(most_tokens));
    }
    *number.into = *tokens;
  }
  return out;
}

// Requests of the same time keep their order. (std::stable_sort of libstdc++ 12 calls what clang 19
// warns of as deprecated.)
void in_order_of_time(std::vector<request>& requests) {
  std::vector<std::pair<nanoseconds, std::size_t>> order;
  order.reserve(requests.size());
  for (const request& each : requests) order.emplace_back(each.at, order.size());
  if (std::is_sorted(order.begin(), order.end())) return;
  std::sort(order.begin(), order.end());
  std::vector<request> sorted;
  sorted.reserve(requests.size());
  for (const auto& [at, place] : order) sorted.push_back(requests[place]);
  requests.swap(sorted);
}

}  // namespace

pantograph::result<trace> read_trace(std::istream& from, std::string_view name, std::size_t most) {
  trace out;
  std::string line;
  for (std::size_t number = 1; out.requests.size() < most && std::getline(from, line); ++number) {
    std::string_view text = line;
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (number == 1) {
      if (text == header) continue;
      return pantograph::error{"trace/header", std::string(name) + ": line 1 is " + shown(text) +
                                                   ": a trace starts with the line " +
                                                   std::string(header)};
    }
    auto parsed = parse_line(text);
    if (parsed) {
      out.requests.push_back(*parsed);
    } else if (++out.malformed <= most_examples) {
      out.examples.push_back({number, parsed.error().text});
    }
  }
  if (from.bad()) {
    return pantograph::error{"trace/read", std::string(name) + ": " + std::strerror(errno)};
  }
  if (out.requests.empty()) {
    return pantograph::error{"trace/empty", std::string(name) + ": no request in it (" +
                                                std::to_string(out.malformed) +
                                                " malformed lines)"};
  }
  in_order_of_time(out.requests);
  const nanoseconds first = out.requests.front().at;
  for (request& each : out.requests) each.at -= first;
  return out;
}

pantograph::result<trace> read_trace_file(const std::string& path, std::size_t most) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, ignored)) {
    const std::string why = file ? "is a folder" : std::strerror(errno);
    return pantograph::error{"trace/open", "the trace " + shown(path) + " cannot be read: " + why +
                                               ". Give --trace a file, or leave it out for made-up "
                                               "requests"};
  }
  return read_trace(file, path, most);
}

trace make_trace(std::size_t count, std::uint64_t seed) {
  trace out;
  out.requests.reserve(count);
  double at = 0;  // seconds
  for (std::size_t i = 0; i < count; ++i) {
    random_numbers random(seed ^ 0x7261636574u, i);
    // Bursts: four of five arrive soon after the one before. 2.6 a second on average.
    at += i == 0 ? 0 : random.exponential(random.uniform() < 0.8 ? 0.05 : 1.7);
    const double context = 1250 * random.spread(1), generated = 14 * random.spread(1.15);
    out.requests.push_back({nanoseconds(static_cast<std::int64_t>(at * 1e9)),
                            static_cast<std::uint32_t>(std::clamp(context, 3.0, 8000.0)),
                            static_cast<std::uint32_t>(std::clamp(generated, 1.0, 2000.0))});
  }
  return out;
}

}  // namespace gateway
