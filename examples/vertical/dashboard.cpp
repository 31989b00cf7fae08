// SPDX-License-Identifier: Apache-2.0

#include "dashboard.hpp"

#include <boost/json.hpp>

namespace vertical {
namespace {

namespace json = boost::json;

// Two spaces a level, keys in the template's order: the same input gives the same bytes.
void write(std::string& out, const json::value& value, std::size_t level) {
  const std::string indent(2 * (level + 1), ' ');
  const auto close = [&](char bracket) {
    out.append("\n").append(2 * level, ' ').push_back(bracket);
  };
  if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    char before = '{';
    for (const auto& [key, inner] : *object) {
      out += before;
      out.append("\n").append(indent).append(json::serialize(key)).append(": ");
      write(out, inner, level + 1);
      before = ',';
    }
    close('}');
  } else if (const json::array* array = value.if_array(); array != nullptr && !array->empty()) {
    char before = '[';
    for (const json::value& inner : *array) {
      out += before;
      out.append("\n").append(indent);
      write(out, inner, level + 1);
      before = ',';
    }
    close(']');
  } else {
    out += json::serialize(value);
  }
}

// "{tool}" -> "{{tool}}", as Grafana has it.
std::string legend_format(std::string_view legend) {
  std::string out;
  for (const char c : legend) out.append(c == '{' || c == '}' ? 2 : 1, c);
  return out;
}

json::string text(std::string_view of) { return json::string(of.data(), of.size()); }

// The help of the first metric shown.
std::string_view description_of(const tree& code) { return code.items[0].family->help; }

}  // namespace

pg::result<std::string> make_dashboard(std::string_view template_text, std::string_view title,
                                       std::span<const panel> panels) {
  boost::system::error_code problem;
  json::value dashboard = json::parse(template_text, problem);
  const auto* sample = problem ? nullptr : dashboard.find_pointer("/panels/0", problem);
  if (sample == nullptr || !sample->is_object()) {
    return pg::error{"vertical/template",
                     "[vertical/template] the dashboard template is no JSON object with a panel at "
                     "/panels/0 (" +
                         problem.message() +
                         "): one panel is copied for each declared "
                         "one. Start from examples/vertical/dashboard.json."};
  }
  json::array laid_out;
  for (const panel& declared : panels) {
    json::value copy = *sample;
    const auto number = static_cast<std::int64_t>(laid_out.size());
    const auto set = [&](std::string_view pointer, json::value to) {
      copy.set_at_pointer(pointer, std::move(to));
    };
    set("/id", number + 1);
    set("/gridPos/x", number % 2 * 12);  // two in a row of 24 columns
    set("/gridPos/y", number / 2 * 8);
    set("/title", text(declared.title));
    set("/description", text(description_of(declared.shows.code)));
    set("/fieldConfig/defaults/unit", text(declared.shows.unit));
    set("/targets/0/legendFormat", text(legend_format(declared.legend)));
    set("/targets/0/expr",
        text(print(declared.shows.code, {.interval = "$__rate_interval",
                                         .matchers = R"(job=~"$job", instance=~"$instance")"})));
    laid_out.push_back(std::move(copy));
  }
  std::string uid;
  for (const char c : title.substr(0, 40)) uid += c == ' ' ? '-' : c;  // Grafana: at most 40
  dashboard.set_at_pointer("/uid", text(uid));
  dashboard.set_at_pointer("/title", text(title));
  dashboard.as_object()["panels"] = std::move(laid_out);
  std::string out;
  write(out, dashboard, 0);
  return out + "\n";
}

}  // namespace vertical
