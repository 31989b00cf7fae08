// SPDX-License-Identifier: Apache-2.0
//
// The code of docs/http.md, compiled and run; http_page.cmake holds page and code equal.

#include <pantograph/exporters/http.hpp>
#include <pantograph/metrics.hpp>

#include <gtest/gtest.h>

#include "http_client.hpp"

#include <cstdio>

namespace {

namespace pg = pantograph;

struct page_metrics {
  pg::counter<> requests_total{"Requests."};
};

struct connection_pool {
  int free_now = 0;
  [[nodiscard]] int free() const { return free_now; }
};

TEST(http_page, starts_an_endpoint) {
  page_metrics metrics;
  metrics.requests_total.increment();
  pg::exposition out;
  out.add(metrics);

  pg::exporters::http_endpoint endpoint;  // after the exposition: it must not outlive it
  const auto port = endpoint.start(out, {.port = 0, .service = "gateway"});  // 0: any free port
  if (!port) std::fprintf(stderr, "%s\n", port.error().text.c_str());        // the service goes on

  ASSERT_TRUE(port);
  EXPECT_NE(http_testing::client(*port).get("/").body.find("<h1>gateway</h1>"), std::string::npos);
}

TEST(http_page, asks_a_pool_for_its_health) {
  page_metrics metrics;
  metrics.requests_total.increment();
  pg::exposition out;
  out.add(metrics);
  connection_pool pool;
  pg::exporters::http_endpoint endpoint;

  const auto ask = [](void* context) -> pg::exporters::health_report {
    const auto& database = *static_cast<const connection_pool*>(context);
    if (database.free() > 0) return {};
    return {pg::exporters::health_status::degraded, "no free database connection"};
  };
  const auto port = endpoint.start(out, {.port = 0, .health = {ask, &pool}});

  ASSERT_TRUE(port);
  http_testing::client asking(*port);
  const auto degraded = asking.get("/health");
  EXPECT_EQ(degraded.status, 503);
  EXPECT_EQ(degraded.body,
            "{\"status\":\"degraded\",\"detail\":\"no free database connection\"}\n");
  pool.free_now = 1;
  EXPECT_EQ(asking.get("/health").body, "{\"status\":\"ok\"}\n");
  EXPECT_EQ(asking.get("/metrics").body,
            "# HELP page_requests_total Requests.\n# TYPE page_requests_total counter\n"
            "page_requests_total 1\n");
}

}  // namespace
