// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <exception>

#include "server.hpp"

namespace pantograph::exporters::detail {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

// A client that was answered and is to go gets this long to read and to close. Closing at once
// would reset the connection while its bytes are unread here, and the answer could be lost there.
constexpr std::chrono::nanoseconds linger_time = 1s;
// A refused connection gets this long to send the request that its refusal answers.
constexpr std::chrono::nanoseconds refused_head_time = 1s;

// The parts of one send: Asio passes them to a single system call.
struct gathered {
  using value_type = asio::const_buffer;
  using const_iterator = const asio::const_buffer*;
  std::array<asio::const_buffer, 16> parts;
  std::size_t count = 0;
  void add(std::string_view text) { parts[count++] = asio::buffer(text.data(), text.size()); }
  [[nodiscard]] bool full() const noexcept { return count == parts.size(); }
  [[nodiscard]] const_iterator begin() const noexcept { return parts.data(); }
  [[nodiscard]] const_iterator end() const noexcept { return parts.data() + count; }
};

}  // namespace

connection::connection(server& owner)
    : owner_(owner),
      socket_(owner.io()),
      input_(new char[owner.options().head_bytes]),
      blocks_(owner.pool()) {}

template <class Member>
auto connection::handler(Member member) {
  const auto call = [this, member](error_code ec, std::size_t size) { (this->*member)(ec, size); };
  return operation_handler<decltype(call)>(operation_, call);
}

void connection::open(int descriptor, const asio::ip::tcp& protocol,
                      const asio::ip::address& client, std::optional<http_refusal> refusal) {
  error_code ec;
  socket_.assign(protocol, descriptor, ec);
  if (ec) {
    ::close(descriptor);
    owner_.counts().internal_errors.add();
    return;
  }
  // An answer is one send: waiting for more to fill a packet only delays it. Failing is harmless.
  socket_.set_option(asio::ip::tcp::no_delay(true), ec);
  phase_ = phase::reading;
  descriptor_ = descriptor;
  refusal_ = refusal;
  client_ = client;
  expired_ = closing_ = stopping_ = served_ = false;
  begin_ = end_ = 0;
  owner_.counts().connections_open.add();
  if (!refusal) owner_.counts().connections_accepted.add();
  const auto head_time = owner_.options().head_timeout;
  give(refusal ? std::min(head_time, refused_head_time) : head_time);
  read();
}

void connection::give(std::chrono::nanoseconds time) {
  deadline_ = std::chrono::steady_clock::now() + time;
  owner_.watch(deadline_);
}

// ---- input ----

void connection::read() {
  socket_.async_read_some(asio::buffer(input_.get() + end_, owner_.options().head_bytes - end_),
                          handler(&connection::on_read));
  pending_ = true;  // only now: if beginning it threw, none is
}

void connection::on_read(error_code ec, std::size_t size) {
  pending_ = false;
  if (closing_) return release();
  if (expired_) return on_expired();
  if (ec) return close();                         // the client closed, or vanished
  if (phase_ == phase::lingering) return read();  // into the same place: it is dropped
  end_ += size;
  consume();
}

// Parses what has arrived. Views into input_ live until next_request(), so nothing is moved before.
void connection::consume() {
  const bool begun = request_.has_value();
  if (!begun && !begin_request()) return read();
  const std::string_view bytes(input_.get() + begin_, end_ - begin_);
  head_state state = head_state::incomplete;
  // The parser goes back to the start of an unfinished line each time. Asking it only when a line
  // has ended keeps a client that sends single bytes from making that quadratic.
  if (bytes.find('\n') != bytes.npos || end_ == owner_.options().head_bytes) {
    std::size_t used = 0;
    state = request_->feed(bytes, used);
    begin_ += used;
  }
  keep_alive_ = false;
  if (state == head_state::incomplete) {
    if (end_ == owner_.options().head_bytes) return refuse(http_refusal::head_too_large);
    if (!begun && served_) give(owner_.options().head_timeout);  // the first counts from accept
    return read();
  }
  if (refusal_) return refuse(*refusal_);
  if (state == head_state::refused) return refuse(request_->refusal(), request_->why());
  answer();
}

