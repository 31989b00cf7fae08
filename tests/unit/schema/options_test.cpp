// SPDX-License-Identifier: Apache-2.0
//
// What the words between an instrument's angle brackets add up to, in any order.

#include <pantograph/schema/options.hpp>

#include <gtest/gtest.h>

#include <type_traits>

namespace {

namespace pg = pantograph;
using pg::detail::options_of;

enum class digit { d0, d1, d2, d3, d4, d5, d6, d7, d8, d9 };
enum class eleven { e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10 };
struct two_digits {
  pg::label<digit> tens;
  pg::label<digit> ones;
};
struct more_than_a_hundred {
  pg::label<digit> tens;
  pg::label<eleven> ones;
};
struct person {
  pg::label<pg::text> name;
};

using nothing = options_of<>;
static_assert(std::is_same_v<nothing::labels, pg::no_labels> && std::is_same_v<nothing::unit, pg::count>);
static_assert(nothing::series == 1 && nothing::is_dense && nothing::limit == 100 && !nothing::has_limit);
static_assert(!nothing::is_real && !nothing::is_shared && !nothing::has_text);

// Dense up to 100 series, sparse above, unless it is said.
static_assert(options_of<two_digits>::series == 100 && options_of<two_digits>::is_dense);
using above = options_of<more_than_a_hundred, pg::at_most<110>>;
static_assert(above::series == 110 && !above::is_dense && above::limit == 110 && above::has_limit);
static_assert(options_of<more_than_a_hundred, pg::at_most<110>, pg::dense>::is_dense);
static_assert(!options_of<two_digits, pg::sparse>::is_dense && !options_of<pg::sparse>::is_dense);

// A bound is a limit on what may be, not a number of series that are.
static_assert(options_of<two_digits, pg::at_most<500>>::series == 100);
static_assert(options_of<two_digits, pg::at_most<500>>::is_dense);

using bounded = options_of<person, pg::at_most<20>>;
static_assert(bounded::has_text && bounded::series == 20 && bounded::limit == 20 && !bounded::is_dense);
static_assert(options_of<person>::series == 100 && !options_of<person>::has_limit);

// Units decide what is kept.
static_assert(!options_of<pg::bytes>::is_real && !options_of<pg::seconds>::is_real);
static_assert(!options_of<pg::tokens>::is_real && !options_of<pg::usd>::is_real);
static_assert(options_of<pg::ratio>::is_real && options_of<pg::celsius>::is_real);
static_assert(options_of<pg::seconds, pg::real>::is_real && options_of<pg::real>::is_real);

// Any order.
using a = options_of<pg::shared, two_digits, pg::at_most<200>, pg::bytes, pg::sparse>;
using b = options_of<pg::bytes, pg::sparse, pg::shared, pg::at_most<200>, two_digits>;
static_assert(std::is_same_v<a::labels, two_digits> && std::is_same_v<b::labels, two_digits>);
static_assert(std::is_same_v<a::unit, pg::bytes> && std::is_same_v<b::unit, pg::bytes>);
static_assert(a::is_shared && b::is_shared && a::limit == 200 && b::limit == 200);
static_assert(!a::is_dense && !b::is_dense);

// A unit of the user's own.
struct parsecs : pg::detail::unit_facts<false> {
  static constexpr std::string_view suffix = "parsecs";
};
static_assert(std::is_same_v<options_of<parsecs>::unit, parsecs> && options_of<parsecs>::is_real);

// What is refused is seen (the sentences are tested in tests/rejects).
using pg::detail::option_kind;
using pg::detail::option_kind_of;
static_assert(option_kind_of<int> == option_kind::unknown);
static_assert(option_kind_of<two_digits> == option_kind::labels);
static_assert(option_kind_of<pg::at_most<3>> == option_kind::limit);
using pg::detail::options_seen;
using pg::detail::second_of_a_kind;
static_assert(std::is_void_v<second_of_a_kind<options_seen<>, pg::bytes, pg::shared, person>::type>);
static_assert(std::is_same_v<second_of_a_kind<options_seen<>, pg::bytes, person, pg::seconds>::type, pg::seconds>);
static_assert(std::is_same_v<second_of_a_kind<options_seen<>, pg::dense, pg::sparse>::type, pg::sparse>);

TEST(options, are_decided_by_the_compiler) { SUCCEED(); }

}  // namespace
