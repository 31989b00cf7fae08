// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads one request head with Boost.Beast's parser and keeps only what the endpoint answers by: no
// field is stored, nothing is allocated but for folded lines (obsolete, RFC 9112, 5.2). Refuses
// what two HTTP readers could understand differently.

#include "private_boost.hpp"
// The order matters: private_boost.hpp renames the namespace that the next header opens.
#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <string_view>

#include <pantograph/exporters/http.hpp>
#include <pantograph/text/negotiate.hpp>

namespace pantograph::exporters::detail {

enum class head_state { incomplete, complete, refused };

// The views point into the bytes given to feed(): they must stay where they are until the answer is
// written. One object reads one head.
class request_head final : private boost::beast::http::basic_parser<true> {
 public:
  request_head(std::size_t head_bytes, std::size_t head_fields);

  // `bytes` starts where the previous call stopped; `used` tells how far this one came.
  [[nodiscard]] head_state feed(std::string_view bytes, std::size_t& used);

  // When refused.
  [[nodiscard]] http_refusal refusal() const noexcept { return refusal_; }
  [[nodiscard]] std::string_view why() const noexcept { return why_; }  // for malformed

  // From the request line on, also when refused later; empty before.
  [[nodiscard]] std::string_view method() const noexcept { return method_; }
  [[nodiscard]] std::string_view path() const noexcept { return path_; }  // without the query
  [[nodiscard]] bool is_http_1_0() const noexcept { return version_ == 10; }

  // When complete.
  [[nodiscard]] bool keeps_alive() const { return keep_alive(); }
  [[nodiscard]] bool has_body() const noexcept { return has_body_; }
  [[nodiscard]] text_format format() const noexcept { return accept_.chosen(); }

 private:
  using view = boost::beast::string_view;
  void refuse(http_refusal reason, std::string_view why, error_code& ec) noexcept;

  void on_request_impl(boost::beast::http::verb, view method, view target, int version,
                       error_code&) override;
  void on_field_impl(boost::beast::http::field, view name, view value, error_code&) override;
  void on_header_impl(error_code&) override;

  // Never called: a body is refused before it is read, and no response is parsed.
  void on_response_impl(int, view, int, error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, view body, error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  std::size_t fields_left_;
  std::string_view method_;
  std::string_view path_;
  int version_ = 0;
  unsigned hosts_ = 0;
  bool length_given_ = false;
  bool encoding_given_ = false;
  bool has_body_ = false;
  bool refused_ = false;
  http_refusal refusal_ = http_refusal::malformed;
  std::string_view why_;
  accept_negotiation accept_;
};

}  // namespace pantograph::exporters::detail
