// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gauges whose names are only known while the program runs. One field of a schema holds them all;
// how many series there may be is written down. Names and tags are validated; what is refused is
// counted by reason and never becomes a series.
//
//     pg::runtime_metrics<pg::at_most<200>> custom{"Metrics named at run time."};
//     metrics.custom.record("queue_depth", 3, {{"region", "eu"}});   // mcp_custom_queue_depth{region="eu"} 3
//
// The exported name is the field's name, '_', and the name given, so that it cannot clash with a
// declared family. A record of a known series takes no lock and allocates nothing.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include <pantograph/base/escape.hpp>
#include <pantograph/base/names.hpp>
#include <pantograph/instruments/counter.hpp>

namespace pantograph {

struct tag {
  std::string_view name;
  std::string_view value;
};

// What became of a record.
enum class runtime_outcome : std::uint8_t {
  recorded,
  bad_name,   // not [a-z][a-z0-9_]* in snake case, or `refused`, which counts these
  bad_tag,    // the same of a tag's name, `le`, `quantile`, `job`, `instance`, empty value, or twice
  too_long,   // name and tags above 512 bytes as text, or more than 8 tags
  full,       // the bound on series is reached
};

template <class Limit>
class runtime_metrics {
  using facts = detail::options_of<Limit>;
  static constexpr auto limit = static_cast<std::uint32_t>(facts::limit);
  static constexpr std::size_t most_bytes = 512, most_tags = 8, reasons = 4;
  // One cell a series, then one a reason of refusal.
  static constexpr detail::cell_layout layout{limit + reasons, 1, detail::cell_kind::kept,
                                              detail::cell_kind::kept};

 public:
  static constexpr bool is_dynamic_family = true;
  static constexpr metric_kind kind = metric_kind::gauge;
  static constexpr detail::value_form form = detail::value_form::real;
  using labels = no_labels;
  using unit = count;
  using options = facts;

  constexpr runtime_metrics(const char* help) noexcept : help_(help) {
    static_assert(detail::is_limit<Limit>::value,
                  "[runtime/limit] this runtime_metrics has no bound: its series are named while the "
                  "program runs. Write how many there may be, runtime_metrics<at_most<200>>");
  }
  runtime_metrics(const runtime_metrics&) = delete;
  runtime_metrics& operator=(const runtime_metrics&) = delete;
  constexpr ~runtime_metrics() {
    if (!std::is_constant_evaluated()) release();
  }

  // Sets the series of this name and these tags (in any order) to `value`.
  runtime_outcome record(std::string_view name, double value,
                         std::initializer_list<tag> tags = {}) noexcept {
    return record(name, value, std::span<const tag>(tags.begin(), tags.size()));
  }
  runtime_outcome record(std::string_view name, double value, std::span<const tag> tags) noexcept {
    char text[most_bytes];
    std::size_t size = 0;
    const runtime_outcome outcome = spell(name, tags, text, size);
    if (outcome != runtime_outcome::recorded) return refuse(outcome);
    detail::text_table* table = open_table();
    if (table == nullptr) return refuse(runtime_outcome::full);
    const detail::text_key<1> key({std::string_view{text, size}}, 0);
    const std::uint64_t hash = key.hash();
    std::uint32_t number = detail::find_series(*table, key, hash);
    if (number == detail::no_series) {
      if (table->size.load(std::memory_order_acquire) == limit) return refuse(runtime_outcome::full);
      const detail::guard hold(detail::home_of(site_).mutex);
      number = detail::find_series(*table, key, hash);
      if (number == detail::no_series) number = detail::keep_series(*table, key, hash);
    }
    if (number == detail::no_series) return refuse(runtime_outcome::full);
    if (detail::cell* at = detail::shared_cell<layout>(site_, number)) {
      at->store(std::bit_cast<std::uint64_t>(value), std::memory_order_relaxed);
    }
    return runtime_outcome::recorded;
  }

