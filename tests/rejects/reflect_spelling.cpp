// SPDX-License-Identifier: Apache-2.0
// A spelling that has one text too few.
#include <array>
#include <string_view>

#include <pantograph/metrics.hpp>

namespace pg = pantograph;

enum class region { eu, us };
template <>
#ifdef REJECT
inline constexpr std::array<std::string_view, 1> pg::spelling<region>{"EU"};
#else
inline constexpr std::array<std::string_view, 2> pg::spelling<region>{"EU", "US"};
#endif

struct order {
  pg::label<region> origin;
};

struct shop_metrics {
  pg::counter<order> orders_total{"Orders placed."};
};
static_assert(pg::checked<shop_metrics>());