// False: there is no byte of a request yet.
bool connection::begin_request() {
  // Empty lines before a request line are to be ignored (RFC 9112, 2.2).
  while (begin_ < end_ && (input_[begin_] == '\r' || input_[begin_] == '\n')) ++begin_;
  std::memmove(input_.get(), input_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == 0) return false;
  request_.emplace(owner_.options().head_bytes, owner_.options().head_fields);
  return true;
}

void connection::next_request() {
  request_.reset();
  served_ = true;
  phase_ = phase::reading;
  give(owner_.options().idle_timeout);
  consume();  // a pipelined request may be there already
}

// ---- answers ----

bool connection::is_head_only() const noexcept { return request_ && request_->method() == "HEAD"; }

void connection::answer() {
  keep_alive_ = request_->keeps_alive() && !request_->has_body();
  if (request_->method() != "GET" && !is_head_only()) return refuse(http_refusal::method);
  if (request_->has_body()) return refuse(http_refusal::body);
  const std::string_view path = request_->path();
  if (path == "/metrics") return answer_metrics();
  if (path == "/health") return answer_health();
  if (path != "/") return refuse(http_refusal::unknown_path);
  owner_.counts().index_requests.add();
  answer_text(status_ok, "text/html; charset=utf-8", owner_.index());
}

// The whole text is rendered into blocks before the first byte is sent. So the exposition is never
// held up by a reader, the length is known (no chunked coding, which HTTP/1.0 lacks, and a cut-off
// text is noticed), and a failure still has a status.
void connection::answer_metrics() {
  const text_format format = request_->format();
  const bool head_only = is_head_only();
  std::size_t length = 0;
  bool fits = true;
  auto take = [&](std::string_view chunk) noexcept {
    length += chunk.size();
    fits = head_only || blocks_.append(chunk);
    return fits;
  };
  const steady_time begin = std::chrono::steady_clock::now();
  try {
    owner_.write_text(sink_to(take), format);
  } catch (...) {
    blocks_.clear();
    return refuse(http_refusal::exposition_failed);
  }
  const std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - begin;
  counters& counts = owner_.counts();
  counts.last_scrape_nanoseconds.set(static_cast<std::uint64_t>(spent.count()));
  if (!fits) {
    blocks_.clear();
    return refuse(http_refusal::buffer_limit);
  }
  blocks_.finish();
  (format == text_format::openmetrics_1_0 ? counts.scrapes_openmetrics : counts.scrapes_prometheus)
      .add();
  begin_answer({status_ok, content_type(format), length, keep_alive_, {}});
}

void connection::answer_health() {
  owner_.counts().health_requests.add();
  small_.clear();
  bool ok = true;
  if (const health_check& check = owner_.options().health; check.ask != nullptr) {
    try {
      const health_report report = check.ask(check.context);
      ok = report.status == health_status::ok;
      write_health(small_, report.status, report.detail);
    } catch (const std::exception& thrown) {
      ok = false;
      write_health(small_, health_status::degraded, thrown.what());
    } catch (...) {
      ok = false;
      write_health(small_, health_status::degraded, "the health check threw an exception");
    }
  } else {
    write_health(small_, health_status::ok, {});
  }
  answer_text(ok ? status_ok : status_unavailable, "application/json", small_.view());
}

void connection::refuse(http_refusal reason, std::string_view why) {
  owner_.counts().refuse(reason);
  // Where the request was understood to its end, the connection may live on.
  const bool understood = reason == http_refusal::unknown_path || reason == http_refusal::method ||
                          reason == http_refusal::buffer_limit ||
                          reason == http_refusal::exposition_failed;
  keep_alive_ = keep_alive_ && understood;
  const refused_request request{request_ ? request_->method() : std::string_view(),
                                request_ ? request_->path() : std::string_view(), why};
  small_.clear();
  write_refusal(small_, reason, request, owner_.options());
  answer_text(status_of(reason), plain_text, small_.view(), fields_of(reason));
}

