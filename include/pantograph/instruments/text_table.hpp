// SPDX-License-Identifier: Apache-2.0
#pragma once

// The series of a bounded family: a tuple of texts (and the index of its other labels) to a number
// 0 .. limit-1. Readers take no lock and allocate nothing; a tuple seen for the first time is added
// under the arena's lock, up to the limit. Whole keys are compared, never hashes alone.
//
// Texts are normalised before they are kept, so that equal output is one series: ill-formed UTF-8
// becomes U+FFFD. An empty text (Prometheus reads it as "no label") and one above 256 bytes are not
// kept; such a tuple belongs to the family's one `other` series, like all beyond the limit.

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <pantograph/base/hash.hpp>
#include <pantograph/base/lock.hpp>
#include <pantograph/base/utf8.hpp>
#include <pantograph/instruments/arena.hpp>

namespace pantograph::detail {

inline constexpr std::size_t most_label_bytes = 256;

// One kept tuple; the texts follow, one behind the other. Starts at a multiple of 8 bytes.
struct text_entry {
  std::uint32_t combination;  // index of the labels that are not text
  std::uint16_t sizes[4];     // of the texts
};
inline constexpr std::size_t most_text_labels = 4;

// One mapping: this head, then slots, then the offsets of the entries, then the entries.
// A slot holds the upper half of a hash and an entry's number + 1; 0 is free.
struct text_table {
  std::size_t bytes;             // of the mapping
  std::size_t keys_used;         // guarded by the arena's mutex
  std::uint32_t limit;
  std::uint32_t mask;            // slots - 1
  std::atomic<std::uint32_t> size;
  std::atomic<std::uint64_t>* slots;
  std::uint32_t* offsets;        // of entry i within `keys`, in units of 8 bytes
  char* keys;

  [[nodiscard]] const text_entry& entry(std::uint32_t number) const noexcept {
    return *reinterpret_cast<const text_entry*>(keys + std::size_t{offsets[number]} * 8);
  }
};

[[nodiscard]] inline const char* texts_of(const text_entry& entry) noexcept {
  return reinterpret_cast<const char*>(&entry) + sizeof(text_entry);
}

// Null when the system refuses memory.
[[nodiscard]] inline text_table* open_text_table(std::uint32_t limit, std::size_t texts,
                                                 std::size_t text_bytes = most_label_bytes) noexcept {
  const std::size_t slots = std::bit_ceil(std::size_t{limit} * 2);
  const std::size_t entry_bytes = (sizeof(text_entry) + texts * text_bytes + 7) & ~std::size_t{7};
  const std::size_t slot_bytes = slots * sizeof(std::uint64_t);
  const std::size_t offset_bytes = (std::size_t{limit} * sizeof(std::uint32_t) + 7) & ~std::size_t{7};
  const std::size_t bytes = sizeof(text_table) + slot_bytes + offset_bytes + limit * entry_bytes;
  char* at = static_cast<char*>(map_memory(bytes));
  if (at == nullptr) return nullptr;
  auto* table = new (at) text_table{};
  table->bytes = bytes;
  table->limit = limit;
  table->mask = static_cast<std::uint32_t>(slots - 1);
  at += sizeof(text_table);
  table->slots = reinterpret_cast<std::atomic<std::uint64_t>*>(at);
  table->offsets = reinterpret_cast<std::uint32_t*>(at + slot_bytes);
  table->keys = at + slot_bytes + offset_bytes;
  return table;
}

template <std::size_t Texts>
struct text_key {
  static_assert(Texts <= most_text_labels, "[label/texts] a label struct holds at most 4 texts");
  std::array<std::string_view, Texts> texts;
  std::uint32_t combination;

