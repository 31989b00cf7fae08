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
#include <type_traits>
#include <utility>

#include <pantograph/base/hash.hpp>
#include <pantograph/base/lock.hpp>
#include <pantograph/base/utf8.hpp>
#include <pantograph/instruments/arena.hpp>

namespace pantograph::detail {

inline constexpr std::size_t most_label_bytes = 256;

// One kept tuple; the words of all texts follow, then the texts, one behind the other. Starts at a
// multiple of 8 bytes.
struct text_entry {
  std::uint32_t combination;  // index of the labels that are not text
  std::uint16_t sizes[4];     // of the texts; 0 behind the last
  std::uint32_t number;       // of the series
};
static_assert(std::endian::native == std::endian::little, "keys compare two fields as one word");
inline constexpr std::size_t most_text_labels = 4;
[[nodiscard]] inline const char* texts_of(const text_entry& entry, std::size_t texts) noexcept {
  return reinterpret_cast<const char*>(&entry + 1) + texts * sizeof(text_words);
}

// One mapping: this head, then slots, then the places of the entries by number, then the entries.
// A place is in units of 8 bytes within `keys`. A slot holds the upper half of a hash and a place + 1;
// 0 is free.
struct text_table {
  std::size_t bytes;             // of the mapping
  std::size_t keys_used;         // guarded by the arena's mutex
  std::uint32_t limit;
  std::uint32_t mask;            // slots - 1
  std::atomic<std::uint32_t> size;
  std::atomic<std::uint64_t>* slots;
  std::uint32_t* places;         // by number
  char* keys;

  [[nodiscard]] const text_entry& entry(std::uint32_t number) const noexcept {
    return at(places[number]);
  }
  [[nodiscard]] [[gnu::always_inline]] const text_entry& at(std::size_t place) const noexcept {
    return *reinterpret_cast<const text_entry*>(keys + place * 8);
  }
};

// The words of text i.
[[nodiscard]] inline const text_words& entry_words(const text_entry& entry, std::size_t i) noexcept {
  return reinterpret_cast<const text_words*>(&entry + 1)[i];
}

// Null when the system refuses memory.
[[nodiscard]] inline text_table* open_text_table(std::uint32_t limit, std::size_t texts,
                                                 std::size_t text_bytes = most_label_bytes) noexcept {
  // Fewer than half full, and small tables a quarter: a second look is a branch guessed wrong.
  const std::size_t slots = std::bit_ceil(std::size_t{limit} * (limit <= 4096 ? 4 : 2));
  const std::size_t entry_bytes =
      (sizeof(text_entry) + texts * (sizeof(text_words) + text_bytes) + 7) & ~std::size_t{7};
  const std::size_t slot_bytes = slots * sizeof(std::uint64_t);
  const std::size_t place_bytes = (std::size_t{limit} * sizeof(std::uint32_t) + 7) & ~std::size_t{7};
  const std::size_t bytes = sizeof(text_table) + slot_bytes + place_bytes + limit * entry_bytes;
  char* at = static_cast<char*>(map_memory(bytes));
  if (at == nullptr) return nullptr;
  auto* table = new (at) text_table{};
  table->bytes = bytes;
  table->limit = limit;
  table->mask = static_cast<std::uint32_t>(slots - 1);
  at += sizeof(text_table);
  table->slots = reinterpret_cast<std::atomic<std::uint64_t>*>(at);
  table->places = reinterpret_cast<std::uint32_t*>(at + slot_bytes);
  table->keys = at + slot_bytes + place_bytes;
  return table;
}

// A tuple to look for. `Short`: each text has 4 .. 16 bytes; such a key is the hot path, and small.
// All is unrolled by packs and inlined, so that it stays in registers.
template <std::size_t Texts, bool Short = false>
struct text_key {
  std::array<std::string_view, Texts> texts;
  std::array<text_words, Texts> words;  // of the texts
  std::uint32_t combination;

  [[gnu::always_inline]] text_key(const std::array<std::string_view, Texts>& of,
                                  std::uint32_t combination_of) noexcept
      : text_key(of, combination_of, std::make_index_sequence<Texts>{}) {}
  [[gnu::always_inline]] std::uint64_t hash() const noexcept {
    return hash_texts(std::make_index_sequence<Texts>{});
  }
  [[gnu::always_inline]] bool equals(const text_entry& entry) const noexcept {
    return equal_texts(entry, std::make_index_sequence<Texts>{});
  }

