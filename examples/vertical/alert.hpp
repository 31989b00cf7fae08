// SPDX-License-Identifier: Apache-2.0
#pragma once

// An alert as a user declares it, and the two files written from a struct of alerts: rules.yml, and
// rules_test.yml for `promtool test rules`. The writers see rows, no user types. A test drives the
// numerator of a ratio, so `make_tests` refuses an expression of another shape. Stand-ins for the
// rooms rules and codegen.

#include <array>
#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include <pantograph/base/result.hpp>

#include "expression.hpp"

namespace vertical {

enum class severity { info, warning, critical };

struct alert {
  condition when;
  std::chrono::seconds held_for{};
  vertical::severity severity = vertical::severity::warning;
  std::string_view summary;  // "{value}", "{label}": filled in when it fires
  std::string_view runbook;
};

struct alert_row {
  std::string_view field;  // "high_error_rate"
  alert declared;
};

template <class Alerts>
[[nodiscard]] constexpr auto alerts_of(const Alerts& declared) {
  std::array<alert_row, pg::detail::field_count<Alerts>> rows{};
  pg::detail::for_each_field(declared, [&](auto at, const alert& each) {
    rows[at] = {pg::detail::field_name<Alerts, at>, each};
  });
  return rows;
}

[[nodiscard]] std::string make_rules(std::string_view group, std::span<const alert_row> alerts);
[[nodiscard]] pg::result<std::string> make_tests(std::string_view rule_file,
                                                 std::span<const alert_row> alerts);

// ---- machinery: text that both files are made of ----

[[nodiscard]] std::string quoted(std::string_view text);
[[nodiscard]] std::string camel_case(std::string_view field);
[[nodiscard]] std::string_view text_of(severity of);

// "{value}" and "{label}" replaced by what `replacement` gives for the name.
template <class Replacement>
[[nodiscard]] std::string filled(std::string_view text, const Replacement& replacement) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[at];
    } else {
      out += replacement(text.substr(at + 1, end - at - 1));
      at = end;
    }
  }
  return out;
}

}  // namespace vertical
