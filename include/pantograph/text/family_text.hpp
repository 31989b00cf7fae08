// SPDX-License-Identifier: Apache-2.0
#pragma once

// Writes one family: its head (HELP, TYPE, UNIT) and the samples of every source that belongs to it.
// Sources: exposition format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats) and
// OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec), read 2026-11.
//
// `le` is written the same in both formats ("1.0", as OpenMetrics wants it), so that a series keeps
// its identity when a Prometheus changes the format it asks for.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pantograph/base/digits.hpp>
#include <pantograph/base/utf8.hpp>
#include <pantograph/snapshot/snapshot.hpp>
#include <pantograph/text/chunk.hpp>
#include <pantograph/text/format.hpp>
#include <pantograph/text/name_register.hpp>
#include <pantograph/text/series_text.hpp>

namespace pantograph::detail {

inline constexpr std::size_t gone = static_cast<std::size_t>(-1);

// The sources of a schema object, one a family.
template <class Schema>
[[nodiscard]] std::vector<source> sources_of(Schema& metrics) {
  constexpr const schema_row& catalog = catalog_of<Schema>;
  std::vector<source> out;
  out.reserve(catalog.families.size());
  for_each_leaf(leaves_of<Schema>{}, [&](auto path) {
    out.push_back(source_of(at_path(metrics, path), catalog.families[out.size()]));
  });
  return out;
}

template <class Labels>
void append_instance_labels(std::string& out, const Labels& labels) {
  using set = label_set<Labels>;
  for_each_position<set::size>([&](auto at) {
    using value_type = typename set::template value_type<at>;
    const auto value = field<at>(labels).value();
    if constexpr (std::is_same_v<value_type, text>) {
      std::string normal(value.size() * 3, '\0');
      normal.resize(normalise_utf8(value, normal.data(), normal.size()));
      append_label(out, out.empty(), set::names[at], normal);
    } else {
      append_label(out, out.empty(), set::names[at],
                   label_value_text<value_type>(static_cast<std::size_t>(label_index(value))));
    }
  });
}

// ---- head ----

[[nodiscard]] inline std::string_view type_word(metric_kind kind, text_format format) noexcept {
  const bool open = format == text_format::openmetrics_1_0;
  switch (kind) {
    case metric_kind::counter: return "counter";
    case metric_kind::gauge: return "gauge";
    case metric_kind::histogram: return "histogram";
    case metric_kind::info: return open ? "info" : "gauge";
    case metric_kind::state_set: return open ? "stateset" : "gauge";
  }
  return "unknown";
}

// In OpenMetrics a family is called without its samples' suffix.
[[nodiscard]] inline std::string_view family_name(std::string_view name, metric_kind kind,
                                                  text_format format) noexcept {
  if (format == text_format::openmetrics_1_0) {
    if (kind == metric_kind::counter && name.ends_with("_total")) name.remove_suffix(6);
    if (kind == metric_kind::info && name.ends_with("_info")) name.remove_suffix(5);
  }
  return name;
}

[[nodiscard]] inline std::string head_of(std::string_view full_name, metric_kind kind,
                                         std::string_view help, std::string_view unit,
                                         text_format format) {
  const std::string_view name = family_name(full_name, kind, format);
  std::string normal(help.size() * 3, '\0');
  normal.resize(normalise_utf8(help, normal.data(), normal.size()));
  std::string out = "# HELP ";
  ((out += name) += ' ');
  escape(normal, format == text_format::openmetrics_1_0,
         [&](std::string_view piece) { out += piece; });
  ((((out += "\n# TYPE ") += name) += ' ') += type_word(kind, format)) += '\n';
  if (format == text_format::openmetrics_1_0 && !unit.empty()) {
    ((((out += "# UNIT ") += name) += ' ') += unit) += '\n';
  }
  return out;
}

// ---- values ----

// An integer of the unit's parts as a decimal of the unit.
[[nodiscard]] inline char* write_scaled(char* out, std::uint64_t value,
                                        std::int64_t per_unit) noexcept {
  switch (per_unit) {
    case 1: return write_unsigned(out, value);
    case 1'000'000'000: return write_decimal<9>(out, value);
    case 1'000'000'000'000: return write_decimal<12>(out, value);
    default: return write_real(out, static_cast<double>(value) / static_cast<double>(per_unit));
  }
}

[[nodiscard]] inline char* write_value(char* out, const std::uint64_t* cells,
                                       const family_row& row) noexcept {
  switch (row.form) {
    case value_form::integer: return write_scaled(out, *cells, row.per_unit);
    case value_form::signed_integer: {
      const auto value = static_cast<std::int64_t>(*cells);
      if (value >= 0) return write_scaled(out, *cells, row.per_unit);
      *out++ = '-';
      return write_scaled(out, 0 - *cells, row.per_unit);
    }
    case value_form::money:
      return write_decimal<12>(out, static_cast<uint128>(cells[0]) * 1'000'000u + cells[1]);
    default: return write_real(out, std::bit_cast<double>(*cells));
  }
}

// `le="0.005"} ` and so on, the last for +Inf.
[[nodiscard]] inline std::vector<std::string> bucket_labels(const family_row& row) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i <= row.bounds(); ++i) {
    char digits[most_number_bytes];
    char* end = digits;
    if (i == row.bounds()) {
      end = write_real(digits, std::bit_cast<double>(std::uint64_t{0x7FF0} << 48));
    } else if (i < row.integer_bounds.size()) {
      end = write_scaled(digits, static_cast<std::uint64_t>(row.integer_bounds[i]), row.per_unit);
    } else {
      end = write_real(digits, row.real_bounds[i]);
    }
    std::string_view number(digits, static_cast<std::size_t>(end - digits));
    std::string label = "le=\"";
    label += number;
    if (number.find_first_not_of("0123456789") == number.npos) label += ".0";
    out.push_back(label += "\"} ");
  }
  return out;
}

