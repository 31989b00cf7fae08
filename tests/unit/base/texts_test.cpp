// SPDX-License-Identifier: Apache-2.0
//
// fixed_text, names and escaping: all of it decided by the compiler.

#include <pantograph/base/escape.hpp>
#include <pantograph/base/fixed_text.hpp>
#include <pantograph/base/names.hpp>
#include <pantograph/base/result.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace pantograph::detail;
using namespace std::string_view_literals;

// ---- fixed_text ----

constexpr fixed_text<8> shop_up = [] {
  fixed_text<8> out;
  out.append("shop").append('_').append("up");
  return out;
}();
static_assert(shop_up.view() == "shop_up" && shop_up.size == 7 && shop_up.data[7] == '\0');
static_assert(fixed_text<4>("four").view() == "four");
static_assert(fixed_text<0>{}.view().empty() && fixed_text<0>{}.data[0] == '\0');

template <std::size_t Capacity>
constexpr bool holds_four() {
  fixed_text<Capacity> out;
  out.append("four");
  return true;
}
template <std::size_t Capacity>
concept compiles_with_four = requires { typename std::bool_constant<holds_four<Capacity>()>; };
static_assert(compiles_with_four<4>);
static_assert(!compiles_with_four<3>, "the place of the zero is no place for a letter");
static_assert(!compiles_with_four<1>);

constexpr std::string_view joined = static_text<[] {
  fixed_text<100> out;
  out.append("much shorter");
  return out;
}>;
static_assert(joined == "much shorter" && joined.data()[joined.size()] == '\0');

// ---- names ----

static_assert(is_name("a") && is_name("_") && is_name("aB9_") && is_name("_9"));
static_assert(!is_name("") && !is_name("9a") && !is_name("a-b") && !is_name("a:b") && !is_name("a b"));
static_assert(!is_name("gr\xC3\xB6\xC3\x9F" "e") && !is_name("a\0b"sv));

static_assert(is_snake_case("a") && is_snake_case("a_b_9") && is_snake_case("http2_x"));
static_assert(!is_snake_case("") && !is_snake_case("_a") && !is_snake_case("a_"));
static_assert(!is_snake_case("a__b") && !is_snake_case("aB") && !is_snake_case("A"));

static_assert(find_char("a_b", '_') == 1 && find_char("ab", '_') == 2 && find_char("", '_') == 0);

// ---- escaping (exposition format 0.0.4; OpenMetrics 1.0, ABNF "escaped-string") ----

constexpr bool escapes_to(std::string_view text, bool quotes, std::string_view expected) {
  fixed_text<64> out;
  escape(text, quotes, [&](std::string_view piece) { out.append(piece); });
  return out.view() == expected;
}
static_assert(escapes_to("", true, ""));
static_assert(escapes_to("plain", true, "plain"));
static_assert(escapes_to("say \"hi\"", true, R"(say \"hi\")"));
static_assert(escapes_to("say \"hi\"", false, "say \"hi\""), "help in 0.0.4 keeps its quotes");
static_assert(escapes_to("C:\\temp\n", true, R"(C:\\temp\n)"));
static_assert(escapes_to("\n\n", false, R"(\n\n)"));
static_assert(escapes_to("\\n", true, R"(\\n)"), "a backslash and an n are no line feed");
static_assert(escapes_to("\"", true, R"(\")") && escapes_to("\\", false, R"(\\)"));
static_assert(escapes_to("tab\tand\r", true, "tab\tand\r"), "nothing else is escaped");
static_assert(escapes_to("\0\x7F\xC3\xA9"sv, true, "\0\x7F\xC3\xA9"sv));

// ---- result ----

TEST(result, holds_a_value_or_an_error) {
  pantograph::result<std::string> good = std::string("page");
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, "page");
  EXPECT_EQ(good->size(), 4u);
  EXPECT_EQ(std::move(good).value(), "page");
  EXPECT_EQ(good.error().id, "");

  const pantograph::result<std::string> bad = pantograph::error{"shop/closed", "come back at nine"};
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().id, "shop/closed");
  EXPECT_EQ(bad.error().text, "come back at nine");

  EXPECT_TRUE(pantograph::result<void>{});
  EXPECT_FALSE(pantograph::result<void>(pantograph::error{"a/b", "c"}));
}

}  // namespace
