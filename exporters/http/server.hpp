// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the endpoint's thread runs: the listening socket, the connections, and one timer for all of
// their deadlines. Everything but open(), port() and ask_to_stop() is confined to that thread.

#include "private_boost.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pantograph/exporters/http.hpp>

#include "connection.hpp"
#include "counters.hpp"

namespace pantograph::exporters::detail {

class server {
 public:
  server(text_source source, const http_options& options, counters& counts);
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  // Before the thread. May throw what Asio and allocation throw.
  [[nodiscard]] result<std::uint16_t> open();
  [[nodiscard]] const std::string& url() const noexcept { return url_; }

  // The thread's body: returns when the server has stopped.
  void run() noexcept;
  // From any thread; run() then returns within stop_timeout.
  void ask_to_stop();
  // In the child of a fork, where the thread does not exist: closes descriptors and nothing else,
  // because Asio's locks and its epoll set belong to the parent.
  void close_descriptors() noexcept;

  // ---- for connections ----
  [[nodiscard]] asio::io_context& io() noexcept { return io_; }
  [[nodiscard]] const http_options& options() const noexcept { return options_; }
  [[nodiscard]] counters& counts() noexcept { return counts_; }
  [[nodiscard]] block_pool& pool() noexcept { return pool_; }
  [[nodiscard]] std::string_view index() const noexcept { return index_; }
  void write_text(text_sink sink, text_format format) {
    source_.write(source_.exposition, sink, format, options_.max_age);
  }
  void watch(steady_time deadline);  // the sweep comes no later than this
  void connection_freed();

 private:
  using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;
  using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>,
                                           asio::io_context::executor_type>;

  void wait_for_clients();
  bool accept_one();
  [[nodiscard]] std::optional<http_refusal> refusal_for(const asio::ip::address& client) const;
  connection* free_connection(bool refused);
  void sweep();
  void begin_stop();
  void end_if_idle();

  http_options options_;
  text_source source_;
  counters& counts_;
  std::string index_;
  std::string url_;
  block_pool pool_;

  operation_memory accept_operation_;  // before io_, which destroys what is left in them
  operation_memory timer_operation_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;  // until stopped
  acceptor acceptor_;
  asio::ip::tcp protocol_ = asio::ip::tcp::v4();  // of acceptor_
  int listening_descriptor_ = -1;
  timer timer_;
  bool timer_armed_ = false;
  bool accept_paused_ = false;  // out of descriptors; the sweep resumes accepting
  steady_time accept_again_;
  bool stopping_ = false;
  std::vector<std::unique_ptr<connection>> connections_;  // after io_: sockets go first
};

}  // namespace pantograph::exporters::detail
