// SPDX-License-Identifier: Apache-2.0
//
// Starting and stopping the HTTP endpoint: every error of start(), and stop() at every moment.

#include "http_fixture.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace http_testing;

// ---- starting ----

TEST_F(http, says_clearly_that_a_port_is_in_use) {
  start();
  http_endpoint second;
  http_options options = quiet();
  options.port = endpoint.port();
  const auto started = second.start(text, options);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().id, "http/port-in-use");
  EXPECT_EQ(started.error().text,
            "[http/port-in-use] 127.0.0.1:" + std::to_string(options.port) +
                " is in use: one process alone can listen on an address and port. Stop the other "
                "one (ss -ltnp names it), give http_options::port another port, or 0 for any free "
                "one. The service goes on without this endpoint.");
  EXPECT_EQ(second.port(), 0);
  EXPECT_EQ(second.url(), "");
  second.stop();
  EXPECT_EQ(connect().get("/metrics").status, 200) << "the first is not disturbed";
  ASSERT_TRUE(second.start(text, quiet())) << "and the second may try again";
  EXPECT_EQ(client(second.port()).get("/metrics").status, 200);
}

TEST_F(http, says_what_is_wrong_with_an_address) {
  http_options options = quiet();
  for (const std::string host : {"example.org", "", "127.0.0.1:80", "[127.0.0.1]", "0", "::1::"}) {
    options.host = host;
    const auto started = endpoint.start(text, options);
    ASSERT_FALSE(started) << host;
    EXPECT_EQ(started.error().id, "http/host");
    EXPECT_NE(started.error().text.find("http_options::host \"" + host + "\" is not an address"),
              std::string::npos)
        << started.error().text;
  }
  options.host = "192.0.2.1";  // TEST-NET-1 (RFC 5737): nobody has it
  const auto started = endpoint.start(text, options);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().id, "http/address-not-here");
  EXPECT_EQ(
      started.error().text.find("[http/address-not-here] 192.0.2.1:0 belongs to no interface"), 0u);
}

TEST_F(http, says_which_option_is_out_of_range) {
  const auto refuses = [&](http_options options, std::string_view name, std::string_view range) {
    const auto started = endpoint.start(text, options);
    ASSERT_FALSE(started) << name;
    EXPECT_EQ(started.error().id, "http/option-out-of-range");
    EXPECT_NE(started.error().text.find(name), std::string::npos) << started.error().text;
    EXPECT_NE(started.error().text.find(range), std::string::npos) << started.error().text;
  };
  refuses({.port = 0, .head_bytes = 255}, "http_options::head_bytes is 255", "256 and 65536");
  refuses({.port = 0, .head_bytes = 65537}, "http_options::head_bytes is 65537", "256 and 65536");
  refuses({.port = 0, .head_fields = 0}, "http_options::head_fields is 0", "1 and 1024");
  refuses({.port = 0, .connections = 0}, "http_options::connections is 0", "1 and 4096");
  refuses({.port = 0, .connections_per_client = 0}, "connections_per_client is 0", "1 and 4096");
  refuses({.port = 0, .buffer_bytes = 65535}, "buffer_bytes is 65535", "within 65536");
  refuses({.port = 0, .max_age = -1ns}, "http_options::max_age is -1 ns", "0 ns and 24 h");
  refuses({.port = 0, .head_timeout = 0ns}, "head_timeout is 0 ns", "1 ns and 24 h");
  refuses({.port = 0, .idle_timeout = 25h}, "idle_timeout is 90000000000000 ns", "1 ns and 24 h");
  refuses({.port = 0, .send_timeout = 0ns}, "send_timeout is 0 ns", "1 ns and 24 h");
  refuses({.port = 0, .stop_timeout = -1ns}, "stop_timeout is -1 ns", "0 ns and 24 h");
}

TEST_F(http, says_that_it_has_been_started) {
  start();
  const auto again = endpoint.start(text, quiet());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().id, "http/already-started");
  EXPECT_NE(again.error().text.find(endpoint.url()), std::string::npos) << again.error().text;
  EXPECT_EQ(connect().get("/metrics").status, 200);
}

TEST_F(http, listens_on_ipv6_too) {
  http_options options = quiet();
  options.host = "::1";
  const auto started = endpoint.start(text, options);
  if (!started) GTEST_SKIP() << "this machine has no IPv6 loopback: " << started.error().text;
  EXPECT_EQ(endpoint.url(), "http://[::1]:" + std::to_string(endpoint.port()));
  EXPECT_EQ(client("::1", endpoint.port()).get("/metrics").status, 200);
  EXPECT_FALSE(client("127.0.0.1", endpoint.port()).connected());
  endpoint.stop();

  options.host = "[::]";
  options.connections_per_client = 1;
  ASSERT_TRUE(endpoint.start(text, options));
  client v4("127.0.0.1", endpoint.port());
  EXPECT_EQ(v4.get("/metrics").status, 200) << ":: listens on IPv4 as well";
  EXPECT_EQ(client("127.0.0.1", endpoint.port()).get("/metrics").status, 429);
  EXPECT_EQ(client("127.0.0.1", endpoint.port(), {.from = "127.0.0.2"}).get("/metrics").status, 200)
      << "IPv4 clients of an IPv6 socket are told apart";
  EXPECT_EQ(client("::1", endpoint.port()).get("/metrics").status, 200);
}

