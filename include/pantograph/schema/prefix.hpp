// SPDX-License-Identifier: Apache-2.0
#pragma once

// The first word of every name a schema exports. From the strongest to the weakest:
//     template <> inline constexpr std::string_view pantograph::prefix_of<tool_metrics> = "cs_mcp";
//     struct tool_metrics { static constexpr std::string_view prefix = "mcp"; ... };
//     the struct's name without a trailing "_metrics"
// An empty prefix is allowed: the field names then stand alone.

#include <string_view>

#include <pantograph/reflect/type_name.hpp>
#include <pantograph/schema/label.hpp>

namespace pantograph {

template <class Schema>
inline constexpr std::string_view prefix_of = [] {
  if constexpr (requires { std::string_view{Schema::prefix}; }) {
    return std::string_view{Schema::prefix};
  } else {
    std::string_view name = detail::type_name<Schema>;
    constexpr std::string_view ending = "_metrics";
    if (name.size() > ending.size() && name.ends_with(ending)) name.remove_suffix(ending.size());
    return name;
  }
}();

// The labels that tell instances of one schema apart: `using instance = pool_labels;`, or none.
namespace detail {
template <class Schema>
struct instance_of {
  using type = no_labels;
};
template <class Schema>
  requires requires { typename Schema::instance; }
struct instance_of<Schema> {
  using type = typename Schema::instance;
};
}  // namespace detail

template <class Schema>
using instance_labels = typename detail::instance_of<Schema>::type;

}  // namespace pantograph
