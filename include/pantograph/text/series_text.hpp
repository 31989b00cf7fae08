// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of a sample line that never changes, rendered once for each series and then copied by every
// scrape: `name{label="value",...} `, or for a histogram only the labels.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <pantograph/base/escape.hpp>
#include <pantograph/instruments/text_table.hpp>
#include <pantograph/snapshot/source.hpp>

namespace pantograph::detail {

// Appends `,name="value"`, without the comma for the first one.
inline void append_label(std::string& out, bool first, std::string_view name,
                         std::string_view value) {
  if (!first) out += ',';
  out += name;
  out += "=\"";
  escape(value, true, [&](std::string_view piece) { out += piece; });
  out += '"';
}

// The labels of one series of a source, after the `start` that all its series share (instance labels).
inline void append_labels(std::string& out, const source& of, std::uint32_t series,
                          std::string_view start) {
  out += start;
  bool first = start.empty();
  const auto rows = of.row->labels;
  // Mixed radix, the last label fastest: the index of each label that is not text.
  const text_table* table =
      of.cells.texts == nullptr ? nullptr : of.cells.texts->load(std::memory_order_acquire);
  const bool is_other = series == of.row->series;
  const text_entry* entry =
      table == nullptr || is_other ? nullptr : &table->entry(series);
  std::size_t combination = entry != nullptr ? entry->combination : series;
  std::size_t radix = 1;
  for (const label_row& label : rows) radix *= label.values.empty() ? 1 : label.values.size();
  const char* text = entry != nullptr ? texts_of(*entry) : nullptr;
  std::size_t next_text = 0;
  for (const label_row& label : rows) {
    std::string_view value = other_value;
    if (label.values.empty()) {
      if (entry != nullptr) {
        value = {text, entry->sizes[next_text]};
        text += entry->sizes[next_text++];
      }
    } else {
      radix /= label.values.size();
      if (!is_other) value = label.values[combination / radix];
      combination %= radix;
    }
    append_label(out, first, label.name, value);
    first = false;
  }
}

// Texts by series, rendered when first asked for.
class series_texts {
 public:
  void resize(std::size_t series) {
    if (at_.size() < series) at_.resize(series, 0);
  }
  [[nodiscard]] bool has(std::size_t series) const noexcept { return at_[series] != 0; }
  void set(std::size_t series, std::string_view text) {
    pool_.resize(pool_.empty() ? 1 : pool_.size() - slack);  // place 0 means "not rendered"
    at_[series] = static_cast<std::uint32_t>(pool_.size());
    const auto size = static_cast<std::uint16_t>(text.size());
    const auto* bytes = reinterpret_cast<const char*>(&size);
    pool_.insert(pool_.end(), bytes, bytes + sizeof size);
    pool_.insert(pool_.end(), text.begin(), text.end());
    pool_.resize(pool_.size() + slack);
    if (text.size() > longest_) longest_ = text.size();
  }
  // Gives back what growing took in advance. For after the first time.
  void trim() {
    if (pool_.capacity() > pool_.size() + pool_.size() / 4) pool_.shrink_to_fit();
  }
  // Copies the text to `out`, up to 16 bytes past its end as well; returns its end.
  [[gnu::always_inline]] char* copy(char* out, std::size_t series) const noexcept {
    const char* from = pool_.data() + at_[series];
    std::uint16_t size;
    std::memcpy(&size, from, sizeof size);
    from += sizeof size;
    std::size_t done = 0;
    do {
      std::memcpy(out + done, from + done, 16);
      done += 16;
    } while (done < size);
    return out + size;
  }
  [[nodiscard]] std::size_t longest() const noexcept { return longest_; }
  [[nodiscard]] std::size_t bytes() const noexcept {
    return pool_.capacity() + at_.capacity() * sizeof(std::uint32_t);
  }

 private:
  static constexpr std::size_t slack = 16;  // `copy` reads that far past a text
  std::vector<std::uint32_t> at_;  // into pool_: two bytes of size, then the text
  std::vector<char> pool_;
  std::size_t longest_ = 0;
};

}  // namespace pantograph::detail
