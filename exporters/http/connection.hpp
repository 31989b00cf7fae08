// SPDX-License-Identifier: Apache-2.0
#pragma once

// One client connection: reads a head, sends an answer, and again. At most one asynchronous
// operation is under way, so nothing is read while an answer is being sent: a pipelining client is
// slowed to its own reading speed. Objects are reused from client to client.

#include "private_boost.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "operation_memory.hpp"
#include "request_head.hpp"
#include "response.hpp"
#include "text_blocks.hpp"

namespace pantograph::exporters::detail {

using stream_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using steady_time = std::chrono::steady_clock::time_point;

class server;

class connection {
 public:
  explicit connection(server& owner);

  // Takes the descriptor over. With a refusal the client is told so, once it has sent its request
  // (an answer before the question makes some HTTP clients drop it), and sent away.
  void open(int descriptor, const asio::ip::tcp& protocol, const asio::ip::address& client,
            std::optional<http_refusal> refusal);

  [[nodiscard]] bool is_free() const noexcept { return phase_ == phase::free; }
  [[nodiscard]] bool is_refused() const noexcept { return refusal_.has_value(); }
  [[nodiscard]] const asio::ip::address& client() const noexcept { return client_; }
  [[nodiscard]] steady_time deadline() const noexcept { return deadline_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }  // -1 while free

  // The deadline has passed.
  void expire();
  // The endpoint stops: an answer under way may end until `limit`, anything else is closed.
  void stop(steady_time limit);

 private:
  enum class phase { free, reading, sending, lingering };

  // Input.
  void read();
  void on_read(error_code ec, std::size_t size);
  void consume();
  bool begin_request();
  void next_request();
  // Answers. Each ends in send().
  void answer();
  void answer_metrics();
  void answer_health();
  void answer_text(status line, std::string_view content_type, std::string_view text,
                   std::string_view more_fields = {});
  void refuse(http_refusal reason, std::string_view why = {});
  void begin_answer(const response_head& head);
  [[nodiscard]] bool is_head_only() const noexcept;
  // Output.
  void send();
  void on_sent(error_code ec, std::size_t size);
  void cut_sent(std::size_t size);
  // The end.
  void linger();
  void on_expired();
  void abort();
  void close();
  void release();

  void give(std::chrono::nanoseconds time);  // sets the deadline
  template <class Member>
  auto handler(Member member);

  server& owner_;
  stream_socket socket_;
  operation_memory operation_;
  phase phase_ = phase::free;
  bool pending_ = false;  // an operation is under way
  bool expired_ = false;  // its deadline has passed and it was cancelled
  bool closing_ = false;  // the socket is closed; free as soon as the operation has ended
  bool stopping_ = false;
  int descriptor_ = -1;
  std::optional<http_refusal> refusal_;
  asio::ip::address client_;
  steady_time deadline_;
  bool served_ = false;  // at least one request, so that waiting for the next is idling

  // Input: bytes [begin_, end_) of input_ were received and not yet parsed.
  std::unique_ptr<char[]> input_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::optional<request_head> request_;  // empty between requests

  // Output, in this order; what is sent is cut off in front.
  bool keep_alive_ = false;
  head_text head_;
  small_body small_;
  std::string_view head_left_;
  std::string_view text_left_;  // of small_, or of a page that the server owns
  block_chain blocks_;
  std::size_t block_sent_ = 0;  // of the block in front
};

}  // namespace pantograph::exporters::detail
