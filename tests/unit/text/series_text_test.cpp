// SPDX-License-Identifier: Apache-2.0
//
// Labels as text: tags named at run time beside the instance labels of a schema.

#include <pantograph/metrics.hpp>
#include <pantograph/text/series_text.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "text_of.hpp"

namespace {

namespace pg = pantograph;
using pg::detail::has_label;
using pg::detail::tags_beside;

TEST(series_text, a_label_is_found_by_its_whole_name) {
  EXPECT_TRUE(has_label(R"(pool="a",side="b")", "pool"));
  EXPECT_TRUE(has_label(R"(pool="a",side="b")", "side"));
  EXPECT_FALSE(has_label(R"(pool="a",side="b")", "poo"));
  EXPECT_FALSE(has_label(R"(pool="a",side="b")", "ide"));
  EXPECT_FALSE(has_label(R"(pool="a",side="b")", "a"));
  EXPECT_FALSE(has_label("", "pool"));
}
TEST(series_text, a_label_is_not_found_in_a_value) {
  EXPECT_FALSE(has_label(R"(name="x,pool=\"y\"")", "pool"));
  EXPECT_TRUE(has_label(R"(name="x,pool=\"y\"",pool="z")", "pool"));
}
TEST(series_text, a_tag_that_an_instance_label_is_called_as_well_gets_another_name) {
  EXPECT_EQ(tags_beside(R"(depth{pool="a"})", R"(pool="x")"), R"(depth{exported_pool="a"})");
  EXPECT_EQ(tags_beside(R"(depth{a="1",pool="2",z="3"})", R"(pool="x",z="y")"),
            R"(depth{a="1",exported_pool="2",exported_z="3"})");
  EXPECT_EQ(tags_beside(R"(depth{a="x\"}{,pool=\"",b="\\"})", R"(pool="x")"),
            R"(depth{a="x\"}{,pool=\"",b="\\"})");
  EXPECT_EQ(tags_beside("depth", R"(pool="x")"), "depth");
}

struct pool {
  pg::label<pg::text> name;
};
struct pool_metrics {
  using instance = pool;
  pg::runtime_metrics<pg::at_most<4>> custom{"Named while running."};
};

TEST(series_text, no_series_has_a_label_twice) {
  pool_metrics orders;
  orders.custom.record("depth", 3, {{"name", "fast"}, {"kind", "k"}});
  pg::exposition out;
  ASSERT_TRUE(out.add(orders, {.name = "orders"}));
  EXPECT_EQ(reading::lines_with(
                reading::text_of(out, reading::prometheus),
                "pool_custom_depth{name=\"orders\",kind=\"k\",exported_name=\"fast\"} 3"),
            1u);
}

}  // namespace
