// SPDX-License-Identifier: Apache-2.0
//
// The catalogue of a schema is there at compile time, whole, and only for schemas that keep the rules.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace {

namespace pg = pantograph;

struct pool_metrics {
  pg::up_down<> size{"Connections."};
};
struct shop_metrics {
  pg::counter<> orders_total{"Orders."};
  pool_metrics pool;
};

static_assert(pg::checked<shop_metrics>() && pg::checked<pool_metrics>());
constexpr const pg::schema_row& shop = pg::catalog_of<shop_metrics>;
static_assert(shop.name == "shop_metrics" && shop.prefix == "shop" && shop.instance.empty());
static_assert(shop.families.size() == 2 && shop.families[1].name == "shop_pool_size");
// The same struct by itself has names of its own.
static_assert(pg::catalog_of<pool_metrics>.families[0].name == "pool_size");

// Reading a schema constructs nothing that lives: a plain constexpr object of it will do.
constexpr shop_metrics as_constant{};
static_assert(std::string_view(as_constant.orders_total.help()) == "Orders.");

// A schema of more fields than one struct may have, by nesting, and more than one constant expression
// of a compiler could judge.
#define TEN(n)                                                                                   \
  pg::counter<> n##0_total{"."}, n##1_total{"."}, n##2_total{"."}, n##3_total{"."}, n##4_total{"."}, \
      n##5_total{"."}, n##6_total{"."}, n##7_total{"."}, n##8_total{"."}, n##9_total{"."};
struct fifty {
  TEN(a) TEN(b) TEN(c) TEN(d) TEN(e)
};
struct large_metrics {
  fifty first, second, third, fourth, fifth, sixth;
};
#undef TEN
static_assert(pg::catalog_of<large_metrics>.families.size() == 300);
static_assert(pg::catalog_of<large_metrics>.families[299].name == "large_sixth_e9_total");

TEST(catalog, is_decided_by_the_compiler) { SUCCEED(); }

}  // namespace
