// SPDX-License-Identifier: Apache-2.0
//
// Label structs: their names, their series, and the index of each combination.

#include <pantograph/schema/label.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <type_traits>

namespace {

namespace pg = pantograph;
using pg::detail::label_set;
using pg::detail::label_value_text;

enum class tool { search, read, write };
enum class outcome { success, error };
enum class kind { plain, other };
enum class size { small, other, large };

struct call {
  pg::label<tool> tool_name;
  pg::label<bool> cached;
  pg::label<outcome> status;
};
struct agent_call {
  pg::label<pg::text> agent;
  pg::label<tool> tool_name;
  pg::label<pg::text> model;
};
struct person {
  pg::label<pg::text> name;
};
struct parcel {
  pg::label<kind> goods;
};
struct sized_parcel {
  pg::label<kind> goods;
  pg::label<size> extent;
};
struct named_parcel {
  pg::label<pg::text> name;
  pg::label<size> extent;
};
struct marked_parcel {
  pg::label<kind> goods;
  pg::label<bool> marked;
};

using calls = label_set<call>;
static_assert(calls::size == 3 && calls::combinations == 12 && !calls::has_text);
static_assert(calls::names == std::array<std::string_view, 3>{"tool_name", "cached", "status"});
static_assert(std::is_same_v<calls::value_type<0>, tool> && std::is_same_v<calls::value_type<1>, bool>);

constexpr std::size_t index_of(tool t, bool cached, outcome s) {
  return calls::index({.tool_name = t, .cached = cached, .status = s});
}
// The first label is the slowest: (tool * 2 + cached) * 2 + status.
static_assert(index_of(tool::search, false, outcome::success) == 0);
static_assert(index_of(tool::search, false, outcome::error) == 1);
static_assert(index_of(tool::search, true, outcome::success) == 2);
static_assert(index_of(tool::search, true, outcome::error) == 3);
static_assert(index_of(tool::read, false, outcome::success) == 4);
static_assert(index_of(tool::read, false, outcome::error) == 5);
static_assert(index_of(tool::read, true, outcome::success) == 6);
static_assert(index_of(tool::read, true, outcome::error) == 7);
static_assert(index_of(tool::write, false, outcome::success) == 8);
static_assert(index_of(tool::write, false, outcome::error) == 9);
static_assert(index_of(tool::write, true, outcome::success) == 10);
static_assert(index_of(tool::write, true, outcome::error) == 11);

// A value outside belongs to `other`, one past the last, wherever it stands.
constexpr auto no_tool = static_cast<tool>(3), far_tool = static_cast<tool>(1 << 30),
               negative_tool = static_cast<tool>(-1);
constexpr auto no_outcome = static_cast<outcome>(2), negative_outcome = static_cast<outcome>(-7);
static_assert(index_of(no_tool, false, outcome::success) == 12);
static_assert(index_of(far_tool, true, outcome::error) == 12);
static_assert(index_of(negative_tool, false, outcome::success) == 12);
static_assert(index_of(tool::search, false, no_outcome) == 12, "not the neighbour, search with cached");
static_assert(index_of(tool::search, true, negative_outcome) == 12);
static_assert(index_of(no_tool, true, no_outcome) == 12);

// Where one combination prints `other` for every label, what lies outside is that one: two series
// with the same labels would make a reader refuse the page.
static_assert(label_set<parcel>::all_other == 1);
static_assert(label_set<parcel>::index({.goods = static_cast<kind>(9)}) == 1);
static_assert(label_set<sized_parcel>::all_other == 1 * 3 + 1);
static_assert(label_set<sized_parcel>::index({.goods = kind::plain, .extent = static_cast<size>(3)}) == 4);
static_assert(label_set<sized_parcel>::index({.goods = kind::plain, .extent = size::large}) == 2);
static_assert(label_set<marked_parcel>::all_other == label_set<marked_parcel>::combinations);
static_assert(label_set<call>::all_other == 12);

using agents = label_set<agent_call>;
static_assert(agents::size == 3 && agents::combinations == 3 && agents::has_text && agents::text_count == 2);
static_assert(label_set<person>::combinations == 1 && label_set<person>::text_count == 1);
static_assert(label_set<named_parcel>::all_other == 1 && label_set<person>::all_other == 0);
static_assert(label_set<pg::no_labels>::size == 0 && label_set<pg::no_labels>::combinations == 1);
static_assert(label_set<pg::no_labels>::index({}) == 0);

constexpr std::size_t agent_index(tool t) {
  return agents::index({.agent = "planner", .tool_name = t, .model = "m"});
}
static_assert(agent_index(tool::search) == 0 && agent_index(tool::write) == 2 && agent_index(no_tool) == 3);

static_assert(label_value_text<tool>(1) == "read" && label_value_text<tool>(3) == "other");
static_assert(label_value_text<bool>(0) == "false" && label_value_text<bool>(1) == "true");

// A forgotten label does not compile, a text label takes what is a text.
static_assert(!std::is_default_constructible_v<pg::label<tool>>);
static_assert(!std::is_default_constructible_v<pg::label<pg::text>>);
static_assert(!std::is_constructible_v<pg::label<tool>, outcome>);
static_assert(!std::is_constructible_v<pg::label<tool>, int>);
static_assert(std::is_convertible_v<const char*, pg::label<pg::text>>);
static_assert(std::is_convertible_v<std::string, pg::label<pg::text>>);
static_assert(!std::is_constructible_v<pg::label<pg::text>, int>);
static_assert(pg::label<pg::text>("planner").value() == "planner");

// 256^4 combinations are more than any family may have; the number must not wrap around to few.
#define TEN(n) n##0, n##1, n##2, n##3, n##4, n##5, n##6, n##7, n##8, n##9
enum class hundred {
  TEN(a), TEN(b), TEN(c), TEN(d), TEN(e), TEN(f), TEN(g), TEN(h), TEN(i), TEN(j)
};
#undef TEN
struct huge {
  pg::label<hundred> a, b, c, d, e, f, g, h, i, j;
};
static_assert(label_set<huge>::combinations == std::size_t{1} << 31);

TEST(label, is_decided_by_the_compiler) { SUCCEED(); }

}  // namespace