  [[gnu::always_inline]] std::uint64_t hash() const noexcept {
    std::uint64_t h = combination * 0x9E3779B97F4A7C15u + 0x2D358DCCAA6C78A5u;
    for (const std::string_view text : texts) h = hash_text(text, h);
    return h;
  }
  [[gnu::always_inline]] bool equals(const text_entry& entry) const noexcept {
    const char* at = texts_of(entry);
    bool same = entry.combination == combination;
    for (std::size_t i = 0; i < Texts; ++i) {
      if (!same || entry.sizes[i] != texts[i].size()) return false;
      same = std::memcmp(at, texts[i].data(), texts[i].size()) == 0;
      at += texts[i].size();
    }
    return same;
  }
};

inline constexpr std::uint32_t no_series = 0xFFFFFFFFu;

// The series of a tuple that is kept, else no_series. Any thread, no lock.
template <std::size_t Texts>
[[gnu::always_inline]] inline std::uint32_t find_series(const text_table& table,
                                                        const text_key<Texts>& key,
                                                        std::uint64_t hash) noexcept {
  const std::uint64_t tag = hash >> 32;
  for (std::uint32_t at = static_cast<std::uint32_t>(hash) & table.mask;;
       at = (at + 1) & table.mask) {
    const std::uint64_t slot = table.slots[at].load(std::memory_order_acquire);
    if (slot == 0) return no_series;
    if (slot >> 32 == tag) {
      const auto number = static_cast<std::uint32_t>(slot) - 1;
      if (key.equals(table.entry(number))) [[likely]] return number;
    }
  }
}

// Keeps a tuple unless the table is full. Precondition: the arena's mutex is held, the texts are
// normalised and the tuple is not kept yet.
template <std::size_t Texts>
[[nodiscard]] inline std::uint32_t keep_series(text_table& table, const text_key<Texts>& key,
                                               std::uint64_t hash) noexcept {
  const std::uint32_t number = table.size.load(std::memory_order_relaxed);
  if (number == table.limit) return no_series;
  auto* entry = reinterpret_cast<text_entry*>(table.keys + table.keys_used);
  entry->combination = key.combination;
  char* at = reinterpret_cast<char*>(entry) + sizeof(text_entry);
  for (std::size_t i = 0; i < Texts; ++i) {
    entry->sizes[i] = static_cast<std::uint16_t>(key.texts[i].size());
    std::memcpy(at, key.texts[i].data(), key.texts[i].size());
    at += key.texts[i].size();
  }
  table.offsets[number] = static_cast<std::uint32_t>(table.keys_used / 8);
  table.keys_used = (static_cast<std::size_t>(at - table.keys) + 7) & ~std::size_t{7};
  std::uint32_t slot = static_cast<std::uint32_t>(hash) & table.mask;
  while (table.slots[slot].load(std::memory_order_relaxed) != 0) slot = (slot + 1) & table.mask;
  table.slots[slot].store(hash >> 32 << 32 | (number + 1), std::memory_order_release);
  table.size.store(number + 1, std::memory_order_release);
  return number;
}

// A tuple that was not found: normalises it, looks again and keeps it. `no_series`: the `other` one,
// to which a tuple belongs that would print the same (OnlyTexts, and each of them "other").
template <bool OnlyTexts, std::size_t Texts>
[[gnu::noinline, gnu::cold]] inline std::uint32_t settle_series(text_table& table, lock& mutex,
                                                                text_key<Texts> key) noexcept {
  char normal[Texts * most_label_bytes];
  for (std::size_t i = 0; i < Texts; ++i) {
    std::string_view& text = key.texts[i];
    if (text.empty() || text.size() > most_label_bytes) return no_series;
    if (is_utf8(text)) continue;
    char* const out = normal + i * most_label_bytes;
    const std::size_t size = normalise_utf8(text, out, most_label_bytes);
    if (size == npos) return no_series;
    text = {out, size};
  }
  if (OnlyTexts) {
    bool all_other = true;
    for (const std::string_view text : key.texts) all_other = all_other && text == "other";
    if (all_other) return no_series;
  }
  const std::uint64_t hash = key.hash();
  std::uint32_t number = find_series(table, key, hash);
  if (number != no_series) return number;
  if (table.size.load(std::memory_order_acquire) == table.limit) return no_series;  // no lock
  const guard hold(mutex);
  number = find_series(table, key, hash);
  return number != no_series ? number : keep_series(table, key, hash);
}

}  // namespace pantograph::detail
