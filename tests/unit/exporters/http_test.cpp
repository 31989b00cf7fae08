// SPDX-License-Identifier: Apache-2.0
//
// What the HTTP endpoint serves and what it refuses, told by plain sockets: every status, every
// kind of request.

#include "http_fixture.hpp"

#include <chrono>
#include <cstdint>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace http_testing;

// ---- what it serves ----

TEST_F(http, serves_prometheus_text_by_default) {
  start();
  const response got = connect().get("/metrics");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.version, "HTTP/1.1");
  EXPECT_EQ(got.field("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(got.field("content-length"), "21");
  EXPECT_EQ(got.field("connection"), "keep-alive");
  EXPECT_EQ(got.field("cache-control"), "no-store");
  EXPECT_EQ(got.field("x-content-type-options"), "nosniff");
  EXPECT_EQ(got.field("transfer-encoding"), "(none)");
  EXPECT_EQ(got.body, "# TYPE up gauge\nup 1\n");
  EXPECT_EQ(endpoint.statistics().scrapes_prometheus, 1u);
  EXPECT_EQ(endpoint.statistics().scrapes_openmetrics, 0u);
}

TEST_F(http, serves_openmetrics_to_whom_prefers_it) {
  start();
  client prometheus = connect();
  const response got = prometheus.get(
      "/metrics",
      "Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
      "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n"
      "Accept-Encoding: gzip\r\nUser-Agent: Prometheus/2.42.0\r\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_EQ(got.field("content-encoding"), "(none)");
  EXPECT_EQ(got.body, "# TYPE up gauge\nup 1\n# EOF\n");
  EXPECT_EQ(endpoint.statistics().scrapes_openmetrics, 1u);

  // One list, spread over two fields.
  EXPECT_EQ(prometheus
                .get("/metrics",
                     "Accept: text/plain;q=0.5\r\n"
                     "accept: application/openmetrics-text\r\n")
                .field("content-type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

TEST_F(http, writes_the_date_as_http_wants_it) {
  start();
  const auto now = [] {  // not ::time(), whose clock lags behind by a few milliseconds
    return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  };
  const time_t before = now();
  const std::string date = connect().get("/health").field("date");
  const time_t after = now();
  tm parsed{};
  const char* const end = ::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parsed);
  ASSERT_NE(end, nullptr) << date;
  EXPECT_EQ(*end, '\0');
  EXPECT_EQ(date.size(), 29u) << date;
  EXPECT_GE(::timegm(&parsed), before);
  EXPECT_LE(::timegm(&parsed), after);
  tm calendar{};
  const time_t moment = ::timegm(&parsed);
  ::gmtime_r(&moment, &calendar);
  char expected[64];
  ::strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &calendar);
  EXPECT_EQ(date, expected);
}

TEST_F(http, tells_the_exposition_how_old_values_may_be) {
  start();
  connect().get("/metrics");
  EXPECT_EQ(text.last_max_age.load(), 1s);
  endpoint.stop();
  http_options fresh = quiet();
  fresh.max_age = 0ns;
  start(fresh);
  connect().get("/metrics");
  EXPECT_EQ(text.last_max_age.load(), 0ns);
}

TEST_F(http, hands_over_a_large_text_unharmed) {
  ASSERT_TRUE(endpoint.start(large, quiet()));
  client reader = connect();
  for (int i = 0; i < 3; ++i) {
    const response got = reader.get("/metrics");
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.field("content-length"), std::to_string(large_text().size()));
    ASSERT_TRUE(got.body == large_text());  // not EQ: it would print 12 MB
  }
}

TEST_F(http, says_that_it_is_healthy) {
  start();
  const response got = connect().get("/health");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-type"), "application/json");
  EXPECT_EQ(got.body, "{\"status\":\"ok\"}\n");
}

TEST_F(http, asks_the_health_callback) {
  health_report answer{.status = health_status::degraded,
                       .detail = "queue \"a\\b\"\n\x01\xE9 full"};
  http_options options = quiet();
  options.health = {[](void* context) { return *static_cast<health_report*>(context); }, &answer};
  start(options);
  client asking = connect();
  response got = asking.get("/health");
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.body,
            "{\"status\":\"degraded\",\"detail\":\"queue \\\"a\\\\b\\\"\\u000a\\u0001\xEF\xBF\xBD "
            "full\"}\n");
  answer = {.status = health_status::ok, .detail = "two of three replicas"};
  got = asking.get("/health");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "{\"status\":\"ok\",\"detail\":\"two of three replicas\"}\n");
  answer.detail = std::string(5000, '\x01');  // the longest escape, and far too long
  got = asking.get("/health");
  EXPECT_EQ(got.status, 200);
  std::string escaped;
  for (int i = 0; i < 1024; ++i) escaped += "\\u0001";
  EXPECT_EQ(got.body, "{\"status\":\"ok\",\"detail\":\"" + escaped + "\"}\n");
}