// ---- one family ----

class family_text {
 public:
  explicit family_text(const family_row& row) : row_(&row) {
    for (const text_format format : {text_format::prometheus_0_0_4, text_format::openmetrics_1_0}) {
      heads_[static_cast<std::size_t>(format)] =
          head_of(row.name, row.kind, row.help, row.unit, format);
    }
    if (row.kind == metric_kind::histogram) les_ = bucket_labels(row);
  }

  [[nodiscard]] const family_row& row() const noexcept { return *row_; }
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
  void add(std::size_t source, std::string_view instance) {
    members_.push_back({source, std::string(instance), {}, {}});
  }
  void renumber(const std::vector<std::size_t>& moved) {
    std::erase_if(members_, [&](const member& m) { return moved[m.source] == gone; });
    for (member& m : members_) m.source = moved[m.source];
    runtime_ = {};
  }

  void write(chunk& out, text_format format, std::span<const source> sources,
             const snapshot& values) {
    if (row_->dynamic) {
      write_runtime(out, format, sources, values);
      return;
    }
    bool head = false;
    for (member& m : members_) {
      const reading& read = values.of(m.source);
      if (!read.present) continue;
      const source& from = sources[m.source];
      if (row_->form != value_form::constant && !head) {
        out.put(heads_[static_cast<std::size_t>(format)]);
        head = true;
      }
      switch (row_->form) {
        case value_form::callback: write_observed(out, m, from, read, values); break;
        case value_form::constant: head = write_info(out, format, m, from, head); break;
        case value_form::state: write_states(out, m, from, read); break;
        default: write_cells(out, m, from, read);
      }
    }
  }

 private:
  // A source and what was rendered of it.
  struct member {
    std::size_t source;
    std::string instance;   // instance labels, rendered
    series_texts texts;
    std::vector<bool> seen;  // series that were not zero once
  };

  // The label part of a sample line; for all but histograms the name as well.
  void render(member& m, const source& from, std::uint32_t series) {
    std::string text;
    const bool histogram = row_->kind == metric_kind::histogram;
    if (!histogram) text = row_->name;
    std::string labels;
    append_labels(labels, from, series, m.instance);
    if (histogram) {
      text = labels;
    } else {
      if (!labels.empty()) ((text += '{') += labels) += '}';
      text += ' ';
    }
    m.texts.set(series, text);
  }

  // Series `i` of the cells, and behind the last the one `other`.
  void write_cells(chunk& out, member& m, const source& from, const reading& read) {
    const cell_layout& layout = from.cells.layout;
    const auto other = static_cast<std::uint32_t>(row_->series);
    const bool bounded = row_->has_text;
    const std::uint32_t all = layout.series;
    const bool first_time = m.seen.size() != all;
    m.texts.resize(all);
    m.seen.resize(all, false);
    const std::uint32_t existing = bounded ? read.series : (other < all ? other : all);
    for (std::uint32_t i = 0; i < existing; ++i) {
      write_one(out, m, from, read, i, bounded || row_->dense);
    }
    if (other < all) write_one(out, m, from, read, other, false);
    if (first_time) m.texts.trim();
  }

