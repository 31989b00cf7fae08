// SPDX-License-Identifier: Apache-2.0
#pragma once

// A panel as a user declares it, and the Grafana dashboard written from a struct of panels. Layout
// comes from a template that is a valid dashboard by itself; what the schema knows is laid over it
// by JSON pointer: title, description, query, legend, unit. A stand-in for dashboards and codegen.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <pantograph/base/result.hpp>

#include "expression.hpp"

namespace vertical {

struct panel {
  std::string_view title;
  query shows;
  std::string_view legend;  // "{label}" is the label's value
};

template <class Dashboard>
[[nodiscard]] constexpr auto panels_of(const Dashboard& declared) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array{pg::detail::field<I>(declared)...};
  }
  (std::make_index_sequence<pg::detail::field_count<Dashboard>>{});
}

// `template_text` is the JSON of a dashboard with one panel, which is copied for each panel.
[[nodiscard]] pg::result<std::string> make_dashboard(std::string_view template_text,
                                                     std::string_view title,
                                                     std::span<const panel> panels);

}  // namespace vertical