TEST_F(http, survives_a_health_callback_that_throws) {
  http_options options = quiet();
  options.health = {[](void*) -> health_report { throw std::runtime_error("no database"); }};
  start(options);
  client asking = connect();
  const response got = asking.get("/health");
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.body, "{\"status\":\"degraded\",\"detail\":\"no database\"}\n");
  EXPECT_EQ(asking.get("/metrics").status, 200);
}

TEST_F(http, shows_an_index_that_links_both) {
  http_options options = quiet();
  options.service = "R&D <gateway>";
  start(options);
  const response got = connect().get("/");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(got.body.find("<h1>R&amp;D &lt;gateway&gt;</h1>"), got.body.npos) << got.body;
  EXPECT_NE(got.body.find("<a href=\"/metrics\">"), got.body.npos);
  EXPECT_NE(got.body.find("<a href=\"/health\">"), got.body.npos);
  EXPECT_EQ(endpoint.statistics().index_requests, 1u);
}

TEST_F(http, ignores_the_query_and_understands_absolute_targets) {
  start();
  client asking = connect();
  EXPECT_EQ(asking.get("/metrics?name[]=up").body, small_text);
  EXPECT_EQ(asking.get("http://127.0.0.1/metrics").body, small_text);
  EXPECT_EQ(asking.get("HTTP://host:1/health?x=/metrics").body, "{\"status\":\"ok\"}\n");
  EXPECT_NE(asking.get("http://host").body.find("<h1>"), std::string::npos);
  EXPECT_NE(asking.get("http://host?/metrics").body.find("<h1>"), std::string::npos);
}

// ---- HEAD, keep-alive, pipelining, HTTP/1.0 ----

TEST_F(http, answers_head_like_get_without_the_body) {
  start();
  client asking = connect();
  for (const std::string path : {"/metrics", "/health", "/", "/nothing"}) {
    asking.send("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const response head = asking.receive(true);
    const response get = asking.get(path);  // a stray body would be read as its head
    EXPECT_EQ(head.status, get.status) << path;
    EXPECT_EQ(head.field("content-length"), std::to_string(get.body.size())) << path;
    EXPECT_EQ(head.field("content-type"), get.field("content-type")) << path;
  }
}

TEST_F(http, keeps_the_connection_for_further_requests) {
  start();
  client asking = connect();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(asking.get("/metrics").status, 200);
  EXPECT_EQ(endpoint.statistics().connections_accepted, 1u);
  const response last = asking.get("/metrics", "Connection: close\r\n");
  EXPECT_EQ(last.field("connection"), "close");
  EXPECT_EQ(asking.read_to_end(), client::ending::closed);
}

TEST_F(http, answers_pipelined_requests_in_order) {
  start();
  client asking = connect();
  asking.send(
      "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
      "HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      "GET /health HTTP/1.1\r\nHost: a\r\n\r\n");  // after close: must not be answered
  EXPECT_EQ(asking.receive().body, "{\"status\":\"ok\"}\n");
  EXPECT_EQ(asking.receive().body, small_text);
  EXPECT_EQ(asking.receive(true).field("content-length"), "21");
  EXPECT_EQ(asking.receive().status, 404);
  EXPECT_EQ(asking.receive().body, small_text);
  std::string rest;
  EXPECT_EQ(asking.read_to_end(&rest), client::ending::closed);
  EXPECT_EQ(rest, "");
}

TEST_F(http, answers_more_pipelined_requests_than_its_buffer_holds) {
  start();
  client asking = connect();
  const std::string request =
      "GET /health HTTP/1.1\r\nHost: a\r\nX-Filler: " + std::string(3000, 'x') + "\r\n\r\n";
  std::string many;
  for (int i = 0; i < 40; ++i) many += request;  // 120 kB through 8 KiB
  asking.send(many);
  for (int i = 0; i < 40; ++i) ASSERT_EQ(asking.receive().status, 200) << i;
}

TEST_F(http, reads_a_request_that_comes_byte_by_byte) {
  start();
  client asking = connect();
  for (const char c :
       std::string("\r\n\r\nGET /metrics HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n")) {
    asking.send(std::string(1, c));
  }
  EXPECT_EQ(asking.receive().body, small_text);
}

TEST_F(http, answers_a_client_that_has_stopped_sending) {
  start();
  client asking = connect();
  asking.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  asking.end_sending();
  EXPECT_EQ(asking.receive().body, small_text);
  EXPECT_EQ(asking.read_to_end(), client::ending::closed);
}

TEST_F(http, speaks_http_1_0) {
  ASSERT_TRUE(endpoint.start(large, quiet()));
  client asking = connect();
  asking.send("GET /metrics HTTP/1.0\r\n\r\n");
  const response got = asking.receive();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("transfer-encoding"), "(none)");
  EXPECT_EQ(got.field("connection"), "close");
  EXPECT_TRUE(got.body == large_text());
  EXPECT_EQ(asking.read_to_end(), client::ending::closed);

  client keeping = connect();
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const response kept = keeping.receive();
    EXPECT_EQ(kept.status, 200);
    EXPECT_EQ(kept.field("connection"), "keep-alive");
  }
}