  [[gnu::always_inline]] void write_one(chunk& out, member& m, const source& from,
                                        const reading& read, std::uint32_t series, bool always) {
    const std::uint32_t width = from.cells.layout.width;
    const std::uint64_t* const cells = read.cells + std::size_t{series} * width;
    if (!always && !m.seen[series]) {
      bool zero = true;
      for (std::uint32_t i = 0; i < width; ++i) zero = zero && cells[i] == 0;
      if (zero) return;
      m.seen[series] = true;
    }
    if (!m.texts.has(series)) render(m, from, series);
    if (row_->kind == metric_kind::histogram) {
      write_histogram(out, m, series, cells);
      return;
    }
    char* at = out.room(m.texts.longest() + most_number_bytes + 32);
    at = m.texts.copy(at, series);
    at = write_value(at, cells, *row_);
    *at++ = '\n';
    out.wrote(at);
  }

  void write_histogram(chunk& out, const member& m, std::uint32_t series,
                       const std::uint64_t* cells) {
    const std::size_t buckets = les_.size();
    const std::size_t line = row_->name.size() + m.texts.longest() + 2 * most_number_bytes + 64;
    std::uint64_t running = 0;
    bool labels = false;
    const auto start = [&](std::string_view suffix, bool brace) {
      char* at = out.room(line);
      at = append(append(at, row_->name), suffix);
      char* const before = at + 1;
      char* const end = m.texts.copy(before, series);
      labels = end != before;
      if (brace || labels) {
        *at = '{';
        at = end;
      }
      return at;
    };
    for (std::size_t i = 0; i < buckets; ++i) {
      running += cells[i];
      char* at = start("_bucket", true);
      if (labels) *at++ = ',';
      at = write_unsigned(append(at, les_[i]), running);
      *at++ = '\n';
      out.wrote(at);
    }
    char* at = start("_sum", false);
    if (labels) *at++ = '}';
    *at++ = ' ';
    at = row_->form == value_form::real
             ? write_real(at, std::bit_cast<double>(cells[buckets]))
             : write_scaled(at, cells[buckets], row_->per_unit);
    *at++ = '\n';
    out.wrote(at);
    at = start("_count", false);
    if (labels) *at++ = '}';
    *at++ = ' ';
    at = write_unsigned(at, running);
    *at++ = '\n';
    out.wrote(at);
  }
  [[nodiscard]] static char* append(char* at, std::string_view text) noexcept {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
  }

  void write_observed(chunk& out, member& m, const source& from, const reading& read,
                      const snapshot& values) {
    m.texts.resize(read.series);
    for (std::uint32_t i = 0; i < read.series; ++i) {
      const observed_value& value = values.observed(read, i);
      if (!value.reported) continue;
      if (!m.texts.has(i)) render(m, from, i);
      char* at = out.room(m.texts.longest() + most_number_bytes + 32);
      at = write_real(m.texts.copy(at, i), value.value);
      *at++ = '\n';
      out.wrote(at);
    }
  }

  void write_states(chunk& out, member& m, const source& from, const reading& read) {
    const auto states = static_cast<std::uint32_t>(row_->series);
    m.texts.resize(states);
    for (std::uint32_t i = 0; i < states; ++i) {
      if (!m.texts.has(i)) render(m, from, i);
      char* at = out.room(m.texts.longest() + most_number_bytes + 32);
      at = m.texts.copy(at, i);
      *at++ = *read.cells == i ? '1' : '0';
      *at++ = '\n';
      out.wrote(at);
    }
  }

