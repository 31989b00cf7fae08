// SPDX-License-Identifier: Apache-2.0
//
// Histograms as they are read: which bucket, what sum, and what becomes of values that are negative,
// not finite or above all that is kept.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace pg = pantograph;
using namespace std::chrono_literals;
using scraping::absent;
using scraping::scrape;

enum class route { read, write };
struct by_route {
  pg::label<route> to;
};
struct by_agent {
  pg::label<pg::text> agent;
};

struct app_metrics {
  static constexpr std::string_view prefix = "app";
  pg::histogram<pg::seconds, pg::buckets(5ms, 10ms, 1s)> wait_seconds{"Nanoseconds are kept."};
  pg::histogram<pg::tokens, pg::buckets(0, 4, 16)> request_tokens{"Integers are kept."};
  pg::histogram<pg::ratio, pg::buckets(0.25, 0.5, 1.0)> hit_ratio{"Doubles are kept."};
  pg::histogram<pg::seconds, pg::buckets(0.5, 2.0), pg::real> real_wait_seconds{"Doubles here, too."};
  pg::histogram<pg::ratio, pg::buckets(0.5), pg::shared> shared_ratio{"Doubles in one place."};
  pg::histogram<pg::bytes, pg::buckets(10, 100), by_route> size_bytes{"By an enum."};
  pg::histogram<pg::bytes, pg::buckets(10, 100), by_agent, pg::at_most<2>> agent_size_bytes{"By text."};
};

class histogram : public testing::Test {
 protected:
  histogram() { out.add(metrics); }

  // The cumulated buckets in order, +Inf last, then the sum as printed; the count is +Inf again.
  std::string read(std::string_view name, const std::vector<std::string>& les,
                   const std::string& labels = "") {
    const scrape now(out);
    const std::string start = std::string(name) + "_bucket{" + labels + (labels.empty() ? "" : ",");
    const std::string braced = labels.empty() ? "" : '{' + labels + '}';
    std::string found;
    for (const std::string& le : les) found += now.number(start + "le=\"" + le + "\"}") + ' ';
    const std::string all = now.number(start + "le=\"+Inf\"}");
    EXPECT_EQ(now.number(std::string(name) + "_count" + braced), all);
    return found + all + " sum " + now.number(std::string(name) + "_sum" + braced);
  }
  std::string wait() { return read("app_wait_seconds", {"0.005", "0.01", "1.0"}); }
  std::string tokens() { return read("app_request_tokens", {"0.0", "4.0", "16.0"}); }
  std::string ratio() { return read("app_hit_ratio", {"0.25", "0.5", "1.0"}); }

  app_metrics metrics;
  pg::exposition out;
};

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST_F(histogram, of_durations_counts_a_bound_in_its_own_bucket_to_the_nanosecond) {
  EXPECT_EQ(wait(), "0 0 0 0 sum 0");
  metrics.wait_seconds.observe(5ms);
  EXPECT_EQ(wait(), "1 1 1 1 sum 0.005");
  metrics.wait_seconds.observe(5ms + 1ns);
  EXPECT_EQ(wait(), "1 2 2 2 sum 0.010000001");
  metrics.wait_seconds.observe(1s);
  metrics.wait_seconds.observe(1s + 1ns);
  EXPECT_EQ(wait(), "1 2 3 4 sum 2.010000002");
  metrics.wait_seconds.observe(0ns);
  EXPECT_EQ(wait(), "2 3 4 5 sum 2.010000002");
}

TEST_F(histogram, takes_durations_of_any_period_and_number) {
  metrics.wait_seconds.observe(1min);
  metrics.wait_seconds.observe(7us);
  metrics.wait_seconds.observe(std::chrono::duration<double>(0.5));
  metrics.wait_seconds.observe(std::chrono::duration<float, std::milli>(8));
  EXPECT_EQ(wait(), "1 2 3 4 sum 60.508007");
}

