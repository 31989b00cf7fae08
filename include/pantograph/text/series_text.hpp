// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of a sample line that never changes, rendered once for each series and then copied by every
// scrape: `name{label="value",...} `, or for a histogram only the labels, `label="value",...,`.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <pantograph/base/digits.hpp>
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
  std::size_t texts = 0;
  for (const label_row& label : rows) {
    radix *= label.values.empty() ? 1 : label.values.size();
    texts += label.values.empty();
  }
  const char* text = entry != nullptr ? texts_of(*entry, texts) : nullptr;
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

// Whether `name` is among labels as they are rendered, `a="x",b="y"`.
[[nodiscard]] inline bool has_label(std::string_view labels, std::string_view name) {
  for (std::size_t at = labels.find(name); at != labels.npos; at = labels.find(name, at + 1)) {
    // Within a value no quote follows '=' directly: it is escaped.
    if ((at == 0 || labels[at - 1] == ',') && labels.substr(at + name.size()).starts_with("=\"")) {
      return true;
    }
  }
  return false;
}

// `name{a="x",b="y"}` with `exported_` before each tag that is among the instance labels too, as
// Prometheus names a label that its own target labels have: a series has each label once.
[[nodiscard]] inline std::string tags_beside(std::string_view text, std::string_view instance) {
  std::string out;
  std::size_t from = 0;  // of what is not copied yet
  for (std::size_t at = text.find('{'); at < text.size() && text[at] != '}';) {
    const std::size_t equals = text.find('=', ++at);
    if (has_label(instance, text.substr(at, equals - at))) {
      (out += text.substr(from, at - from)) += "exported_";
      from = at;
    }
    for (at = equals + 2; text[at] != '"'; ++at) at += text[at] == '\\';
    ++at;  // at ',' or '}'
  }
  return out += text.substr(from);
}

// Texts by number, one behind the other, each set once.
class series_texts {
 public:
  // True when there is room for more than before.
  bool resize(std::size_t texts) {
    if (at_.size() >= texts) return false;
    at_.resize(texts, 0);
    return true;
  }
  [[nodiscard]] bool has(std::size_t i) const noexcept { return at_[i] != 0; }
  [[nodiscard]] std::size_t size() const noexcept { return at_.size(); }
  [[nodiscard]] bool complete() const noexcept { return set_ == at_.size(); }
  void set(std::size_t i, std::string_view text) {
    std::size_t start = pool_.empty() ? 1 : pool_.size() - slack;  // place 0 means "not there"
    const std::size_t size = start + sizeof(std::uint16_t) + text.size() + slack;
    if (size > pool_.capacity()) pool_.reserve(size + (trimmed_ ? size / 8 : size));
    pool_.resize(size);
    at_[i] = static_cast<std::uint32_t>(start);
    const auto bytes = static_cast<std::uint16_t>(text.size());
    std::memcpy(pool_.data() + start, &bytes, sizeof bytes);
    std::memcpy(pool_.data() + start + sizeof bytes, text.data(), text.size());
    if (text.size() > longest_) longest_ = text.size();
    set_ += 1;
  }
  // Gives back what growing took in advance, and takes less from now on. For after the first time.
  void trim() {
    trimmed_ = true;
    if (pool_.capacity() > pool_.size() + pool_.size() / 8) pool_.shrink_to_fit();
  }
  [[nodiscard]] std::string_view of(std::size_t i) const noexcept { return reader(*this).of(i); }
  [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

  // For a loop that writes chars, which for all a compiler knows might change the members: two
  // pointers to keep in registers. Valid until the next `set`.
  class reader {
   public:
    explicit reader(const series_texts& of) noexcept
        : at_(of.at_.data()), pool_(of.pool_.data()) {}
    [[nodiscard]] bool has(std::size_t i) const noexcept { return at_[i] != 0; }
    // Sixteen bytes more than its size may be read.
    [[nodiscard]] [[gnu::always_inline]] std::string_view of(std::size_t i) const noexcept {
      const char* from = pool_ + at_[i];
      std::uint16_t size;
      std::memcpy(&size, from, sizeof size);
      return {from + sizeof size, size};
    }

   private:
    const std::uint32_t* at_;
    const char* pool_;
  };

 private:
  static constexpr std::size_t slack = 16;
  std::vector<std::uint32_t> at_;  // into pool_: two bytes of size, then the text
  std::vector<char> pool_;
  std::size_t longest_ = 0, set_ = 0;
  bool trimmed_ = false;
};

// Copies a text of series_texts in pieces of 16 bytes, up to 16 past its end as well; returns its end.
[[gnu::always_inline]] inline char* copy_over(char* out, std::string_view text) noexcept {
  std::size_t done = 0;
  do {
    std::memcpy(out + done, text.data() + done, 16);
    done += 16;
  } while (done < text.size());
  return out + text.size();
}

// The same for a text of at least 16 bytes, and nothing past its end.
[[gnu::always_inline]] inline void copy_exactly(char* out, std::string_view text) noexcept {
  const std::size_t last = text.size() - 16;
  for (std::size_t done = 0; done < last; done += 16) {
    std::memcpy(out + done, text.data() + done, 16);
  }
  std::memcpy(out + last, text.data() + last, 16);
}

// A text of series_texts and a number. The number is written first, because the digits that lead it
// lie where the end of the text comes.
[[gnu::always_inline]] inline char* write_text_and_count(char* out, std::string_view text,
                                                         std::uint64_t count) noexcept {
  if (text.size() < 16) [[unlikely]] return write_unsigned(copy_over(out, text), count);
  char* const end = write_unsigned_first(out + text.size(), count);
  copy_exactly(out, text);
  return end;
}

}  // namespace pantograph::detail
