// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a pointer to member, given as an ordinary argument, to the field's name and to the family's
// row. Reflection in the core takes such pointers as template arguments only.
//
//     static_assert(name_of(&tool_call::status) == "status");

#include <memory>
#include <string_view>
#include <type_traits>

#include <pantograph/metrics.hpp>

namespace vertical {

namespace pg = pantograph;

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#endif
// The field's name; only in constant evaluation, where an object that is never defined has
// addresses.
template <class Member, class Struct>
[[nodiscard]] consteval std::string_view name_of(Member Struct::*member) {
  std::string_view found;
  pg::detail::for_each_position<pg::detail::field_count<Struct>>([&](auto at) {
    if constexpr (std::is_same_v<pg::detail::field_type<Struct, at>, Member>) {
      if (pg::detail::field_address<Struct, at>() ==
          std::addressof(pg::detail::undefined_object<Struct>.value.*member)) {
        found = pg::detail::field_name<Struct, at>;
      }
    }
  });
  return found;
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// The family's row. Asking the catalogue applies every rule of the checks room to the schema.
template <class Member, class Struct>
[[nodiscard]] consteval const pg::family_row* family_of(Member Struct::*member) {
  for (const pg::family_row& row : pg::catalog_of<Struct>.families) {
    if (row.field == name_of(member)) return &row;
  }
  throw "[vertical/family] the member is no family of its schema";
}

}  // namespace vertical
