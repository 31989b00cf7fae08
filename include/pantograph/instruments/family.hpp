// SPDX-License-Identifier: Apache-2.0
#pragma once

// What instruments share: their place in the arena and the way from labels to a series.
//
// A label struct of enums and bools is an index computed in place. One with a text label is looked
// up in the family's table. Either way the number `series` (one past the last) is the one `other`
// series: a cast value outside its enumerators, or a tuple beyond the bound.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pantograph/instruments/site.hpp>
#include <pantograph/instruments/text_table.hpp>
#include <pantograph/schema/label.hpp>
#include <pantograph/schema/options.hpp>

namespace pantograph::detail {

template <class L>
struct label_key {
  using set = label_set<L>;
  using texts = std::array<std::string_view, set::text_count>;

  [[gnu::always_inline]] static texts texts_of(const L& labels) noexcept {
    texts out;
    std::size_t next = 0;
    for_each_position<set::size>([&](auto at) {
      if constexpr (std::is_same_v<typename set::template value_type<at>, text>) {
        out[next++] = field<at>(labels).value();
      }
    });
    return out;
  }
  [[gnu::always_inline]] static text_key<set::text_count> of(const L& labels) noexcept {
    return {texts_of(labels), set::index(labels)};
  }
};

// What a scrape needs to know of a family, without its type.
struct family_cells {
  const site* where;
  const std::atomic<text_table*>* texts;  // null: a dense family
  cell_layout layout;
};

template <class Facts, std::uint32_t Width, cell_kind Kind, cell_kind Last = Kind>
class family {
 public:
  using labels = typename Facts::labels;
  static constexpr bool has_labels = label_set<labels>::size != 0;
  static constexpr auto series = static_cast<std::uint32_t>(Facts::series);
  static constexpr cell_layout layout{series + (has_labels ? 1 : 0), Width, Kind, Last};

  constexpr family() noexcept {
    static_assert(!Facts::has_text || label_set<labels>::text_count <= most_text_labels,
                  "[label/texts] this label struct has more than 4 labels of pantograph::text, and a "
                  "bounded family keeps no more. Make one of them an enum, or leave it out");
  }
  family(const family&) = delete;
  family& operator=(const family&) = delete;
  constexpr ~family() {
    if (!std::is_constant_evaluated()) release();
  }

  // Offset of the first cell of the series with these labels.
  [[gnu::always_inline]] std::uint32_t offset_of(const labels& of) noexcept {
    if constexpr (!has_labels) {
      return 0;
    } else if constexpr (!Facts::has_text) {
      return static_cast<std::uint32_t>(label_set<labels>::index(of)) * Width;
    } else {
      return look_up(of) * Width;
    }
  }

  // The same labels, with texts that refer to the family's own copies and so live as long as it.
  [[nodiscard]] labels kept(const labels& of) noexcept {
    if constexpr (!Facts::has_text) {
      return of;
    } else {
      const std::uint32_t number = look_up(of);
      const text_table* table = table_.load(std::memory_order_acquire);
      const text_entry* entry = number == series ? nullptr : &table->entry(number);
      const char* at = entry == nullptr ? nullptr : texts_of(*entry, label_set<labels>::text_count);
      std::size_t next = 0;
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        const auto one = [&](const auto& from) {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(from)>, label<text>>) {
            if (entry == nullptr) return label<text>(other_value);
            const std::string_view copy{at, entry->sizes[next]};
            at += entry->sizes[next++];
            return label<text>(copy);
          } else {
            return from;
          }
        };
        return labels{one(field<I>(of))...};  // in order: braces
      }(std::make_index_sequence<label_set<labels>::size>{});
    }
  }

  [[nodiscard]] site& where() noexcept { return site_; }
  void attach() noexcept {
    (void)attach_site(site_, layout);
    if constexpr (Facts::has_text) (void)open_table();
  }
  [[nodiscard]] family_cells cells() const noexcept {
    if constexpr (Facts::has_text) {
      return {&site_, &table_, layout};
    } else {
      return {&site_, nullptr, layout};
    }
  }

 private:
  struct nothing {};
  using table_pointer = std::conditional_t<Facts::has_text, std::atomic<text_table*>, nothing>;

  [[gnu::always_inline]] std::uint32_t look_up(const labels& of) noexcept {
    using set = label_set<labels>;
    text_table* table = table_.load(std::memory_order_acquire);
    if (table == nullptr) [[unlikely]] {
      table = open_table();
      if (table == nullptr) return series;
    }
    const std::uint32_t combination = set::index(of);
    if (combination == set::combinations && set::size != set::text_count) [[unlikely]] {
      return series;
    }
    return look_up_texts(*table, combination, label_key<labels>::texts_of(of),
                         std::make_index_sequence<set::text_count>{});
  }
  template <std::size_t... I>
  [[gnu::always_inline]] std::uint32_t look_up_texts(text_table& table, std::uint32_t combination,
                                                     const typename label_key<labels>::texts& of,
                                                     std::index_sequence<I...>) noexcept {
    if ((is_short(of[I].size()) && ...)) {
      const text_key<sizeof...(I), true> key(of, combination);
      std::uint32_t number = no_series;
      if (find_series(table, key, key.hash(), number)) [[likely]] return number;
    }
    return look_up_any(table, combination, of[I]...);
  }
  // Texts of any length, kept or not. By value, so that those found above need not lie in memory.
  template <class... Texts>
  [[gnu::noinline]] std::uint32_t look_up_any(text_table& table, std::uint32_t combination,
                                              Texts... texts) noexcept {
    const text_key<sizeof...(Texts)> key({texts...}, combination);
    std::uint32_t number = no_series;
    if (find_series(table, key, key.hash(), number)) [[likely]] return number;
    number = settle_series<label_set<labels>::all_other>(table, home_of(site_).mutex, key);
    return number == no_series ? series : number;
  }

  [[gnu::noinline, gnu::cold]] text_table* open_table() noexcept {
    const guard hold(home_of(site_).mutex);
    text_table* table = table_.load(std::memory_order_relaxed);
    if (table == nullptr) {
      table = open_text_table(series, label_set<labels>::text_count);
      table_.store(table, std::memory_order_release);
    }
    return table;
  }

  void release() noexcept {
    release_site(site_, layout);
    if constexpr (Facts::has_text) {
      text_table* table = table_.exchange(nullptr, std::memory_order_acq_rel);
      if (table != nullptr) munmap(table, table->bytes);
    }
  }

  site site_;
  [[no_unique_address]] table_pointer table_{};
};

}  // namespace pantograph::detail
