// SPDX-License-Identifier: Apache-2.0
#pragma once

// Chooses the text format from HTTP Accept fields, as RFC 9110, 12.5.1 and 12.4.2 weigh them. It
// never refuses (no 406): a tie, an unknown type, a broken list or no field at all means Prometheus
// text 0.0.4. One pass over the text, no allocation, any bytes are safe.
//
//     negotiate("application/openmetrics-text;version=1.0.0,text/plain;q=0.5")   // openmetrics_1_0
//     negotiate("*/*")                                                           //
//     prometheus_0_0_4

#include <cstddef>
#include <string_view>

#include <pantograph/text/format.hpp>

namespace pantograph {

// Several Accept fields are one list (RFC 9110, 5.3): consider each, then ask. An element that is
// broken (no '/', q=2, an open quote) counts as not written. Of the parameters only `version` picks
// a format; `charset` and Prometheus 3's `escaping` do not, since every name and byte written here
// is valid under all of their values.
class accept_negotiation {
 public:
  constexpr void consider(std::string_view accept) noexcept;
  [[nodiscard]] constexpr text_format chosen() const noexcept {
    return openmetrics_.weight > prometheus_.weight ? text_format::openmetrics_1_0
                                                    : text_format::prometheus_0_0_4;
  }

 private:
  // What the client said about one format. The most specific range decides, not the largest weight:
  // "text/plain;q=0.1, */*" means 0.1 (RFC 9110, 12.5.1).
  struct preference {
    int precision = -1;  // 0 */*, 1 type/*, 2 type/subtype, 3 with its version
    int weight = 0;      // thousandths, 0..1000
    constexpr void offer(int with_precision, int with_weight) noexcept {
      if (with_precision < precision) return;
      if (with_precision == precision && with_weight < weight) return;
      precision = with_precision;
      weight = with_weight;
    }
  };
  constexpr void consider_element(std::string_view element) noexcept;

  preference prometheus_;
  preference openmetrics_;
};

[[nodiscard]] constexpr text_format negotiate(std::string_view accept) noexcept {
  accept_negotiation negotiation;
  negotiation.consider(accept);
  return negotiation.chosen();
}

// ---- machinery ----

namespace detail {

constexpr std::string_view trim_blanks(std::string_view text) noexcept {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Tokens and types compare without case (RFC 9110, 5.6.2 and 8.3.1), and only ASCII letters fold.
constexpr bool equal_folded(std::string_view left, std::string_view right) noexcept {
  const auto fold = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (fold(left[i]) != fold(right[i])) return false;
  }
  return true;
}

// Cuts off and returns what stands before the first `stop` outside a quoted string; the rest, if
// any, starts behind it. `closed` becomes false when a quoted string never ends.
constexpr std::string_view take_until(std::string_view& rest, char stop, bool& closed) noexcept {
  bool quoted = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (quoted && rest[i] == '\\') {
      ++i;  // the next character is quoted, whatever it is
    } else if (rest[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && rest[i] == stop) {
      const std::string_view taken = rest.substr(0, i);
      rest.remove_prefix(i + 1);
      return taken;
    }
  }
  if (quoted) closed = false;
  const std::string_view taken = rest;
  rest = {};
  return taken;
}

// A weight in thousandths, -1 when it is none. RFC 9110, 12.4.2 allows 0 to 1 with three decimals;
// further decimals, as float printers write them, are read and dropped, but never down to 0, which
// would turn "a little" into "never".
constexpr int parse_weight(std::string_view text) noexcept {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return -1;
  if (text.size() > 1 && text[1] != '.') return -1;
  int weight = text[0] == '1' ? 1000 : 0;
  bool beyond = false;
  int place = 100;
  for (std::size_t i = 2; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    weight += place * (text[i] - '0');
    if (place == 0 && text[i] != '0') beyond = true;
    place /= 10;
  }
  if (weight > 1000 || (weight == 1000 && beyond)) return -1;
  return weight == 0 && beyond ? 1 : weight;
}

}  // namespace detail

constexpr void accept_negotiation::consider(std::string_view accept) noexcept {
  while (!accept.empty()) {
    bool closed = true;
    const std::string_view element = detail::take_until(accept, ',', closed);
    if (closed) consider_element(element);
  }
}

constexpr void accept_negotiation::consider_element(std::string_view element) noexcept {
  bool closed = true;
  const std::string_view range = detail::trim_blanks(detail::take_until(element, ';', closed));
  int weight = 1000;
  std::string_view version;
  bool versioned = false;
  while (!element.empty()) {
    std::string_view value = detail::take_until(element, ';', closed);
    const std::string_view name = detail::trim_blanks(detail::take_until(value, '=', closed));
    value = detail::trim_blanks(value);
    if (detail::equal_folded(name, "q")) {
      weight = detail::parse_weight(value);
      if (weight < 0) return;
    } else if (detail::equal_folded(name, "version")) {
      const bool quotes = value.size() >= 2 && value.front() == '"' && value.back() == '"';
      version = quotes ? value.substr(1, value.size() - 2) : value;
      versioned = true;
    }
  }

  const auto match = [&](preference& format, std::string_view type, std::string_view type_any,
                         std::string_view own_version) {
    if (detail::equal_folded(range, type)) {
      if (!versioned || version == own_version) format.offer(versioned ? 3 : 2, weight);
    } else if (range == "*/*") {
      format.offer(0, weight);
    } else if (detail::equal_folded(range, type_any)) {
      format.offer(1, weight);
    }
  };
  match(prometheus_, "text/plain", "text/*", "0.0.4");
  match(openmetrics_, "application/openmetrics-text", "application/*", "1.0.0");
}

}  // namespace pantograph
