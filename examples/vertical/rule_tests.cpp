// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "alert.hpp"

namespace vertical {
namespace {

// What an expression of the only shape known here is made of: the share of some series in all of
// them.
struct share {
  const item* part;  // the rate of the series that count as bad
  double threshold;
};
bool is_share(const tree& of, share& found) {
  constexpr op shape[] = {op::rate, op::sum, op::rate, op::sum, op::divide, op::greater};
  const auto& items = of.items;
  if (of.size != std::size(shape)) return false;
  for (std::size_t i = 0; i < of.size; ++i) {
    if (items[i].what != shape[i] || items[i].kept_count != 0) return false;
  }
  if (items[0].label.empty() || !items[2].label.empty()) return false;
  found = {&items[0], items[5].threshold};
  return items[0].family == items[2].family;
}

// One input series: the matched label as given, the others with their first value. It grows by
// `first` a minute up to minute 20, by `then` up to minute 40.
std::string series(const item& of, std::string_view value, long long first, long long then) {
  std::string labels;
  for (const pg::label_row& label : of.family->labels) {
    labels += labels.empty() ? "{" : ", ";
    labels.append(label.name).append("=\"");
    labels.append(label.name == of.label ? value : label.values[0]).append("\"");
  }
  const long long middle = 20 * first + then;
  return "      - series: " + quoted(std::string(of.family->name) + labels + "}") +
         "\n        values: '0+" + std::to_string(first) + "x20 " + std::to_string(middle) + "+" +
         std::to_string(then) + "x19'\n";
}

std::string one_test(const alert_row& row, const share& of) {
  const alert& a = row.declared;
  // Shares are powers of two, exact in binary, so that every Prometheus prints the same: silent
  // with the greatest one not above the threshold, firing with the smallest one from twice the
  // threshold.
  long long total = 1;
  while (1.0 / static_cast<double>(total) > of.threshold) total *= 2;
  long long firing = 1;
  while (static_cast<double>(firing) < 2 * of.threshold * static_cast<double>(total)) firing *= 2;
  firing = std::min(firing, total);
  std::string_view good = "other";
  for (const pg::label_row& label : of.part->family->labels) {
    if (label.name == of.part->label)
      good = label.values[label.values[0] == of.part->value ? 1 : 0];
  }
  char percent[32];  // as humanizePercentage: four significant digits
  std::snprintf(percent, sizeof percent, "%.4g%%",
                100 * static_cast<double>(firing) / static_cast<double>(total));
  const std::string summary =
      filled(a.summary, [&](std::string_view) { return std::string(percent); });
  const auto held = std::chrono::ceil<std::chrono::minutes>(a.held_for).count();
  const auto at = [&](long long minute, bool fires) {
    std::string out = "      - eval_time: " + std::to_string(minute) +
                      "m\n        alertname: " + camel_case(row.field) + "\n        exp_alerts:";
    if (!fires) return out + " []\n";
    return out + "\n          - exp_labels:\n              severity: " +
           std::string(text_of(a.severity)) + "\n            exp_annotations:\n" +
           "              summary: " + quoted(summary) +
           "\n              runbook: " + quoted(a.runbook) + "\n";
  };
  // A rate needs two samples, so the condition holds from minute 1. Range windows of Prometheus 2
  // and 3 differ by a sample, so nothing is asked within five minutes of the change at minute 20.
  return "  - interval: 1m\n    input_series:\n" + series(*of.part, of.part->value, firing, 1) +
         series(*of.part, good, total - firing, total - 1) + "    alert_rule_test:\n" +
         at(held, false) + at(held + 1, true) + at(20, true) + at(40, false) +
         // promtool 2.42 drops samples behind the last question of a group, so one more comes
         // later.
         "    promql_expr_test:\n      - expr: vector(1)\n        eval_time: 45m\n"
         "        exp_samples:\n          - labels: '{}'\n            value: 1\n";
}

}  // namespace

pg::result<std::string> make_tests(std::string_view rule_file, std::span<const alert_row> alerts) {
  std::string out =
      "rule_files: [" + std::string(rule_file) + "]\nevaluation_interval: 1m\ntests:\n";
  for (const alert_row& row : alerts) {
    share found{};
    if (!is_share(row.declared.when.code, found)) {
      return pg::error{"vertical/test-shape",
                       "[vertical/test-shape] no test can be made for the alert " +
                           std::string(row.field) +
                           ": only sum(rate(bad)) / sum(rate(all)) > share "
                           "is known. Write it in that form."};
    }
    out += one_test(row, found);
  }
  return out;
}

}  // namespace vertical