  // Records refused so far for a reason.
  [[nodiscard]] std::uint64_t refused(runtime_outcome reason) noexcept {
    if (reason == runtime_outcome::recorded) return 0;
    const detail::cell* at = detail::shared_cell<layout>(site_, cell_of(reason));
    return at == nullptr ? 0 : at->load(std::memory_order_relaxed);
  }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  [[nodiscard]] detail::family_cells cells() const noexcept { return {&site_, &table_, layout}; }
  void attach() noexcept { (void)detail::attach_site(site_, layout); }

 private:
  [[nodiscard]] static constexpr std::uint32_t cell_of(runtime_outcome reason) noexcept {
    return limit + static_cast<std::uint32_t>(reason) - 1;
  }
  runtime_outcome refuse(runtime_outcome reason) noexcept {
    detail::cell* at = detail::shared_cell<layout>(site_, cell_of(reason));
    if (at != nullptr) at->fetch_add(1, std::memory_order_relaxed);
    return reason;
  }

  // `name{a="x",b="y"}` with the tags sorted by name: equal series have equal text.
  [[nodiscard]] static runtime_outcome spell(std::string_view name, std::span<const tag> tags, char* out,
                                             std::size_t& size) noexcept {
    if (!detail::is_name(name) || !detail::is_snake_case(name)) return runtime_outcome::bad_name;
    // The family that counts refusals has these names.
    if (name == "refused" || name == "refused_total") return runtime_outcome::bad_name;
    const std::size_t count = tags.size();
    if (count > most_tags) return runtime_outcome::too_long;
    const tag* sorted[most_tags] = {};
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_tag(tags[i])) return runtime_outcome::bad_tag;
      std::size_t at = i;
      for (; at > 0 && tags[i].name < sorted[at - 1]->name; --at) sorted[at] = sorted[at - 1];
      if (at > 0 && sorted[at - 1]->name == tags[i].name) return runtime_outcome::bad_tag;
      sorted[at] = &tags[i];
    }
    bool fits = true;
    const auto put = [&](std::string_view piece) {
      fits = fits && size + piece.size() <= most_bytes;
      for (std::size_t i = 0; fits && i < piece.size(); ++i) out[size++] = piece[i];
    };
    put(name);
    for (std::size_t i = 0; i < count; ++i) {
      put(i == 0 ? "{" : ",");
      put(sorted[i]->name);
      put("=\"");
      const std::string_view value = sorted[i]->value;
      char normal[most_bytes];
      const std::size_t length = detail::normalise_utf8(value, normal, sizeof normal);
      if (length == detail::npos) return runtime_outcome::too_long;
      detail::escape({normal, length}, true, put);
      put("\"");
    }
    if (count != 0) put("}");
    return fits ? runtime_outcome::recorded : runtime_outcome::too_long;
  }
  [[nodiscard]] static bool is_tag(const tag& t) noexcept {
    return detail::is_name(t.name) && detail::is_snake_case(t.name) && t.name != "le" &&
           t.name != "quantile" && t.name != "job" && t.name != "instance" && !t.value.empty();
  }

  [[nodiscard]] detail::text_table* open_table() noexcept {
    detail::text_table* table = table_.load(std::memory_order_acquire);
    if (table != nullptr) return table;
    const detail::guard hold(detail::home_of(site_).mutex);
    table = table_.load(std::memory_order_relaxed);
    if (table == nullptr) {
      table = detail::open_text_table(limit, 1, most_bytes);
      table_.store(table, std::memory_order_release);
    }
    return table;
  }
  void release() noexcept {
    detail::release_site(site_, layout);
    detail::text_table* table = table_.exchange(nullptr, std::memory_order_acq_rel);
    if (table != nullptr) munmap(table, table->bytes);
  }

  const char* help_;
  detail::site site_;
  std::atomic<detail::text_table*> table_{nullptr};
};

}  // namespace pantograph
