// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where exposition text goes: a function pointer with its context, so that a writer of text knows
// neither sockets nor files and costs no template. The text arrives in chunks of at most 64 KiB,
// in order, on the thread that writes; a chunk is only valid during the call.
//
//     std::string text;
//     auto keep = [&](std::string_view chunk) { text += chunk; };
//     out.write(sink_to(keep), text_format::prometheus_0_0_4);

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace pantograph {

// The largest chunk that a writer may hand over, bytes.
inline constexpr std::size_t largest_text_chunk = 64 * 1024;

struct text_sink {
  void* context = nullptr;
  // False: stop writing, the reader went away. It is not called again for this text then.
  bool (*write)(void* context, const char* data, std::size_t size) noexcept = nullptr;
};

// A sink that calls `take(std::string_view)`, which returns bool, or nothing for "go on". The sink
// refers to `take`, which must outlive it; a temporary does not bind. `take` must not throw: an
// exception ends the program, because text writers are not written to be unwound.
template <class Take>
requires std::invocable<Take&, std::string_view>
[[nodiscard]] constexpr text_sink sink_to(Take& take) noexcept {
  return {const_cast<std::remove_const_t<Take>*>(&take),
          [](void* context, const char* data, std::size_t size) noexcept -> bool {
            Take& call = *static_cast<Take*>(context);
            if constexpr (std::is_void_v<std::invoke_result_t<Take&, std::string_view>>) {
              call(std::string_view(data, size));
              return true;
            } else {
              return static_cast<bool>(call(std::string_view(data, size)));
            }
          }};
}

}  // namespace pantograph