// ---- what it refuses ----

TEST_F(http, names_the_paths_that_there_are) {
  start();
  client asking = connect();
  const response got = asking.get("/metrcs\x01\"<b>");
  EXPECT_EQ(got.status, 400) << "a control character in the target is no request";
  client again = connect();
  const response unknown = again.get("/metrcs\"<b>");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.field("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(unknown.body,
            "[http/unknown-path] \"/metrcs?<b>\" is not served here: the paths are /, /metrics and "
            "/health. Ask for one of them.\n");
  const response longer = again.get("/" + std::string(200, 'a'));
  EXPECT_NE(longer.body.find("\"/" + std::string(63, 'a') + "...\""), std::string::npos);
  EXPECT_EQ(again.get("/metrics/").status, 404);
  EXPECT_EQ(again.get("/metrics").status, 200) << "the connection lives on";
  EXPECT_EQ(refused(http_refusal::unknown_path), 3u);
}

TEST_F(http, offers_get_and_head_only) {
  start();
  client asking = connect();
  for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW", "get"}) {
    asking.send(method + " /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    const response got = asking.receive();
    EXPECT_EQ(got.status, 405) << method;
    EXPECT_EQ(got.field("allow"), "GET, HEAD");
    EXPECT_EQ(got.body, "[http/method] \"" + method +
                            "\" is not offered: everything here is read only. Use GET or HEAD.\n");
  }
  EXPECT_EQ(asking.get("/metrics").status, 200) << "the connection lives on";
  // With a body it cannot: the body was not read, and must not be read as the next request.
  asking.send(
      "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 43\r\n\r\n"
      "GET /health HTTP/1.1\r\nHost: smuggled.a\r\n\r\n\r\n");
  EXPECT_EQ(asking.receive().status, 405);
  std::string rest;
  EXPECT_EQ(asking.read_to_end(&rest), client::ending::closed);
  EXPECT_EQ(rest, "");
  EXPECT_EQ(refused(http_refusal::method), 8u);
}

TEST_F(http, refuses_a_request_with_a_body) {
  start();
  for (const std::string framing :
       {"Content-Length: 5\r\n\r\nhello", "Content-Length: 18446744073709551615\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip\r\n\r\n"}) {
    client asking = connect();
    asking.send("GET /metrics HTTP/1.1\r\nHost: a\r\n" + framing);
    const response got = asking.receive();
    EXPECT_EQ(got.status, 413) << framing;
    EXPECT_EQ(got.field("connection"), "close");
    std::string rest;
    EXPECT_EQ(asking.read_to_end(&rest), client::ending::closed) << framing;
    EXPECT_EQ(rest, "") << framing;
  }
  EXPECT_EQ(connect().get("/metrics", "Content-Length: 0\r\n").status, 200) << "that is no body";
  EXPECT_EQ(refused(http_refusal::body), 4u);
}

struct wrong_request {
  std::string bytes;
  int status;
};

