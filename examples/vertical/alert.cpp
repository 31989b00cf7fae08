// SPDX-License-Identifier: Apache-2.0

#include "alert.hpp"

namespace vertical {

// 'text' in YAML: only the quote is special, and it is doubled.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

// high_error_rate -> HighErrorRate
std::string camel_case(std::string_view field) {
  std::string out;
  bool upper = true;
  for (const char c : field) {
    if (c != '_') out += upper && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return out;
}

std::string_view text_of(severity of) {
  return pg::detail::label_value_text<severity>(static_cast<std::size_t>(of));
}

std::string make_rules(std::string_view group, std::span<const alert_row> alerts) {
  std::string out = "groups:\n  - name: " + std::string(group) + "\n    rules:\n";
  for (const auto& [field, a] : alerts) {
    const std::string summary = filled(a.summary, [](std::string_view name) {
      return name == "value" ? std::string("{{ $value | humanizePercentage }}")
                             : "{{ $labels." + std::string(name) + " }}";
    });
    out += "      - alert: " + camel_case(field) + "\n        expr: " + quoted(print(a.when.code)) +
           "\n        for: " + window_text(a.held_for) +
           "\n        labels:\n          severity: " + std::string(text_of(a.severity)) +
           "\n        annotations:\n          summary: " + quoted(summary) +
           "\n          runbook: " + quoted(a.runbook) + "\n";
  }
  return out;
}

}  // namespace vertical
