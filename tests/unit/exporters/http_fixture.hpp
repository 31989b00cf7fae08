// SPDX-License-Identifier: Apache-2.0
#pragma once

// An endpoint on a free loopback port with a canned exposition behind it, for the tests of this
// folder.

#include <pantograph/exporters/http.hpp>

#include <gtest/gtest.h>

#include "http_client.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace http_testing {

using namespace std::chrono_literals;
using pantograph::text_format;
using pantograph::text_sink;
using pantograph::exporters::health_report;
using pantograph::exporters::health_status;
using pantograph::exporters::http_endpoint;
using pantograph::exporters::http_options;
using pantograph::exporters::http_refusal;

// Stands in for pantograph::exposition: a fixed text, handed over in chunks as the contract says.
class canned_text {
 public:
  explicit canned_text(const std::string& text) : text_(text) {}  // refers to it

  void write(text_sink sink, text_format format, std::chrono::nanoseconds max_age) {
    const std::lock_guard<std::mutex> held(mutex_);
    if (throws) throw std::runtime_error("a callback failed");
    last_max_age = max_age;
    const std::string with_end = format == text_format::openmetrics_1_0 ? text_ + "# EOF\n" : "";
    const std::string& all = with_end.empty() ? text_ : with_end;
    for (std::size_t at = 0; at < all.size(); at += pantograph::largest_text_chunk) {
      const std::size_t size = std::min(pantograph::largest_text_chunk, all.size() - at);
      if (!sink.write(sink.context, all.data() + at, size)) {
        ++cut_short;
        return;
      }
    }
  }

  std::atomic<bool> throws{false};
  std::atomic<int> cut_short{0};
  std::atomic<std::chrono::nanoseconds> last_max_age{-1ns};

 private:
  std::mutex mutex_;
  const std::string& text_;
};

inline const std::string small_text = "# TYPE up gauge\nup 1\n";

// Large enough that the socket buffers of both sides (Linux grows the sender's to 4 MiB) cannot
// swallow it, so that a reader who does not read is really waited for.
inline const std::string& large_text() {
  static const std::string text = [] {
    std::string all;
    while (all.size() < 12'000'000) {
      all += "calls_total{tool=\"" + std::to_string(all.size()) + "\"} 1\n";
    }
    return all;
  }();
  return text;
}

class http : public testing::Test {
 protected:
  // Most tests open more than eight connections or care for one limit only.
  static http_options quiet() { return {.port = 0, .connections_per_client = 64}; }

  void start(const http_options& options) {
    const auto started = endpoint.start(text, options);
    ASSERT_TRUE(started) << started.error().text;
    ASSERT_NE(*started, 0);
    ASSERT_EQ(*started, endpoint.port());
  }
  void start() { start(quiet()); }
  client connect(client::options with = {}) {
    client made(endpoint.port(), with);
    EXPECT_TRUE(made.connected());
    return made;
  }
  std::uint64_t refused(http_refusal reason) const { return endpoint.statistics().refused(reason); }
  // The endpoint counts on its own thread, a little after the client has seen the effect.
  template <class Claim>
  static void eventually(Claim claim) {
    bool holds = claim();
    for (int i = 0; i < 5000 && !holds; ++i) {
      std::this_thread::sleep_for(1ms);
      holds = claim();
    }
    EXPECT_TRUE(holds);
  }

  canned_text text{small_text};
  canned_text large{large_text()};
  http_endpoint endpoint;  // the last, so that it stops before its expositions go
};

}  // namespace http_testing
