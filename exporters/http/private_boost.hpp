// SPDX-License-Identifier: Apache-2.0
#pragma once

// Include this before any Boost header in this folder. It gives the library a Boost of its own: the
// namespace is renamed, so that a service built with another Boost version can link the static
// library without the two merging their inline functions (an ODR violation that no linker reports).
// The rename works because Beast and Asio are header-only and write no extern "C" name; the test
// `http_symbols` looks at the archive.

// Boost.Config includes its user file through a macro that the rename would reach.
#ifndef BOOST_NO_USER_CONFIG
#define BOOST_NO_USER_CONFIG
#endif
#define BOOST_ASIO_NO_DEPRECATED
// Handlers run on one thread and change threads never, so Asio's fences around them order nothing;
// g++ warns of each under ThreadSanitizer, which does not know fences.
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#define boost pantograph_boost  // this folder only: never in a public header

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace pantograph::exporters::detail {
namespace asio = boost::asio;
using error_code = boost::system::error_code;
}  // namespace pantograph::exporters::detail
