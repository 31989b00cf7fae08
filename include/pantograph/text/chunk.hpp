// SPDX-License-Identifier: Apache-2.0
#pragma once

// A 64 KiB chunk between the writers of text and a sink: filled, handed over, filled again. Memory of
// a scrape is this chunk, however long the text is.

#include <cstddef>
#include <cstring>
#include <string_view>

#include <pantograph/text/sink.hpp>

namespace pantograph::detail {

class chunk {
 public:
  explicit chunk(char* memory) noexcept : memory_(memory), at_(memory) {}

  void start(text_sink to) noexcept {
    sink_ = to;
    at_ = memory_;
    open_ = true;
  }
  // Room for `bytes` (at most half a chunk) without a further check; write there, then `wrote`.
  [[nodiscard]] [[gnu::always_inline]] char* room(std::size_t bytes) noexcept {
    if (static_cast<std::size_t>(memory_ + largest_text_chunk - at_) < bytes) [[unlikely]] flush();
    return at_;
  }
  [[gnu::always_inline]] void wrote(char* end) noexcept { at_ = end; }
  // Where the room ends, now and after any flush.
  [[nodiscard]] const char* end() const noexcept { return memory_ + largest_text_chunk; }

  void put(std::string_view text) noexcept {
    while (!text.empty()) {
      std::size_t left = static_cast<std::size_t>(memory_ + largest_text_chunk - at_);
      if (left == 0) {
        flush();
        left = largest_text_chunk;
      }
      const std::size_t size = text.size() < left ? text.size() : left;
      std::memcpy(at_, text.data(), size);
      at_ += size;
      text.remove_prefix(size);
    }
  }

  // Hands over what is there. After the sink said stop, text is dropped.
  void flush() noexcept {
    if (open_ && at_ != memory_) {
      open_ = sink_.write(sink_.context, memory_, static_cast<std::size_t>(at_ - memory_));
    }
    at_ = memory_;
  }
  [[nodiscard]] bool open() const noexcept { return open_; }

 private:
  char* memory_;
  char* at_;
  text_sink sink_{};
  bool open_ = false;
};

}  // namespace pantograph::detail
