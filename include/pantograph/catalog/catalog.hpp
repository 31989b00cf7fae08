// SPDX-License-Identifier: Apache-2.0
#pragma once

// A checked metric schema as constexpr rows: what a generator writes from and a reader looks up.
// Asking for it applies every rule of the checks room.
//
//     static_assert(pg::catalog_of<tool_metrics>.families.size() == 3);
//     static_assert(pg::catalog_of<tool_metrics>.families[0].name == "mcp_tool_executions_total");

#include <cstddef>
#include <span>
#include <string_view>

#include <pantograph/checks/verify.hpp>
#include <pantograph/schema/rows.hpp>

namespace pantograph {

struct schema_row {
  std::string_view name;                  // the struct's
  std::string_view prefix;                // empty: none
  std::span<const family_row> families;   // in order of declaration, nested schemas in place
  std::span<const label_row> instance;    // labels that tell instances apart; empty: none
};

template <class Schema>
inline constexpr schema_row catalog_of = [] {
  if constexpr (detail::schema_is_usable<Schema>) {
    return schema_row{detail::type_name<Schema>, prefix_of<Schema>, detail::rows_of<Schema>,
                      detail::label_rows<instance_labels<Schema>>};
  } else {
    return schema_row{};  // the broken rule has spoken
  }
}();

}  // namespace pantograph