  // Rendered anew each time: an info may be set again. True when the head was written.
  bool write_info(chunk& out, text_format format, const member& m, const source& from, bool head) {
    struct target {
      chunk& out;
      const family_text& family;
      const member& m;
      std::string_view head;
      bool any;
    } into{out, *this, m, head ? std::string_view{} : heads_[static_cast<std::size_t>(format)], false};
    const bool told = from.tell(
        from.instrument, {&into, [](void* context, std::size_t label, std::string_view text) {
          auto& t = *static_cast<target*>(context);
          if (label == 0) {
            t.out.put(t.head);
            t.out.put(t.family.row_->name);
            t.out.put("{");
            t.out.put(t.m.instance);
          }
          t.out.put(label == 0 && t.m.instance.empty() ? "" : ",");
          t.out.put(t.family.row_->labels[label].name);
          t.out.put("=\"");
          escape(text, true, [&](std::string_view piece) { t.out.put(piece); });
          t.out.put("\"");
          t.any = true;
        }});
    if (told && into.any) out.put("} 1\n");
    return head || (told && into.any);
  }

  // ---- metrics named while running ----

  // One series of one member; `text` is `name{labels}` as the table keeps it.
  struct runtime_series {
    std::string_view text;
    std::size_t member;
    std::uint32_t number;

    [[nodiscard]] std::string_view name() const noexcept { return text.substr(0, text.find('{')); }
  };
  struct runtime_order {
    std::vector<runtime_series> series;  // sorted by name, then labels
    std::size_t known = 0;
  };

  void write_runtime(chunk& out, text_format format, std::span<const source> sources,
                     const snapshot& values) {
    collect_runtime(sources, values);
    std::string_view last;
    std::string line;
    for (const runtime_series& each : runtime_.series) {
      const member& m = members_[each.member];
      const reading& read = values.of(m.source);
      const std::string_view name = each.name();
      if (name != last) {
        ((line = row_->name) += '_') += name;
        out.put(head_of(line, metric_kind::gauge, row_->help, {}, format));
        last = name;
      }
      ((line = row_->name) += '_') += name;
      std::string_view labels = each.text.substr(name.size());
      if (!m.instance.empty()) {
        (line += '{') += m.instance;
        labels = labels.empty() ? std::string_view("}") : labels.substr(1);
        if (labels != "}") line += ',';
      }
      (line += labels) += ' ';
      out.put(line);
      char* at = write_real(out.room(most_number_bytes), std::bit_cast<double>(read.cells[each.number]));
      *at++ = '\n';
      out.wrote(at);
    }
    write_refused(out, format, sources, values);
  }

  void write_refused(chunk& out, text_format format, std::span<const source> sources,
                     const snapshot& values) {
    static constexpr std::string_view reasons[] = {"bad_name", "bad_tag", "too_long", "full"};
    std::string name(row_->name);
    name += "_refused_total";
    bool head = false;
    for (const member& m : members_) {
      const reading& read = values.of(m.source);
      if (read.cells == nullptr) continue;
      if (!head) {
        out.put(head_of(name, metric_kind::counter, "Records of run-time metrics that were refused.",
                        {}, format));
        head = true;
      }
      constexpr auto count = static_cast<std::uint32_t>(std::size(reasons));
      const std::uint32_t first = sources[m.source].cells.layout.series - count;
      for (std::uint32_t i = 0; i < count; ++i) {
        std::string line = name + '{' + m.instance;
        append_label(line, m.instance.empty(), "reason", reasons[i]);
        line += "} ";
        out.put(line);
        char* at = write_unsigned(out.room(most_number_bytes), read.cells[first + i]);
        *at++ = '\n';
        out.wrote(at);
      }
    }
  }

  void collect_runtime(std::span<const source> sources, const snapshot& values) {
    std::size_t existing = 0;
    for (const member& m : members_) existing += values.of(m.source).series;
    if (existing == runtime_.known) return;
    runtime_.series.clear();
    runtime_.known = existing;
    for (std::size_t k = 0; k < members_.size(); ++k) {
      const reading& read = values.of(members_[k].source);
      const text_table* table =
          sources[members_[k].source].cells.texts->load(std::memory_order_acquire);
      for (std::uint32_t i = 0; i < read.series; ++i) {
        const text_entry& entry = table->entry(i);
        runtime_.series.push_back({{texts_of(entry), entry.sizes[0]}, k, i});
      }
    }
    std::sort(runtime_.series.begin(), runtime_.series.end(),
              [](const runtime_series& a, const runtime_series& b) {
                const auto order = a.name().compare(b.name());
                return order != 0 ? order < 0 : a.text < b.text;
              });
  }

  const family_row* row_;
  std::string heads_[2];             // by text_format
  std::vector<std::string> les_;     // of a histogram's buckets
  std::vector<member> members_;
  runtime_order runtime_;
};

}  // namespace pantograph::detail
