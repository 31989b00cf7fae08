// SPDX-License-Identifier: Apache-2.0
#pragma once

// A label's text, copied, for a call that ends after the caller's text may be gone. A text longer
// than a label may be (256 bytes) is cut one byte above that, so that it still counts as too long.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <pantograph/instruments/text_table.hpp>

namespace pantograph::schemas::detail {

class copied_text {
 public:
  copied_text() noexcept = default;
  explicit copied_text(std::string_view from) noexcept { *this = from; }
  copied_text(const copied_text& from) noexcept { *this = from.view(); }
  copied_text& operator=(const copied_text& from) noexcept { return *this = from.view(); }
  copied_text& operator=(std::string_view from) noexcept {
    size_ = static_cast<std::uint16_t>(from.size() < sizeof at_ ? from.size() : sizeof at_);
    if (size_ != 0) std::memmove(at_, from.data(), size_);
    return *this;
  }
  [[nodiscard]] std::string_view view() const noexcept { return {at_, size_}; }

 private:
  std::uint16_t size_ = 0;
  char at_[pantograph::detail::most_label_bytes + 1];
};

}  // namespace pantograph::schemas::detail
