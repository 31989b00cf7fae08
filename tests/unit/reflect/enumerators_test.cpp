// SPDX-License-Identifier: Apache-2.0
//
// Enums as labels: which values are found, how they are spelled, what is refused. Everything here is
// decided by the compiler. (What the refusals say is tested in tests/rejects.)

#include <pantograph/reflect/enumerators.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace shop {

enum class outcome { success, error, timeout };
enum class keyword { get, delete_, new_, under_score_ };
enum class one { only };
enum class bit : bool { off, on };
enum old_with_type : unsigned char { red, green, blue };
enum class tiny : std::int8_t { a, b };
enum class wide : std::uint64_t { a, b, c };
enum class deepest : std::int64_t { a, b };
enum class renamed { get, head };
enum class twice { get, get_ };

// Unfit.
enum old_without_type { cat, dog };
enum class gap { a, b, d = 3 };
enum class far_gap { a, b, z = 40 };
enum class from_one { a = 1, b };
enum class negative { less = -1, none, more };
enum class empty {};
enum class empty_text { a, b };
enum class no_utf8 { a, b };

}  // namespace shop

template <>
inline constexpr std::array<std::string_view, 2> pantograph::spelling<shop::renamed>{"GET", "HEAD"};
template <>
inline constexpr std::array<std::string_view, 2> pantograph::spelling<shop::empty_text>{"a", ""};
template <>
inline constexpr std::array<std::string_view, 2> pantograph::spelling<shop::no_utf8>{"a", "\xFF"};

namespace {

using pantograph::detail::enumerators_of;
using pantograph::detail::faults_of;
using pantograph::detail::scan_of;

template <class E, std::size_t N>
constexpr bool prints(const std::array<std::string_view, N>& expected) {
  return enumerators_of<E> == expected;
}
constexpr auto words(auto... each) {
  return std::array<std::string_view, sizeof...(each)>{each...};
}

static_assert(prints<shop::outcome>(words("success", "error", "timeout")));
static_assert(prints<shop::keyword>(words("get", "delete", "new", "under_score")));
static_assert(prints<shop::one>(words("only")));
static_assert(prints<shop::bit>(words("off", "on")));
static_assert(prints<shop::old_with_type>(words("red", "green", "blue")));
static_assert(prints<shop::tiny>(words("a", "b")));
static_assert(prints<shop::wide>(words("a", "b", "c")));
static_assert(prints<shop::deepest>(words("a", "b")));
static_assert(prints<shop::renamed>(words("GET", "HEAD")));

// ---- wherever an enum may be declared ----

enum class in_unnamed_namespace { left, right };
static_assert(prints<in_unnamed_namespace>(words("left", "right")));

template <class T, int N>
struct box {
  enum class lid { open, closed };
  struct inner {
    enum kind : int { plain, striped };
  };
};
static_assert(prints<box<shop::outcome, 3>::lid>(words("open", "closed")));
static_assert(prints<box<box<int, 1>, -2>::inner::kind>(words("plain", "striped")));

TEST(enumerators, of_an_enum_in_a_function) {
  enum class local { here, there_ };
  static_assert(prints<local>(words("here", "there")));
  const auto in_lambda = [] {
    enum class more_local { near, far };
    return enumerators_of<more_local>[1];
  };
  EXPECT_EQ(in_lambda(), "far");
}

// ---- as many as there may be ----

#define TEN(n) n##0, n##1, n##2, n##3, n##4, n##5, n##6, n##7, n##8, n##9
#define HUNDRED(n) \
  TEN(n##0), TEN(n##1), TEN(n##2), TEN(n##3), TEN(n##4), TEN(n##5), TEN(n##6), TEN(n##7), TEN(n##8), TEN(n##9)
enum class most : std::uint8_t { HUNDRED(a), HUNDRED(b), TEN(c0), TEN(c1), TEN(c2), TEN(c3), TEN(c4), last0, last1, last2, last3, last4, last5 };
enum class most_signed { HUNDRED(a), HUNDRED(b), TEN(c0), TEN(c1), TEN(c2), TEN(c3), TEN(c4), last0, last1, last2, last3, last4, last5 };
enum class too_many { HUNDRED(a), HUNDRED(b), TEN(c0), TEN(c1), TEN(c2), TEN(c3), TEN(c4), last0, last1, last2, last3, last4, last5, beyond };
enum class half : std::int8_t { HUNDRED(a), TEN(b0), TEN(b1), c0, c1, c2, c3, c4, c5, c6, c7 };
#undef HUNDRED
#undef TEN

static_assert(enumerators_of<most>.size() == 256 && enumerators_of<most>[0] == "a00" &&
              enumerators_of<most>[99] == "a99" && enumerators_of<most>[100] == "b00" &&
              enumerators_of<most>[255] == "last5");
static_assert(enumerators_of<most_signed>.size() == 256 && enumerators_of<most_signed>[255] == "last5");
static_assert(enumerators_of<half>.size() == 128 && enumerators_of<half>[127] == "c7");
static_assert(scan_of<too_many>.count == 256 && !scan_of<too_many>.contiguous, "257 are seen as such");
static_assert(static_cast<int>(too_many::beyond) == 256 && static_cast<int>(half::c7) == 127);

// ---- what is unfit is seen ----

static_assert(!pantograph::detail::enum_with_fixed_type<shop::old_without_type>);
static_assert(pantograph::detail::enum_with_fixed_type<shop::old_with_type>);
static_assert(!scan_of<shop::gap>.contiguous && scan_of<shop::gap>.count == 2);
static_assert(!scan_of<shop::far_gap>.contiguous && scan_of<shop::far_gap>.count == 2);
static_assert(scan_of<shop::from_one>.count == 0);
static_assert(!scan_of<shop::negative>.contiguous);
static_assert(scan_of<shop::empty>.count == 0);
static_assert(scan_of<shop::outcome>.contiguous && scan_of<most>.contiguous);

static_assert(faults_of(words("a", "b", "c")).unfit == 3 && faults_of(words("a", "b", "c")).twice == 3);
static_assert(faults_of(words("a", "", "c")).unfit == 1);
static_assert(faults_of(words("a", "caf\xE9")).unfit == 1);
static_assert(faults_of(words("a", "b", "a")).twice == 2 && faults_of(words("a", "b", "a")).same == 0);
static_assert(faults_of(pantograph::detail::enumerator_texts<shop::twice>).twice == 1);
static_assert(faults_of(pantograph::detail::enumerator_texts<shop::empty_text>).unfit == 1);
static_assert(faults_of(pantograph::detail::enumerator_texts<shop::no_utf8>).unfit == 1);

}  // namespace