void connection::answer_text(status line, std::string_view content_type, std::string_view text,
                             std::string_view more_fields) {
  text_left_ = is_head_only() ? std::string_view() : text;
  begin_answer({line, content_type, text.size(), keep_alive_, more_fields});
}

void connection::begin_answer(const response_head& head) {
  head_.clear();
  write_head(head_, head,
             std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  head_left_ = head_.view();
  block_sent_ = 0;
  phase_ = phase::sending;
  give(owner_.options().send_timeout);
  send();
}

// ---- output ----

void connection::send() {
  gathered parts;
  if (!head_left_.empty()) parts.add(head_left_);
  if (!text_left_.empty()) parts.add(text_left_);
  std::size_t skip = block_sent_;
  for (const text_block* block = blocks_.front(); block != nullptr && !parts.full();
       block = block->next) {
    parts.add(std::string_view(block->data, block->size).substr(skip));
    skip = 0;
  }
  socket_.async_write_some(parts, handler(&connection::on_sent));
  pending_ = true;
}

void connection::on_sent(error_code ec, std::size_t size) {
  pending_ = false;
  owner_.counts().bytes_sent.add(size);
  if (closing_) return release();
  if (expired_) return on_expired();
  if (ec) return close();
  cut_sent(size);
  if (!head_left_.empty() || !text_left_.empty() || blocks_.front() != nullptr) return send();
  blocks_.clear();
  if (keep_alive_ && !stopping_) return next_request();
  linger();
}

void connection::cut_sent(std::size_t size) {
  for (std::string_view* const part : {&head_left_, &text_left_}) {
    const std::size_t cut = std::min(size, part->size());
    part->remove_prefix(cut);
    size -= cut;
  }
  while (size > 0) {
    const std::size_t cut = std::min(size, blocks_.front()->size - block_sent_);
    block_sent_ += cut;
    size -= cut;
    if (block_sent_ == blocks_.front()->size) {
      blocks_.drop_front();
      block_sent_ = 0;
    }
  }
}

// ---- the end ----

void connection::linger() {
  if (stopping_) return close();
  error_code ec;
  socket_.shutdown(asio::socket_base::shutdown_send, ec);
  request_.reset();
  begin_ = end_ = 0;
  phase_ = phase::lingering;
  give(linger_time);
  read();
}

void connection::expire() {
  deadline_ = steady_time::max();
  if (!pending_) return abort();  // an exception interrupted it between two operations
  expired_ = true;
  error_code ec;
  socket_.cancel(ec);
}

// The operation that was under way has ended, so another may begin.
void connection::on_expired() {
  expired_ = false;
  switch (phase_) {
    case phase::reading:
      if (refusal_) return refuse(*refusal_);
      if (request_) return refuse(http_refusal::head_timeout);
      return close();  // nothing was asked, so nothing is answered
    case phase::sending:
      owner_.counts().refuse(http_refusal::send_timeout);
      return abort();
    case phase::lingering:
    case phase::free:
      return close();
  }
}

void connection::stop(steady_time limit) {
  stopping_ = true;
  if (phase_ != phase::sending) return close();
  deadline_ = std::min(deadline_, limit);
  owner_.watch(deadline_);
}

// Closes with a reset: the kernel forgets what the client has not taken, and the client sees an
// error instead of a text that ends early.
void connection::abort() {
  error_code ec;
  socket_.set_option(asio::socket_base::linger(true, 0), ec);
  close();
}

void connection::close() {
  if (closing_) return;
  // Bytes left unread would turn the close into a reset; see linger_time.
  char dropped[1024];
  for (int i = 0; i < 16 && ::recv(descriptor_, dropped, sizeof dropped, MSG_DONTWAIT) > 0; ++i) {
  }
  blocks_.clear();
  head_left_ = text_left_ = {};
  closing_ = true;
  deadline_ = steady_time::max();
  descriptor_ = -1;
  error_code ec;
  socket_.close(ec);
  if (!pending_) release();
}

void connection::release() {
  closing_ = false;
  phase_ = phase::free;
  request_.reset();
  refusal_.reset();
  owner_.connection_freed();
}

}  // namespace pantograph::exporters::detail
