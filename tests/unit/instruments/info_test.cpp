// SPDX-License-Identifier: Apache-2.0
//
// Info: absent until it is set, whole when it is replaced, and harmless whatever the text.

#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "scrape.hpp"

#include <atomic>
#include <string>
#include <string_view>
#include <thread>

namespace {

namespace pg = pantograph;
using scraping::scrape;

enum class channel { stable, beta };

struct build {
  pg::label<pg::text> version;
  pg::label<pg::text> commit;
};
struct release {
  pg::label<channel> on;
  pg::label<bool> is_signed;
  pg::label<pg::text> name;
};

struct app_metrics {
  static constexpr std::string_view prefix = "app";
  pg::info<build> build_info{"What is running."};
  pg::info<release> release_info{"Where it came from."};
};

class info : public testing::Test {
 protected:
  info() { out.add(metrics); }

  app_metrics metrics;
  pg::exposition out;
};

TEST_F(info, is_absent_until_it_is_set) {
  EXPECT_EQ(scrape(out).text(), "");
  metrics.build_info.set({.version = "1.4.0", .commit = "d3adb33"});
  EXPECT_EQ(scrape(out).text(),
            "# HELP app_build_info What is running.\n"
            "# TYPE app_build_info gauge\n"
            "app_build_info{version=\"1.4.0\",commit=\"d3adb33\"} 1\n");
}

TEST_F(info, is_called_info_without_its_suffix_in_openmetrics) {
  metrics.build_info.set({.version = "1.4.0", .commit = "d3adb33"});
  EXPECT_EQ(scrape(out, pg::text_format::openmetrics_1_0).text(),
            "# HELP app_build What is running.\n"
            "# TYPE app_build info\n"
            "app_build_info{version=\"1.4.0\",commit=\"d3adb33\"} 1\n"
            "# EOF\n");
}

TEST_F(info, is_replaced_as_a_whole_by_longer_and_by_shorter_texts) {
  metrics.build_info.set({.version = "1", .commit = "a"});
  metrics.build_info.set({.version = std::string(1000, 'v'), .commit = std::string(3000, 'c')});
  scrape now(out);
  EXPECT_TRUE(now.has("app_build_info{version=\"" + std::string(1000, 'v') + "\",commit=\"" +
                      std::string(3000, 'c') + "\"}"));
  EXPECT_EQ(now.numbers().size(), 1u);
  metrics.build_info.set({.version = "2", .commit = ""});
  now = scrape(out);
  EXPECT_EQ(now.number("app_build_info{version=\"2\",commit=\"\"}"), "1");
  EXPECT_EQ(now.numbers().size(), 1u);
}

TEST_F(info, takes_enums_and_bools_beside_texts) {
  metrics.release_info.set({.on = channel::beta, .is_signed = true, .name = "finch"});
  EXPECT_EQ(scrape(out).number("app_release_info{on=\"beta\",is_signed=\"true\",name=\"finch\"}"), "1");
  metrics.release_info.set({.on = static_cast<channel>(9), .is_signed = false, .name = "wren"});
  const scrape now(out);
  EXPECT_EQ(now.number("app_release_info{on=\"other\",is_signed=\"false\",name=\"wren\"}"), "1");
  EXPECT_EQ(now.numbers().size(), 1u);
}

TEST_F(info, keeps_a_copy_of_what_it_is_given) {
  {
    std::string version = "a text that lives in a temporary string", commit = version + '!';
    metrics.build_info.set({.version = version, .commit = commit});
    version.assign(version.size(), 'x');
    commit.assign(commit.size(), 'x');
  }
  EXPECT_EQ(scrape(out).number("app_build_info{version=\"a text that lives in a temporary string\","
                               "commit=\"a text that lives in a temporary string!\"}"),
            "1");
}

TEST_F(info, of_hostile_text_is_one_line_with_it_escaped) {
  metrics.build_info.set({.version = "1\"} 1\nfake 2\n\\", .commit = "\xFF" "a\xED\xA0\x80"});
  EXPECT_EQ(scrape(out).text(),
            "# HELP app_build_info What is running.\n"
            "# TYPE app_build_info gauge\n"
            "app_build_info{version=\"1\\\"} 1\\nfake 2\\n\\\\\",commit=\"\xEF\xBF\xBD"
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"} 1\n");
  // Every byte ill-formed: three times as long.
  std::string threefold;
  for (int i = 0; i < 500; ++i) threefold += "\xEF\xBF\xBD";
  metrics.build_info.set({.version = std::string(500, '\xFE'), .commit = std::string(500, '\x80')});
  EXPECT_TRUE(scrape(out).has("app_build_info{version=\"" + threefold + "\",commit=\"" + threefold +
                              "\"}"));
}

TEST_F(info, is_never_torn_when_it_is_replaced_during_scrapes) {
  std::atomic<bool> done{false};
  metrics.build_info.set({.version = "aaaa", .commit = "aaaa"});
  std::thread writer([&] {
    while (!done.load()) {
      metrics.build_info.set({.version = "aaaa", .commit = "aaaa"});
      metrics.build_info.set({.version = "bbbbbbbb", .commit = "bbbbbbbb"});
    }
  });
  std::string torn;
  for (int i = 0; i < 300; ++i) {
    const scrape now(out);
    if (!now.has("app_build_info{version=\"aaaa\",commit=\"aaaa\"}") &&
        !now.has("app_build_info{version=\"bbbbbbbb\",commit=\"bbbbbbbb\"}")) {
      torn += now.text();
    }
  }
  done = true;
  writer.join();
  EXPECT_EQ(torn, "");
}

}  // namespace
