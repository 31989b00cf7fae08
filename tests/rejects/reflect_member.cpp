// SPDX-License-Identifier: Apache-2.0
// A pointer to member that names no field.
#include <pantograph/reflect/fields.hpp>

namespace pg = pantograph;

struct order {
  int amount;
  bool paid;
};

#ifdef REJECT
constexpr bool order::*asked = nullptr;
#else
constexpr bool order::*asked = &order::paid;
#endif
static_assert(pg::detail::member_position<asked>::value < 3);
