// SPDX-License-Identifier: Apache-2.0
#include "request_head.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace pantograph::exporters::detail {

namespace {

namespace http = boost::beast::http;

// A server must accept the absolute form as well (RFC 9112, 3.2.2): "GET http://host/metrics".
std::string_view path_of(std::string_view target) noexcept {
  constexpr std::string_view scheme = "http://";
  if (pantograph::detail::equal_folded(target.substr(0, scheme.size()), scheme)) {
    target.remove_prefix(scheme.size());
    const std::size_t slash = target.find_first_of("/?");
    if (slash == target.npos || target[slash] == '?') return "/";
    target.remove_prefix(slash);
  }
  return target.substr(0, target.find('?'));
}

// Beast has one error for a version it does not speak and for text where a version should be.
bool names_a_version(std::string_view bytes) noexcept {
  const std::string_view line = bytes.substr(0, bytes.find('\r'));
  const std::size_t blank = line.rfind(' ');
  return std::count(line.begin(), line.end(), ' ') == 2 && line.substr(blank + 1, 5) == "HTTP/";
}

}  // namespace

request_head::request_head(std::size_t head_bytes, std::size_t head_fields)
    : fields_left_(head_fields) {
  header_limit(static_cast<std::uint32_t>(head_bytes));
  body_limit(boost::none);  // any body is refused in on_header_impl, with its own status
}

head_state request_head::feed(std::string_view bytes, std::size_t& used) {
  error_code ec;
  used = put({bytes.data(), bytes.size()}, ec);
  if (refused_) return head_state::refused;
  if (ec == http::error::need_more) return head_state::incomplete;
  if (!ec) return head_state::complete;
  refused_ = true;
  if (ec == http::error::header_limit) {
    refusal_ = http_refusal::head_too_large;
  } else if (ec == http::error::bad_version && names_a_version(bytes)) {
    refusal_ = http_refusal::version;
  } else if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length ||
             ec == http::error::bad_transfer_encoding) {
    why_ = "Content-Length or Transfer-Encoding contradicts itself or the other";
  } else if (method_.empty()) {
    why_ = "the request line is not \"METHOD target HTTP/1.1\"";
  } else {
    why_ = "a field line is not \"Name: value\" ended by CR LF";
  }
  return head_state::refused;
}

void request_head::refuse(http_refusal reason, std::string_view why, error_code& ec) noexcept {
  refused_ = true;
  refusal_ = reason;
  why_ = why;
  ec = http::error::bad_value;  // any error stops the parser; feed() looks at refused_ first
}

void request_head::on_request_impl(http::verb, view method, view target, int version, error_code&) {
  method_ = {method.data(), method.size()};
  path_ = path_of({target.data(), target.size()});
  version_ = version;
}

void request_head::on_field_impl(http::field name, view, view value, error_code& ec) {
  if (fields_left_ == 0) return refuse(http_refusal::too_many_fields, {}, ec);
  --fields_left_;
  switch (name) {
    case http::field::accept:
      accept_.consider({value.data(), value.size()});
      break;
    case http::field::host:
      ++hosts_;
      break;
    case http::field::content_length:
      length_given_ = true;
      break;
    case http::field::transfer_encoding:
      encoding_given_ = true;
      break;
    default:
      break;
  }
}

void request_head::on_header_impl(error_code& ec) {
  // RFC 9112, 6.1: both framings together are how requests are smuggled; 1.0 knows no codings.
  if (encoding_given_ && (length_given_ || version_ == 10)) {
    return refuse(http_refusal::malformed,
                  length_given_ ? "it has both Content-Length and Transfer-Encoding"
                                : "HTTP/1.0 has no Transfer-Encoding",
                  ec);
  }
  // RFC 9112, 3.2: exactly one Host in HTTP/1.1.
  if (hosts_ > 1 || (hosts_ == 0 && version_ == 11)) {
    return refuse(http_refusal::malformed,
                  hosts_ == 0 ? "it has no Host field" : "it has several Host fields", ec);
  }
  const auto length = content_length();
  has_body_ = encoding_given_ || (length && *length > 0);
}

}  // namespace pantograph::exporters::detail