 private:
  [[gnu::always_inline]] static text_words words_at(const char* at, std::size_t size) noexcept {
    if constexpr (Short) return words_of_short(at, size);
    return words_of(at, size);
  }
  [[gnu::always_inline]] std::uint64_t hash_one(std::size_t i) const noexcept {
    const std::uint64_t seed = 0x2D358DCCAA6C78A5u * (2 * i + 1);
    if constexpr (Short) return hash_short(texts[i].size(), words[i], seed);
    return hash_text(texts[i], words[i], seed);
  }
  template <std::size_t... I>
  [[gnu::always_inline]] text_key(const std::array<std::string_view, Texts>& of,
                                  std::uint32_t combination_of, std::index_sequence<I...>) noexcept
      : texts(of), words{words_at(of[I].data(), of[I].size())...}, combination(combination_of) {}
  // The texts are hashed side by side, not one after the other: a processor does both at once.
  template <std::size_t... I>
  [[gnu::always_inline]] std::uint64_t hash_texts(std::index_sequence<I...>) const noexcept {
    return (combination * 0x9E3779B97F4A7C15u) ^ (hash_one(I) ^ ...);
  }
  template <std::size_t... I>
  [[gnu::always_inline]] bool equal_texts(const text_entry& entry,
                                          std::index_sequence<I...>) const noexcept {
    if constexpr (Short) {  // the combination and the first two sizes in one compare
      const std::uint64_t second = Texts > 1 ? texts[Texts > 1].size() : 0;
      const std::uint64_t shape = combination | texts[0].size() << 32 | second << 48;
      if (read_as<std::uint64_t>(reinterpret_cast<const char*>(&entry)) != shape) return false;
    } else if (entry.combination != combination) {
      return false;
    }
    if (!(((Short && I < 2) || entry.sizes[I] == texts[I].size()) && ...)) return false;
    if (!(same_words(words[I], entry_words(entry, I)) && ...)) return false;
    if constexpr (Short) return true;
    const char* at = texts_of(entry, Texts);
    return ((std::memcmp(texts[I].data(), at, texts[I].size()) == 0 &&
             (at += texts[I].size(), true)) && ...);
  }
};

inline constexpr std::uint32_t no_series = 0xFFFFFFFFu;

// Looks for a tuple; true, and its series, when it is kept. Any thread, no lock.
template <std::size_t Texts, bool Short>
[[gnu::always_inline]] inline bool find_series(const text_table& table,
                                               const text_key<Texts, Short>& key,
                                               std::uint64_t hash, std::uint32_t& series) noexcept {
  const std::atomic<std::uint64_t>* const slots = table.slots;
  const std::uint32_t mask = table.mask;
  const std::uint64_t tag = hash >> 32;
  for (std::uint32_t at = static_cast<std::uint32_t>(hash) & mask;; at = (at + 1) & mask) {
    const std::uint64_t slot = slots[at].load(std::memory_order_acquire);
    if (slot == 0) [[unlikely]] return false;
    if (slot >> 32 == tag) [[likely]] {
      const text_entry& entry = table.at(static_cast<std::uint32_t>(slot) - 1);
      series = entry.number;
      if (key.equals(entry)) [[likely]] return true;
    }
  }
}
template <std::size_t Texts>
[[nodiscard]] inline std::uint32_t find_series(const text_table& table, const text_key<Texts>& key,
                                               std::uint64_t hash) noexcept {
  std::uint32_t series = no_series;
  return find_series(table, key, hash, series) ? series : no_series;
}

// Keeps a tuple unless the table is full. Precondition: the arena's mutex is held, the texts are
// normalised and the tuple is not kept yet.
template <std::size_t Texts>
[[nodiscard]] inline std::uint32_t keep_series(text_table& table, const text_key<Texts>& key,
                                               std::uint64_t hash) noexcept {
  const std::uint32_t number = table.size.load(std::memory_order_relaxed);
  if (number == table.limit) return no_series;
  auto* entry = reinterpret_cast<text_entry*>(table.keys + table.keys_used);
  entry->number = number;
  entry->combination = key.combination;
  std::memcpy(reinterpret_cast<char*>(entry + 1), key.words.data(), sizeof key.words);
  char* at = const_cast<char*>(texts_of(*entry, Texts));
  for (std::size_t i = 0; i < Texts; ++i) {
    entry->sizes[i] = static_cast<std::uint16_t>(key.texts[i].size());
    std::memcpy(at, key.texts[i].data(), key.texts[i].size());
    at += key.texts[i].size();
  }
  const auto place = static_cast<std::uint32_t>(table.keys_used / 8);
  table.places[number] = place;
  table.keys_used = (static_cast<std::size_t>(at - table.keys) + 7) & ~std::size_t{7};
  std::uint32_t slot = static_cast<std::uint32_t>(hash) & table.mask;
  while (table.slots[slot].load(std::memory_order_relaxed) != 0) slot = (slot + 1) & table.mask;
  table.slots[slot].store(hash >> 32 << 32 | (place + 1), std::memory_order_release);
  table.size.store(number + 1, std::memory_order_release);
  return number;
}

// A tuple that was not found: normalises it, looks again and keeps it. `no_series`: the `other` one,
// to which a tuple belongs that would print the same: every text "other", and the labels that are not
// text at their combination AllOther.
template <std::size_t AllOther, std::size_t Texts>
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
    key.words[i] = words_of(out, size);
  }
  if (key.combination == AllOther) {
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