TEST_F(http, names_its_url) {
  EXPECT_EQ(endpoint.url(), "");
  http_options options = quiet();
  options.host = "localhost";
  start(options);
  EXPECT_EQ(endpoint.url(), "http://127.0.0.1:" + std::to_string(endpoint.port()));
  endpoint.stop();
  EXPECT_EQ(endpoint.url(), "");
  EXPECT_EQ(endpoint.port(), 0);
}

// ---- stopping ----

TEST_F(http, stops_and_starts_again_on_the_same_port) {
  start();
  const std::uint16_t port = endpoint.port();
  client kept = connect();
  ASSERT_EQ(kept.get("/metrics").status, 200);
  endpoint.stop();
  endpoint.stop();
  EXPECT_EQ(kept.read_to_end(), client::ending::closed) << "an idle connection is closed";
  EXPECT_FALSE(client(port).connected());
  http_options options = quiet();
  options.port = port;
  start(options);  // at once, though connections of the first wait in TIME_WAIT
  EXPECT_EQ(connect().get("/metrics").status, 200);
  EXPECT_EQ(endpoint.statistics().scrapes_prometheus, 2u) << "counts go on";
}

TEST_F(http, stops_without_waiting_for_idle_and_unfinished_clients) {
  start();  // head and idle times are 5 s and 15 s, as in production
  client silent = connect();
  client half = connect();
  half.send("GET /metrics HT");
  client idle = connect();
  ASSERT_EQ(idle.get("/metrics").status, 200);
  endpoint.stop();
  EXPECT_EQ(silent.read_to_end(), client::ending::closed);
  EXPECT_EQ(idle.read_to_end(), client::ending::closed);
  EXPECT_NE(half.read_to_end(), client::ending::silent);
  EXPECT_EQ(endpoint.statistics().connections_open, 0u);
}

TEST_F(http, lets_a_running_response_finish_before_it_stops) {
  http_options options = quiet();
  options.stop_timeout = 60s;  // more than a sanitizer needs
  ASSERT_TRUE(endpoint.start(large, options));
  client slow = connect({.receive_buffer = 65536});
  slow.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  eventually([&] { return endpoint.statistics().scrapes_prometheus == 1; });
  const std::uint16_t port = endpoint.port();
  std::thread stopping([&] { endpoint.stop(); });
  eventually([&] { return !client(port).connected(); });  // no longer accepts, yet
  EXPECT_TRUE(slow.receive().body == large_text());
  EXPECT_EQ(slow.read_to_end(), client::ending::closed);
  stopping.join();
}

TEST_F(http, does_not_wait_for_ever_for_a_slow_reader) {
  http_options options = quiet();
  options.stop_timeout = 50ms;
  options.send_timeout = 24h;
  ASSERT_TRUE(endpoint.start(large, options));
  client slow = connect({.receive_buffer = 4096});
  slow.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  eventually([&] { return endpoint.statistics().scrapes_prometheus == 1; });
  endpoint.stop();
  EXPECT_EQ(slow.read_to_end(), client::ending::reset);
  EXPECT_EQ(refused(http_refusal::send_timeout), 1u);
}

TEST_F(http, may_be_stopped_by_several_threads) {
  start();
  client idle = connect();
  ASSERT_EQ(idle.get("/metrics").status, 200);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { endpoint.stop(); });
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(endpoint.port(), 0);
}

TEST_F(http, may_be_stopped_from_its_own_callback) {
  http_options options = quiet();
  options.health = {[](void* self) -> health_report {
                      auto& running = *static_cast<http_endpoint*>(self);
                      running.stop();
                      return {.status = health_status::ok, .detail = running.url()};
                    },
                    &endpoint};
  start(options);
  const std::uint16_t port = endpoint.port();
  client asking = connect();
  EXPECT_EQ(asking.get("/health").status, 200) << "the answer is still sent";
  EXPECT_EQ(asking.read_to_end(), client::ending::closed);
  EXPECT_FALSE(client(port).connected());
  endpoint.stop();  // joins
  EXPECT_EQ(endpoint.port(), 0);
  start();
}

TEST(http_endpoint, stops_in_its_destructor) {
  canned_text text{small_text};
  std::uint16_t port = 0;
  {
    http_endpoint endpoint;
    const auto started = endpoint.start(text, {.port = 0});
    ASSERT_TRUE(started);
    port = *started;
    EXPECT_EQ(client(port).get("/metrics").status, 200);
  }
  EXPECT_FALSE(client(port).connected());
}

TEST(http_endpoint, may_be_destroyed_without_a_start) {
  http_endpoint endpoint;
  EXPECT_EQ(endpoint.port(), 0);
  EXPECT_EQ(endpoint.statistics().bytes_sent, 0u);
}

}  // namespace
