// SPDX-License-Identifier: Apache-2.0
//
// The limits of the HTTP endpoint: size, time, memory, connections. Each is reached from outside,
// and each is shown to leave the other clients alone.

#include "http_fixture.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace http_testing;

// ---- size ----

TEST_F(http, limits_the_head_to_8_kib) {
  start();
  const std::string begin = "GET /metrics HTTP/1.1\r\nHost: a\r\nX: ";
  const std::string end = "\r\n\r\n";
  client fits = connect();
  fits.send(begin + std::string(8192 - begin.size() - end.size(), 'x') + end);
  EXPECT_EQ(fits.receive().status, 200);
  EXPECT_EQ(fits.get("/health").status, 200);

  client exceeds = connect();
  exceeds.send(begin + std::string(8193 - begin.size() - end.size(), 'x') + end);
  const response got = exceeds.receive();
  EXPECT_EQ(got.status, 431);
  EXPECT_EQ(got.body,
            "[http/head-too-large] The request line and its fields exceed 8192 bytes, which is the "
            "limit. Send fewer or shorter fields, or raise http_options::head_bytes.\n");
  EXPECT_EQ(exceeds.read_to_end(), client::ending::closed);

  EXPECT_EQ(refused(http_refusal::head_too_large), 1u);
}

TEST_F(http, reads_on_for_a_while_so_that_its_refusal_is_not_lost) {
  start();
  client endless = connect();
  endless.send("GET /" + std::string(9000, 'x'));
  EXPECT_EQ(endless.receive().status, 431);
  // Closed at once, the connection would be reset by these bytes.
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(endless.send(std::string(10'000, 'x')));
  endless.end_sending();
  EXPECT_EQ(endless.read_to_end(), client::ending::closed);
}

TEST_F(http, lets_the_limits_of_a_head_be_set) {
  http_options options = quiet();
  options.head_bytes = 16384;
  options.head_fields = 2;
  start(options);
  client asking = connect();
  EXPECT_EQ(asking.get("/health", "X: " + std::string(12'000, 'x') + "\r\n").status, 200);
  EXPECT_EQ(asking.get("/health", "X: 1\r\nY: 2\r\n").status, 431);
  endpoint.stop();
  options.head_bytes = 256;
  start(options);
  EXPECT_EQ(connect().get("/health").status, 200);
  EXPECT_EQ(connect().get("/health", "X: " + std::string(256, 'x') + "\r\n").status, 431);
}

TEST_F(http, limits_the_fields_to_64) {
  start();
  std::string fields;
  for (int i = 0; i < 63; ++i) fields += "X-" + std::to_string(i) + ": 1\r\n";
  client asking = connect();
  EXPECT_EQ(asking.get("/metrics", fields).status, 200);  // with Host: 64
  const response got = asking.get("/metrics", fields + "X-One-More: 1\r\n");
  EXPECT_EQ(got.status, 431);
  EXPECT_NE(got.body.find("[http/too-many-fields] The request has more than 64 fields"),
            got.body.npos);
  EXPECT_EQ(asking.read_to_end(), client::ending::closed);
  EXPECT_EQ(refused(http_refusal::too_many_fields), 1u);
}

// ---- time ----

TEST_F(http, gives_a_head_its_time_and_no_more) {
  http_options options = quiet();
  options.head_timeout = 150ms;
  start(options);
  client slow = connect();
  slow.send("GET /metrics HTTP/1.1\r\nHost: a\r\n");
  // A byte now and then does not buy more time.
  std::thread drip([&] {
    for (int i = 0; i < 40 && slow.send("X"); ++i) std::this_thread::sleep_for(5ms);
  });
  const response got = slow.receive();
  EXPECT_EQ(got.status, 408);
  EXPECT_EQ(got.field("connection"), "close");
  EXPECT_EQ(
      got.body,
      "[http/head-timeout] The request head did not end in time: it must arrive within 0.15 s. "
      "Send the whole head at once, or raise http_options::head_timeout.\n");
  drip.join();
  EXPECT_EQ(refused(http_refusal::head_timeout), 1u);
}

TEST_F(http, gives_every_head_its_time_not_only_the_first) {
  http_options options = quiet();
  options.head_timeout = 200ms;
  start(options);
  client slow = connect();
  EXPECT_EQ(slow.get("/health").status, 200);
  slow.send("GET /metrics HTTP/1.1\r\nHo");
  EXPECT_EQ(slow.receive().status, 408);  // idle_timeout would have been 15 s
}

TEST_F(http, closes_silently_where_nothing_was_asked) {
  http_options options = quiet();
  options.head_timeout = 20ms;
  start(options);
  std::string rest;
  EXPECT_EQ(connect().read_to_end(&rest), client::ending::closed);
  EXPECT_EQ(rest, "");
  endpoint.stop();
  options = quiet();
  options.idle_timeout = 20ms;
  start(options);
  client idle = connect();
  EXPECT_EQ(idle.get("/health").status, 200);
  EXPECT_EQ(idle.read_to_end(&rest), client::ending::closed);
  EXPECT_EQ(rest, "");
  EXPECT_EQ(refused(http_refusal::head_timeout), 0u);
}

TEST_F(http, resets_who_does_not_read) {
  http_options options = quiet();
  options.send_timeout = 60ms;
  options.head_timeout = 1h;  // a timer set far ahead must be moved to the nearer end
  ASSERT_TRUE(endpoint.start(large, options));
  client slow = connect({.receive_buffer = 4096});
  slow.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  eventually([&] { return refused(http_refusal::send_timeout) == 1; });
  std::string got;
  EXPECT_EQ(slow.read_to_end(&got), client::ending::reset) << "a text that ends early looks whole";
  EXPECT_LT(got.size(), large_text().size());
  EXPECT_EQ(connect().get("/health").status, 200);
}

// ---- slow readers and memory ----

TEST_F(http, serves_others_while_slow_readers_read) {
  ASSERT_TRUE(endpoint.start(large, quiet()));
  client slow = connect({.receive_buffer = 4096});
  slow.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  eventually([&] { return endpoint.statistics().scrapes_prometheus == 1; });
  for (int i = 0; i < 3; ++i) {
    client quick = connect();
    EXPECT_TRUE(quick.get("/metrics").body == large_text());
    EXPECT_EQ(quick.get("/health").status, 200);
  }
  EXPECT_TRUE(slow.receive().body == large_text()) << "and the slow one gets all of it";
}

TEST_F(http, limits_the_text_that_waits_for_slow_readers) {
  http_options options = quiet();
  options.buffer_bytes = 20'000'000;  // one text and a part of the next
  ASSERT_TRUE(endpoint.start(large, options));
  client slow = connect({.receive_buffer = 4096});
  slow.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  eventually([&] { return endpoint.statistics().scrapes_prometheus == 1; });

  client second = connect();
  const response got = second.get("/metrics");
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.field("retry-after"), "1");
  EXPECT_EQ(got.field("connection"), "keep-alive");
  EXPECT_NE(got.body.find("[http/buffer-limit]"), got.body.npos);
  EXPECT_EQ(large.cut_short.load(), 1) << "the exposition is told to stop";
  second.send("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n");  // needs no memory
  EXPECT_EQ(second.receive(true).field("content-length"), std::to_string(large_text().size()));

  EXPECT_TRUE(slow.receive().body == large_text());
  EXPECT_TRUE(second.get("/metrics").body == large_text()) << "the memory is free again";
  EXPECT_EQ(refused(http_refusal::buffer_limit), 1u);
}

TEST_F(http, forgets_a_client_that_vanishes_in_the_middle) {
  http_options options = quiet();
  options.buffer_bytes = 16'000'000;  // one text: the next needs what the vanished one held
  ASSERT_TRUE(endpoint.start(large, options));
  for (int i = 0; i < 5; ++i) {
    client vanishing = connect({.receive_buffer = 4096});
    vanishing.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    eventually([&] {
      return endpoint.statistics().scrapes_prometheus == static_cast<std::uint64_t>(i) + 1;
    });
    vanishing.reset();
    eventually([&] { return endpoint.statistics().connections_open == 0; });
  }
  EXPECT_EQ(refused(http_refusal::buffer_limit), 0u);
}

TEST_F(http, counts_the_bytes_it_sends) {
  start();
  client asking = connect();
  std::size_t received = 0;
  for (const char* path : {"/metrics", "/none", "/health"}) {
    const response got = asking.get(path);
    received += got.head.size() + got.body.size();
  }
  eventually([&] { return endpoint.statistics().bytes_sent == received; });
  EXPECT_GT(endpoint.statistics().last_scrape, 0ns);
  EXPECT_EQ(endpoint.statistics().health_requests, 1u);
  EXPECT_EQ(endpoint.statistics().internal_errors, 0u);
}

// ---- connections ----

TEST_F(http, serves_64_connections_and_refuses_the_next) {
  start({.port = 0});
  static constexpr const char* addresses[] = {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5",
                                              "127.0.0.6", "127.0.0.7", "127.0.0.8", "127.0.0.9"};
  std::deque<client> open;
  for (const char* from : addresses) {
    for (int i = 0; i < 8; ++i) open.push_back(connect({.from = from}));
  }
  for (client& each : open) ASSERT_EQ(each.get("/health").status, 200);
  EXPECT_EQ(endpoint.statistics().connections_open, 64u);

  client refused_client = connect();
  const response got = refused_client.get("/metrics");
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.field("retry-after"), "1");
  EXPECT_EQ(got.field("connection"), "close");
  EXPECT_EQ(got.body,
            "[http/connection-limit] 64 connections are open, which is the limit. Come back later, "
            "or raise http_options::connections.\n");
  EXPECT_EQ(refused_client.read_to_end(), client::ending::closed);

  for (client& each : open) ASSERT_EQ(each.get("/metrics").status, 200) << "the others go on";
  open.pop_front();
  eventually([&] { return connect().get("/metrics").status == 200; });
  EXPECT_GE(refused(http_refusal::connection_limit), 1u);
}

TEST_F(http, limits_one_client_to_8_connections) {
  start({.port = 0});
  std::deque<client> open;
  for (int i = 0; i < 8; ++i) {
    open.push_back(connect());
    ASSERT_EQ(open.back().get("/health").status, 200);
  }
  client ninth = connect();
  ninth.send("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  const response head = ninth.receive(true);
  EXPECT_EQ(head.status, 429);
  std::string rest;
  EXPECT_EQ(ninth.read_to_end(&rest), client::ending::closed);
  EXPECT_EQ(rest, "") << "HEAD has no body, also when refused";
  const response got = connect().get("/metrics");
  EXPECT_EQ(got.status, 429);
  EXPECT_EQ(got.field("retry-after"), "1");
  EXPECT_NE(got.body.find("[http/client-limit] Your address has 8 connections"), got.body.npos);
  EXPECT_EQ(connect({.from = "127.0.0.2"}).get("/metrics").status, 200) << "another client";
  open.pop_back();
  eventually([&] { return connect().get("/metrics").status == 200; });
}

TEST_F(http, is_not_moved_by_a_flood_of_refused_clients) {
  start({.port = 0, .connections_per_client = 1});
  client served = connect();
  ASSERT_EQ(served.get("/health").status, 200);
  // Eight may wait for their refusal; the others are closed at once. None of them says a word.
  std::deque<client> flood;
  for (int i = 0; i < 40; ++i) flood.push_back(connect());
  eventually([&] { return refused(http_refusal::client_limit) >= 32; });
  EXPECT_LE(endpoint.statistics().connections_open, 9u);
  EXPECT_EQ(served.get("/metrics").status, 200);
  flood.clear();
  eventually([&] { return endpoint.statistics().connections_open == 1; });
  EXPECT_EQ(endpoint.statistics().connections_accepted, 1u);
}

TEST_F(http, refuses_also_who_says_nothing) {
  http_options options{.port = 0, .connections_per_client = 1};
  options.head_timeout = 200ms;
  start(options);
  client served = connect();
  ASSERT_EQ(served.get("/health").status, 200);
  client silent = connect();
  EXPECT_EQ(silent.receive().status, 429);
}

TEST_F(http, serves_many_clients_at_once) {
  start();
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        client asking(endpoint.port());
        for (int n = 0; n < 5; ++n) served += asking.get("/metrics").body == small_text;
        (void)endpoint.statistics();
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(served.load(), 8 * 20 * 5);
  EXPECT_EQ(endpoint.statistics().scrapes_prometheus, 800u);
}

}  // namespace
