// SPDX-License-Identifier: Apache-2.0
//
// The Markdown page of a schema: what escapes a help text, how lines break, and what is said of
// series and memory. (A whole page is held by tests/golden.)

#include <pantograph/catalog/markdown.hpp>
#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>

namespace {

namespace pg = pantograph;
using pg::detail::markdown_code;
using pg::detail::markdown_prose;

TEST(markdown, prose_is_shown_as_it_reads) {
  EXPECT_EQ(markdown_prose("Orders placed."), "Orders placed.");
  EXPECT_EQ(markdown_prose("a*b and [c] <d> `e`"), R"(a\*b and \[c\] \<d\> \`e\`)");
  EXPECT_EQ(markdown_prose("C:\\temp & more | less ~ none"), R"(C:\\temp \& more \| less \~ none)");
  EXPECT_EQ(markdown_prose("the field orders_total of _this_"), R"(the field orders_total of \_this\_)");
  EXPECT_EQ(markdown_prose("caf\xE9"), "caf\xEF\xBF\xBD");
}
TEST(markdown, a_number_and_a_full_stop_are_no_list) {
  EXPECT_EQ(markdown_prose("1. first 2) second 3.5 and 4."), R"(1\. first 2\) second 3.5 and 4.)");
}
TEST(markdown, addresses_become_links) {
  EXPECT_EQ(markdown_prose("see https://example.org/a_b."), "see <https://example.org/a_b>.");
  EXPECT_EQ(markdown_prose("http://example.org and more"), "<http://example.org> and more");
}
TEST(markdown, code_spans_hold_anything) {
  EXPECT_EQ(markdown_code("a_b*c"), "`a_b*c`");
  EXPECT_EQ(markdown_code("a`b"), "`` a`b ``");
  EXPECT_EQ(markdown_code("two\nlines, \"quoted\""), R"(`two\nlines, \"quoted\"`)");
}

std::string wrapped(std::string_view first, std::string_view text) {
  pg::detail::markdown_lines lines;
  lines.start(first);
  lines.words(text);
  return lines.take();
}
TEST(markdown, lines_have_at_most_80_columns) {
  const std::string word(39, 'x');
  EXPECT_EQ(wrapped("", word + ' ' + word + "x y"), word + ' ' + word + "x\ny");
  EXPECT_EQ(wrapped("- ", word + ' ' + word + "x y"), "- " + word + "\n  " + word + "x y");
  EXPECT_EQ(wrapped("", std::string(100, 'x') + " y"), std::string(100, 'x') + "\ny");
  EXPECT_EQ(wrapped("", "  two   words \n"), "two words");
}
TEST(markdown, a_line_does_not_start_with_what_opens_a_block) {
  const std::string word(79, 'x');
  EXPECT_EQ(wrapped("", "# one"), "\\# one");
  EXPECT_EQ(wrapped("", word + " - more"), word + "\n\\- more");
  EXPECT_EQ(wrapped("", word + " + more"), word + "\n\\+ more");
  EXPECT_EQ(wrapped("", word + " === more"), word + "\n\\=== more");
  EXPECT_EQ(wrapped("", "a - b # c"), "a - b # c");
}

// ---- series and memory ----

enum class region { eu, us };
enum class door { open, ajar, closed };
struct order {
  pg::label<region> origin;
  pg::label<bool> paid;
};
struct customer {
  pg::label<pg::text> name;
};
struct build {
  pg::label<pg::text> version;
  pg::label<bool> debug;
};
struct shop_metrics {
  pg::counter<> plain_total{"1."};
  pg::counter<order> orders_total{"4 and other."};
  pg::counter<customer, pg::at_most<7>> customers_total{"7 and other."};
  pg::counter<order, pg::shared> rare_total{"One cell."};
  pg::histogram<pg::count, pg::buckets(1, 2, 3), order> items{"3 bounds, +Inf, sum."};
  pg::up_down<> carts{"Up and down."};
  pg::gauge<order> stock{"Set."};
  pg::observed_gauge<order> shelves{"Asked."};
  pg::money_counter<> sales_usd_total{"Two cells."};
  pg::info<build> build_info{"None."};
  pg::state_set<door> front_door{"One cell."};
  pg::runtime_metrics<pg::at_most<20>> custom{"20 and 4."};
};
constexpr auto& rows = pg::catalog_of<shop_metrics>.families;

static_assert(series_of(rows[0]) == 1 && shared_bytes_of(rows[0]) == 8 && thread_bytes_of(rows[0]) == 8);
static_assert(series_of(rows[1]) == 5 && shared_bytes_of(rows[1]) == 40 && thread_bytes_of(rows[1]) == 40);
static_assert(series_of(rows[2]) == 8 && shared_bytes_of(rows[2]) == 64 && thread_bytes_of(rows[2]) == 64);
static_assert(series_of(rows[3]) == 5 && shared_bytes_of(rows[3]) == 40 && thread_bytes_of(rows[3]) == 0);
static_assert(series_of(rows[4]) == 5 && shared_bytes_of(rows[4]) == 5 * 40 && thread_bytes_of(rows[4]) == 200);
static_assert(series_of(rows[5]) == 1 && thread_bytes_of(rows[5]) == 8);
static_assert(series_of(rows[6]) == 5 && shared_bytes_of(rows[6]) == 40 && thread_bytes_of(rows[6]) == 0);
static_assert(series_of(rows[7]) == 5 && shared_bytes_of(rows[7]) == 0 && thread_bytes_of(rows[7]) == 0);
static_assert(series_of(rows[8]) == 1 && shared_bytes_of(rows[8]) == 16 && thread_bytes_of(rows[8]) == 16);
static_assert(series_of(rows[9]) == 1 && shared_bytes_of(rows[9]) == 0 && thread_bytes_of(rows[9]) == 0);
static_assert(series_of(rows[10]) == 3 && shared_bytes_of(rows[10]) == 8 && thread_bytes_of(rows[10]) == 0);
static_assert(series_of(rows[11]) == 24 && shared_bytes_of(rows[11]) == 192 && thread_bytes_of(rows[11]) == 0);
static_assert(samples_of(rows[1]) == 5 && samples_of(rows[4]) == 5 * (3 + 1 + 2), "+Inf, sum and count");
static_assert(series_of(pg::catalog_of<shop_metrics>) == 1 + 5 + 8 + 5 + 5 + 1 + 5 + 5 + 1 + 1 + 3 + 24);

TEST(markdown, every_line_of_a_page_is_short_and_ends_where_it_should) {
  const std::string page = pg::markdown_of(pg::catalog_of<shop_metrics>);
  ASSERT_EQ(page.substr(0, 15), "# shop_metrics\n");
  std::istringstream lines(page);
  std::string line, before = "x";
  while (std::getline(lines, line)) {
    EXPECT_LE(line.size(), 80u) << line;
    EXPECT_FALSE(!line.empty() && line.back() == ' ') << line;
    EXPECT_FALSE(line.empty() && before.empty()) << "two empty lines";
    before = line;
  }
  EXPECT_EQ(page.back(), '\n');
  EXPECT_NE(page[page.size() - 2], '\n');
}

TEST(markdown, the_same_schema_gives_the_same_bytes) {
  EXPECT_EQ(pg::markdown_of(pg::catalog_of<shop_metrics>), pg::markdown_of(pg::catalog_of<shop_metrics>));
}

}  // namespace