TEST_F(histogram, a_negative_value_is_in_the_first_bucket_and_adds_nothing) {
  metrics.wait_seconds.observe(-1ns);
  metrics.wait_seconds.observe(-5min);
  metrics.wait_seconds.observe(std::chrono::duration<double>(-0.5));
  EXPECT_EQ(wait(), "3 3 3 3 sum 0");
  metrics.request_tokens.observe(-1);
  metrics.request_tokens.observe(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(tokens(), "2 2 2 2 sum 0");
  metrics.hit_ratio.observe(-0.5);
  metrics.hit_ratio.observe(-0.0);
  metrics.hit_ratio.observe(-infinity);
  EXPECT_EQ(ratio(), "3 3 3 3 sum 0");
}

TEST_F(histogram, what_is_no_number_is_in_the_last_bucket_and_adds_nothing) {
  metrics.hit_ratio.observe(0.5);
  metrics.hit_ratio.observe(nan);
  EXPECT_EQ(ratio(), "0 1 1 2 sum 0.5");
  metrics.hit_ratio.observe(-nan);
  EXPECT_EQ(ratio(), "0 1 1 3 sum 0.5");
}

TEST_F(histogram, infinity_is_in_the_last_bucket_and_adds_nothing) {
  metrics.hit_ratio.observe(0.25);
  metrics.hit_ratio.observe(infinity);
  EXPECT_EQ(ratio(), "1 1 1 2 sum 0.25");
  metrics.hit_ratio.observe(1.0);
  EXPECT_EQ(ratio(), "1 1 2 3 sum 1.25");
}

TEST_F(histogram, the_largest_finite_number_is_added) {
  metrics.hit_ratio.observe(std::numeric_limits<double>::max());
  EXPECT_EQ(ratio(), "0 0 0 1 sum 1.7976931348623157e+308");
}

TEST_F(histogram, in_one_place_for_all_threads_keeps_the_same_rules) {
  for (const double value : {0.5, 0.75, -1.0, nan, infinity, -infinity}) {
    metrics.shared_ratio.observe(value);
  }
  // At most 0.5: 0.5 itself, -1 and -Inf. Above: 0.75, NaN and Inf. Sum: 0.5 + 0.75.
  EXPECT_EQ(read("app_shared_ratio", {"0.5"}), "3 6 sum 1.25");
}

TEST_F(histogram, of_integers_is_exact_above_2_to_the_53) {
  metrics.request_tokens.observe(0);
  metrics.request_tokens.observe(1);
  metrics.request_tokens.observe(16);
  metrics.request_tokens.observe(17u);
  EXPECT_EQ(tokens(), "1 2 3 4 sum 34");
  metrics.request_tokens.observe(9'007'199'254'740'993);  // 2^53 + 1
  EXPECT_EQ(tokens(), "1 2 3 5 sum 9007199254741027");
}

TEST_F(histogram, an_unsigned_value_above_all_signed_ones_is_not_negative) {
  metrics.request_tokens.observe(std::uint64_t{1} << 63);
  EXPECT_EQ(tokens(), "0 0 0 1 sum 9223372036854775808");
}

TEST_F(histogram, of_seconds_with_doubles_takes_numbers_and_durations) {
  metrics.real_wait_seconds.observe(0.5);
  metrics.real_wait_seconds.observe(250ms);
  metrics.real_wait_seconds.observe(2);
  metrics.real_wait_seconds.observe(1h);
  EXPECT_EQ(read("app_real_wait_seconds", {"0.5", "2.0"}), "2 3 4 sum 3602.75");
}

TEST_F(histogram, with_labels_keeps_each_series_to_itself_and_one_for_what_lies_outside) {
  metrics.size_bytes[{.to = route::write}].observe(10);
  metrics.size_bytes[{.to = route::write}].observe(11);
  EXPECT_EQ(read("app_size_bytes", {"10.0", "100.0"}, "to=\"write\""), "1 2 2 sum 21");
  EXPECT_EQ(read("app_size_bytes", {"10.0", "100.0"}, "to=\"read\""), "0 0 0 sum 0");
  EXPECT_EQ(scrape(out).number("app_size_bytes_count{to=\"other\"}"), absent);
  metrics.size_bytes[{.to = static_cast<route>(2)}].observe(1000);
  metrics.size_bytes[{.to = static_cast<route>(-1)}].observe(7);
  EXPECT_EQ(read("app_size_bytes", {"10.0", "100.0"}, "to=\"other\""), "1 1 2 sum 1007");
  EXPECT_EQ(read("app_size_bytes", {"10.0", "100.0"}, "to=\"write\""), "1 2 2 sum 21");
}

TEST_F(histogram, of_text_is_bounded) {
  for (const char* agent : {"a", "b", "c", "d", "a"}) {
    metrics.agent_size_bytes[{.agent = agent}].observe(50);
  }
  EXPECT_EQ(read("app_agent_size_bytes", {"10.0", "100.0"}, "agent=\"a\""), "0 2 2 sum 100");
  EXPECT_EQ(read("app_agent_size_bytes", {"10.0", "100.0"}, "agent=\"b\""), "0 1 1 sum 50");
  EXPECT_EQ(read("app_agent_size_bytes", {"10.0", "100.0"}, "agent=\"other\""), "0 2 2 sum 100");
  EXPECT_EQ(scrape(out).series("app_agent_size_bytes_count"), 3u);
}

TEST_F(histogram, that_only_ever_saw_zero_exists) {
  metrics.size_bytes[{.to = static_cast<route>(5)}].observe(0);
  EXPECT_EQ(read("app_size_bytes", {"10.0", "100.0"}, "to=\"other\""), "1 1 1 sum 0");
}

}  // namespace
