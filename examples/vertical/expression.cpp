// SPDX-License-Identifier: Apache-2.0

#include "expression.hpp"

#include <charconv>

namespace vertical {
namespace {

std::string number(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string selector(const item& of, const print_options& options) {
  std::string matchers(options.matchers);
  if (!of.label.empty()) {
    if (!matchers.empty()) matchers += ", ";
    matchers.append(of.label).append("=\"").append(of.value).append("\"");
  }
  std::string out(of.family->name);
  return matchers.empty() ? out : out + "{" + matchers + "}";
}

}  // namespace

// Prometheus reads 300s as well as 5m; people write 5m.
std::string window_text(std::chrono::seconds window) {
  const long long seconds = window.count();
  return seconds % 60 == 0 ? std::to_string(seconds / 60) + "m" : std::to_string(seconds) + "s";
}

std::string print(const tree& expression, const print_options& options) {
  std::string stack[12];
  std::size_t depth = 0;
  for (std::size_t i = 0; i < expression.size; ++i) {
    const item& each = expression.items[i];
    std::string& top = stack[depth == 0 ? 0 : depth - 1];
    switch (each.what) {
      case op::rate:
        stack[depth++] =
            "rate(" + selector(each, options) + "[" +
            (each.window.count() == 0 ? std::string(options.interval) : window_text(each.window)) +
            "])";
        break;
      case op::sum: {
        std::string by;
        for (std::size_t k = 0; k < each.kept_count; ++k) {
          by.append(k == 0 ? " by (" : ", ").append(each.kept[k]);
        }
        top = "sum" + (by.empty() ? "" : by + ") ") + "(" + top + ")";
        break;
      }
      case op::divide:
        --depth;
        stack[depth - 1] += " / " + stack[depth];
        break;
      case op::greater:
        top += " > " + number(each.threshold);
        break;
    }
  }
  return stack[0];
}

}  // namespace vertical