TEST_F(http, refuses_what_is_not_http) {
  start();
  const std::string get = "GET /metrics HTTP/1.1\r\n";
  const wrong_request wrong[] = {
      {"\x16\x03\x01\x02\x01\x01\xFC\n", 400},  // TLS
      {"GET\r\n\r\n", 400},
      {"GET /metrics\r\n\r\n", 400},  // HTTP/0.9
      {"GET  /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /met rics HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"G(T /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {" GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {get + "\r\n", 400},                         // no Host (RFC 9112, 3.2)
      {get + "Host: a\r\nHost: a\r\n\r\n", 400},   // two
      {get + "Host: a\r\nHost : b\r\n\r\n", 400},  // blank before the colon (RFC 9112, 5.1)
      {get + "Host: a\r\nno colon\r\n\r\n", 400},
      {get + "Host: a\r\n: no name\r\n\r\n", 400},
      {get + "Host: a\r\nX: a\x01z\r\n\r\n", 400},
      {get + "Host: a\nX: bare line feed\n\n", 400},
      {get + "Host: a\rX: b\r\n\r\n", 400},
      {get + "Host: a\r\nConnection: ,;=\r\n\r\n", 400},
      // Two framings of one body: how requests are smuggled (RFC 9112, 6.1 and 11.2).
      {get + "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {get + "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
      {get + "Host: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
      {get + "Host: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
      {get + "Host: a\r\nContent-Length: 5, 6\r\n\r\nhello", 400},
      {get + "Host: a\r\nContent-Length: -1\r\n\r\n", 400},
      {get + "Host: a\r\nContent-Length: 0x5\r\n\r\n", 400},
      {get + "Host: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"GET /metrics HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"GET /metrics HTTQ/1.1\r\nHost: a\r\n\r\n", 400},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"GET /metrics HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"GET /metrics HTTP/3.0\r\nHost: a\r\n\r\n", 505},
  };
  int expected_400 = 0;
  for (const wrong_request& each : wrong) {
    client asking = connect();
    asking.send(each.bytes);
    const response got = asking.receive();
    EXPECT_EQ(got.status, each.status) << each.bytes << got.head << got.body;
    EXPECT_EQ(got.field("connection"), "close") << each.bytes;
    EXPECT_EQ(got.body.substr(0, 6), "[http/") << got.body;
    EXPECT_EQ(asking.read_to_end(), client::ending::closed) << each.bytes;
    expected_400 += each.status == 400;
  }
  EXPECT_EQ(refused(http_refusal::malformed), static_cast<std::uint64_t>(expected_400));
  EXPECT_EQ(refused(http_refusal::version), 3u);
  EXPECT_EQ(connect().get("/metrics").status, 200);
}

// Seeded, so that a failure repeats. The answer is not looked at: sanitizers and the last line do.
TEST_F(http, survives_any_bytes) {
  start();
  constexpr std::string_view pieces[] = {"GET ",
                                         "HEAD ",
                                         "/metrics",
                                         "/health",
                                         " HTTP/1.1",
                                         " HTTP/1.0",
                                         "\r\n",
                                         "\r\n\r\n",
                                         "\n",
                                         "Host: a\r\n",
                                         "Accept: ",
                                         "*/*;q=0.1",
                                         ",",
                                         ";",
                                         "\"",
                                         ":",
                                         " ",
                                         "\t",
                                         "\r\n folded",
                                         "Content-Length: 3\r\n",
                                         "Transfer-Encoding: chunked\r\n",
                                         "Connection: close\r\n",
                                         "Connection: keep-alive, x\r\n",
                                         "abc",
                                         "\xFF",
                                         std::string_view("\0", 1),
                                         "http://"};
  std::uint64_t state = 0x9E3779B97F4A7C15;
  const auto next = [&] {  // xorshift64
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  };
  for (int round = 0; round < 400; ++round) {
    client asking = connect();
    std::string bytes = next() % 2 == 0 ? "GET /metrics HTTP/1.1\r\nHost: a\r\n" : "";
    for (std::uint64_t n = next() % 40; n > 0; --n) bytes += pieces[next() % std::size(pieces)];
    asking.send(bytes);
    if (next() % 2 == 0) {
      asking.end_sending();
      asking.read_to_end();
    }
  }
  eventually([&] { return connect().get("/metrics").body == small_text; });
  EXPECT_EQ(endpoint.statistics().internal_errors, 0u);
}

TEST_F(http, answers_500_when_the_exposition_throws_and_lives_on) {
  start();
  client asking = connect();
  text.throws = true;
  const response got = asking.get("/metrics");
  EXPECT_EQ(got.status, 500);
  EXPECT_NE(got.body.find("[http/exposition-failed]"), got.body.npos);
  text.throws = false;
  EXPECT_EQ(asking.get("/metrics").body, small_text);
  EXPECT_EQ(refused(http_refusal::exposition_failed), 1u);
}

}  // namespace
