// SPDX-License-Identifier: Apache-2.0
//
// Fields of plain structs: how many, their names, their types, and which one a pointer names.

#include <pantograph/reflect/fields.hpp>
#include <pantograph/reflect/type_name.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace town {
struct pinned {  // as instruments are: not copied, not made from nothing
  constexpr pinned(const char* text) noexcept : help(text) {}
  pinned(const pinned&) = delete;
  pinned& operator=(const pinned&) = delete;
  const char* help;
};
struct shop {
  int amount;
  int cost;
  bool paid;
  int tax;
};
struct pins {
  pinned first{"1"};
  pinned second{"2"};
  const int third = 3;
};
struct empty {};
namespace side_street {
template <class T>
struct stall {
  T goods;
};
}  // namespace side_street
}  // namespace town

struct at_the_top {};

namespace {

using namespace pantograph::detail;

static_assert(field_count<town::shop> == 4 && field_count<town::pins> == 3);
static_assert(field_count<town::empty> == 0);
static_assert(field_name<town::shop, 0> == "amount" && field_name<town::shop, 3> == "tax");
static_assert(field_name<town::pins, 1> == "second");
static_assert(std::is_same_v<field_type<town::shop, 2>, bool>);
static_assert(std::is_same_v<field_type<town::pins, 0>, town::pinned>);

// Fields of one type are told apart.
static_assert(member_position<&town::shop::amount>::value == 0);
static_assert(member_position<&town::shop::cost>::value == 1);
static_assert(member_position<&town::shop::paid>::value == 2);
static_assert(member_position<&town::shop::tax>::value == 3);
static_assert(member_position<&town::pins::first>::value == 0);
static_assert(member_position<&town::pins::second>::value == 1);
static_assert(std::is_same_v<member_position<&town::pins::second>::owner, town::pins>);
static_assert(std::is_same_v<member_position<&town::pins::second>::type, town::pinned>);

constexpr town::pins some_pins{};
static_assert(std::string_view(field<1>(some_pins).help) == "2" && field<2>(some_pins) == 3);

TEST(fields, are_visited_in_order_and_may_be_changed) {
  town::shop shop{.amount = 1, .cost = 2, .paid = true, .tax = 3};
  std::vector<std::string_view> names;
  for_each_field(shop, [&](auto at, auto& value) {
    names.push_back(field_name<town::shop, decltype(at)::value>);
    if constexpr (std::is_same_v<decltype(value), int&>) value += 10;
  });
  EXPECT_EQ(names, (std::vector<std::string_view>{"amount", "cost", "paid", "tax"}));
  EXPECT_EQ(shop.amount, 11);
  EXPECT_EQ(shop.tax, 13);
}

// ---- the limit, and counting past it: a rule asks for the number before anything else ----

#define TEN(n) n##0, n##1, n##2, n##3, n##4, n##5, n##6, n##7, n##8, n##9
#define HUNDRED(n) \
  TEN(n##0), TEN(n##1), TEN(n##2), TEN(n##3), TEN(n##4), TEN(n##5), TEN(n##6), TEN(n##7), TEN(n##8), TEN(n##9)
struct two_hundred {
  short HUNDRED(a), HUNDRED(b);
};
struct one_more {
  short HUNDRED(a), HUNDRED(b), c;
};
struct five_hundred {
  short HUNDRED(a), HUNDRED(b), HUNDRED(c), HUNDRED(d), HUNDRED(e);
};
#undef HUNDRED
#undef TEN
static_assert(most_fields == 200);
static_assert(field_count<two_hundred> == 200 && field_name<two_hundred, 199> == "b99");
static_assert(member_position<&two_hundred::b99>::value == 199);
static_assert(field_count<one_more> == 201 && field_count<five_hundred> == 500);

// ---- names of types ----

struct in_unnamed_namespace {};
static_assert(type_name<town::shop> == "shop");
static_assert(type_name<at_the_top> == "at_the_top");
static_assert(type_name<in_unnamed_namespace> == "in_unnamed_namespace");
static_assert(type_name<town::side_street::stall<town::shop>> == "stall<town::shop>");
static_assert(qualified_type_name<town::shop>() == "town::shop");

TEST(type_name, of_a_struct_in_a_function) {
  struct local {};
  EXPECT_EQ(type_name<local>, "local");
}

}  // namespace
