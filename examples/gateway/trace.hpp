// SPDX-License-Identifier: Apache-2.0
#pragma once

// Requests to replay: read from a file in the form of the Azure LLM inference traces, or made up by
// a seeded generator. A malformed line is named with its number, counted and skipped; it never ends
// the reading. Line ends may be LF or CRLF, the last one may be missing, a byte order mark is
// skipped.
//
//     TIMESTAMP,ContextTokens,GeneratedTokens
//     2023-11-16 18:17:03.9799600,4808,10

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include <pantograph/base/result.hpp>

namespace gateway {

struct request {
  std::chrono::nanoseconds at;  // since the first one
  std::uint32_t context_tokens;
  std::uint32_t generated_tokens;
};

struct malformed_line {
  std::size_t number;  // the file's first line is 1
  std::string why;
};

struct trace {
  std::vector<request> requests;         // in order of time
  std::size_t malformed = 0;             // all of them
  std::vector<malformed_line> examples;  // the first 20
};

// Reads up to `most` requests. An error when the first line is not the header, or when no line
// holds a request. `name` is for messages.
[[nodiscard]] pantograph::result<trace> read_trace(std::istream& from, std::string_view name,
                                                   std::size_t most);
[[nodiscard]] pantograph::result<trace> read_trace_file(const std::string& path, std::size_t most);

// `count` requests with the rate and the token counts of an hour of code completion: bursts of
// arrivals, some 2,000 context tokens and 28 generated ones on average, with a long tail.
[[nodiscard]] trace make_trace(std::size_t count, std::uint64_t seed);

}  // namespace gateway
