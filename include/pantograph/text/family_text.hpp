// SPDX-License-Identifier: Apache-2.0
#pragma once

// Writes one family: its head (HELP, TYPE, UNIT) and the samples of every source that belongs to it.
// Sources: exposition format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats) and
// OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec), read 2026-11.
//
// `le` is written the same in both formats ("1.0", as OpenMetrics wants it), so that a series keeps
// its identity when a Prometheus changes the format it asks for.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
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
  if constexpr (schema_is_usable<Schema>) {  // else the compiler has been stopped already
    out.reserve(catalog.families.size());
    for_each_leaf(leaves_of<Schema>{}, [&](auto path) {
      out.push_back(source_of(at_path(metrics, path), catalog.families[out.size()]));
    });
  }
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

[[nodiscard]] inline std::string escaped_help(std::string_view help, text_format format) {
  std::string normal(help.size() * 3, '\0');
  normal.resize(normalise_utf8(help, normal.data(), normal.size()));
  std::string out;
  escape(normal, format == text_format::openmetrics_1_0,
         [&](std::string_view piece) { out += piece; });
  return out;
}

[[nodiscard]] inline std::string head_of(std::string_view full_name, metric_kind kind,
                                         std::string_view help, std::string_view unit,
                                         text_format format) {
  const std::string_view name = family_name(full_name, kind, format);
  std::string out = "# HELP ";
  ((out += name) += ' ') += escaped_help(help, format);
  ((((out += "\n# TYPE ") += name) += ' ') += type_word(kind, format)) += '\n';
  if (format == text_format::openmetrics_1_0 && !unit.empty()) {
    ((((out += "# UNIT ") += name) += ' ') += unit) += '\n';
  }
  return out;
}

// ---- values ----

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

// `le="0.005"} `; i == row.bounds() is that of +Inf.
[[nodiscard]] inline std::string bucket_label(const family_row& row, std::size_t i) {
  char digits[most_number_bytes];
  char* end = digits;
  if (i == row.bounds()) {
    end = write_real(digits, std::bit_cast<double>(std::uint64_t{0x7FF0} << 48));
  } else if (i < row.integer_bounds.size()) {
    end = write_scaled(digits, static_cast<std::uint64_t>(row.integer_bounds[i]), row.per_unit);
  } else {
    end = write_real(digits, row.real_bounds[i]);
  }
  const std::string_view number(digits, static_cast<std::size_t>(end - digits));
  std::string label = "le=\"";
  label += number;
  if (number.find_first_not_of("0123456789") == number.npos) label += ".0";
  return label += "\"} ";
}

// ---- one family ----

class family_text {
 public:
  explicit family_text(const family_row& row) : row_(&row) {
    for (const text_format format : {text_format::prometheus_0_0_4, text_format::openmetrics_1_0}) {
      heads_[static_cast<std::size_t>(format)] =
          row.dynamic ? escaped_help(row.help, format)
                      : head_of(row.name, row.kind, row.help, row.unit, format);
    }
    if (row.kind == metric_kind::histogram) {
      const std::size_t buckets = row.bounds() + 1;
      parts_.resize(buckets + 3);
      for (std::size_t i = 0; i < buckets; ++i) parts_.set(i, bucket_label(row, i));
      std::size_t next = buckets;
      for (const std::string_view suffix : {"_bucket{", "_sum{", "_count{"}) {
        parts_.set(next++, std::string(row.name) += suffix);
      }
    }
  }

  [[nodiscard]] const family_row& row() const noexcept { return *row_; }
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
  void add(std::size_t source, std::string_view instance) {
    members_.push_back({source, std::string(instance), {}});
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
    series_texts texts;     // of the series that are exported
  };

  // `name{labels} `, or for a histogram only `labels,`.
  void render(member& m, const source& from, std::uint32_t series) {
    std::string text, labels;
    const bool histogram = row_->kind == metric_kind::histogram;
    if (!histogram) text = row_->name;
    append_labels(labels, from, series, m.instance);
    if (!labels.empty()) {
      if (!histogram) text += '{';
      (text += labels) += histogram ? ',' : '}';
    }
    if (!histogram) text += ' ';
    m.texts.set(series, text);
  }

  void write_cells(chunk& out, member& m, const source& from, const reading& read) {
    render_new(m, from, read);
    const std::uint32_t width = from.cells.layout.width;
    if (row_->kind == metric_kind::histogram) {
      each_exported(m, read, width, [&](std::string_view labels, const std::uint64_t* cells) {
        write_histogram(out, m.texts.longest(), labels, cells);
      });
    } else if (row_->form == value_form::integer && row_->per_unit == 1) {
      write_counts(out, m, read);
    } else {
      const std::size_t line = m.texts.longest() + most_number_bytes + 32;
      each_exported(m, read, width, [&](std::string_view text, const std::uint64_t* cells) {
        char* at = write_value(copy_over(out.room(line), text), cells, *row_);
        *at++ = '\n';
        out.wrote(at);
      });
    }
  }

  // Most lines of most scrapes: all that a line needs stays in registers.
  void write_counts(chunk& out, const member& m, const reading& read) {
    const std::size_t line = m.texts.longest() + most_number_bytes + 32;
    char* at = out.room(line);
    const char* last_start = out.end() - line;
    each_exported(m, read, 1, [&](std::string_view text, const std::uint64_t* cells)
                                  __attribute__((always_inline)) {
      if (at > last_start) [[unlikely]] {
        out.wrote(at);
        at = out.room(line);
      }
      at = write_text_and_count(at, text, *cells);
      *at++ = '\n';
    });
    out.wrote(at);
  }

  // How many series may be there: of a bounded family those that exist. The one `other` lies behind
  // the last that the family can have.
  [[nodiscard]] std::uint32_t existing(const reading& read) const noexcept {
    return row_->has_text ? read.series : static_cast<std::uint32_t>(row_->series);
  }

  // Calls `visit(text, cells)` for every series that has a text.
  template <class Visit>
  [[gnu::always_inline]] void each_exported(const member& m, const reading& read,
                                            std::size_t width, Visit&& visit) const {
    const series_texts::reader texts(m.texts);
    const std::uint64_t* const cells = read.cells;
    const std::size_t series = existing(read), other = row_->series, all = m.texts.size();
    for (std::size_t i = 0; i < series; ++i) {
      if (texts.has(i)) visit(texts.of(i), cells + i * width);
    }
    if (other < all && texts.has(other)) visit(texts.of(other), cells + other * width);
  }

  // A series gets its text when it is exported first: a bounded family's when it exists, a dense
  // family's at once, any other, and the one `other`, when it is no longer zero.
  void render_new(member& m, const source& from, const reading& read) {
    const cell_layout& layout = from.cells.layout;
    const bool first_time = m.texts.resize(layout.series);
    if (m.texts.complete()) return;
    const bool always = row_->has_text || row_->dense;
    const auto look_at = [&](std::uint32_t i, bool in_any_case) {
      if (m.texts.has(i)) return;
      if (in_any_case || !all_zero(read.cells + std::size_t{i} * layout.width, layout.width)) {
        render(m, from, i);
      }
    };
    for (std::uint32_t i = 0; i < existing(read); ++i) look_at(i, always);
    const auto other = static_cast<std::uint32_t>(row_->series);
    if (other < layout.series) look_at(other, false);
    if (first_time) m.texts.trim();
  }
  [[nodiscard]] static bool all_zero(const std::uint64_t* cells, std::uint32_t count) noexcept {
    std::uint64_t any = 0;
    for (std::uint32_t i = 0; i < count; ++i) any |= cells[i];
    return any == 0;
  }

  void write_histogram(chunk& out, std::size_t longest, std::string_view labels,
                       const std::uint64_t* cells) {
    const std::size_t buckets = row_->bounds() + 1;
    const std::size_t line = 2 * parts_.longest() + longest + 2 * most_number_bytes;
    const series_texts::reader parts(parts_);
    std::uint64_t running = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
      running += cells[i];
      char* at = copy_over(copy_over(out.room(line), parts.of(buckets)), labels);
      at = write_unsigned(copy_over(at, parts.of(i)), running);
      *at++ = '\n';
      out.wrote(at);
    }
    // `name{labels,` becomes `name{labels} `, and `name{` becomes `name `.
    const auto start = [&](std::size_t part) {
      char* at = copy_over(copy_over(out.room(line), parts.of(part)), labels);
      at[-1] = labels.empty() ? ' ' : '}';
      if (!labels.empty()) *at++ = ' ';
      return at;
    };
    char* at = start(buckets + 1);
    at = row_->form == value_form::real
             ? write_real(at, std::bit_cast<double>(cells[buckets]))
             : write_scaled(at, cells[buckets], row_->per_unit);
    *at++ = '\n';
    out.wrote(at);
    at = write_unsigned(start(buckets + 2), running);
    *at++ = '\n';
    out.wrote(at);
  }

  void write_observed(chunk& out, member& m, const source& from, const reading& read,
                      const snapshot& values) {
    m.texts.resize(read.series);
    for (std::uint32_t i = 0; i < read.series; ++i) {
      const observed_value& value = values.observed(read, i);
      if (!value.reported) continue;
      if (!m.texts.has(i)) render(m, from, i);
      char* at = out.room(m.texts.longest() + most_number_bytes + 32);
      at = write_real(copy_over(at, m.texts.of(i)), value.value);
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
      at = copy_over(at, m.texts.of(i));
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
    std::vector<std::string> renamed;    // texts of members with instance labels
    std::size_t known = 0;
  };

  void write_runtime(chunk& out, text_format format, std::span<const source> sources,
                     const snapshot& values) {
    collect_runtime(sources, values);
    std::string_view last;
    for (const runtime_series& each : runtime_.series) {
      const member& m = members_[each.member];
      const reading& read = values.of(m.source);
      const std::string_view name = each.name();
      if (name != last) {
        put_runtime_head(out, name, heads_[static_cast<std::size_t>(format)], "gauge");
        last = name;
      }
      std::string_view labels = each.text.substr(name.size());  // empty, or with its braces
      put_all(out, {row_->name, "_", name});
      if (!m.instance.empty()) {
        put_all(out, {"{", m.instance, labels.empty() ? "}" : ","});
        if (!labels.empty()) labels.remove_prefix(1);
      }
      put_all(out, {labels, " "});
      char* at = write_real(out.room(most_number_bytes), std::bit_cast<double>(read.cells[each.number]));
      *at++ = '\n';
      out.wrote(at);
    }
    write_refused(out, format, sources, values);
  }

  // Written piece by piece: a scrape allocates nothing.
  static void put_all(chunk& out, std::initializer_list<std::string_view> pieces) {
    for (const std::string_view piece : pieces) out.put(piece);
  }
  void put_runtime_head(chunk& out, std::string_view name, std::string_view help,
                        std::string_view type) const {
    put_all(out, {"# HELP ", row_->name, "_", name, " ", help, "\n# TYPE ", row_->name, "_", name,
                  " ", type, "\n"});
  }

  void write_refused(chunk& out, text_format format, std::span<const source> sources,
                     const snapshot& values) {
    static constexpr std::string_view reasons[] = {"bad_name", "bad_tag", "too_long", "full"};
    bool head = false;
    for (const member& m : members_) {
      const reading& read = values.of(m.source);
      if (read.cells == nullptr) continue;
      if (!head) {
        put_runtime_head(out, family_name("refused_total", metric_kind::counter, format),
                         "Records of run-time metrics that were refused.", "counter");
        head = true;
      }
      constexpr auto count = static_cast<std::uint32_t>(std::size(reasons));
      const std::uint32_t first = sources[m.source].cells.layout.series - count;
      for (std::uint32_t i = 0; i < count; ++i) {
        put_all(out, {row_->name, "_refused_total{", m.instance, m.instance.empty() ? "" : ",",
                      "reason=\"", reasons[i], "\"} "});
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
    runtime_.renamed.clear();
    runtime_.renamed.reserve(existing);  // so that their texts stay where they are
    runtime_.known = existing;
    for (std::size_t k = 0; k < members_.size(); ++k) {
      const reading& read = values.of(members_[k].source);
      const text_table* table =
          sources[members_[k].source].cells.texts->load(std::memory_order_acquire);
      for (std::uint32_t i = 0; i < read.series; ++i) {
        const text_entry& entry = table->entry(i);
        std::string_view text(texts_of(entry, 1), entry.sizes[0]);
        const std::string& instance = members_[k].instance;
        if (!instance.empty()) text = runtime_.renamed.emplace_back(tags_beside(text, instance));
        runtime_.series.push_back({text, k, i});
      }
    }
    // Shell sort: this runs only when a series appeared, and <algorithm> costs every user's build.
    const auto before = [](const runtime_series& a, const runtime_series& b) {
      const auto order = a.name().compare(b.name());
      return order != 0 ? order < 0 : a.text < b.text;
    };
    std::vector<runtime_series>& all = runtime_.series;
    for (std::size_t gap = all.size() / 2; gap > 0; gap /= 2) {
      for (std::size_t i = gap; i < all.size(); ++i) {
        const runtime_series moved = all[i];
        std::size_t at = i;
        for (; at >= gap && before(moved, all[at - gap]); at -= gap) all[at] = all[at - gap];
        all[at] = moved;
      }
    }
  }

  const family_row* row_;
  std::string heads_[2];             // by text_format
  series_texts parts_;               // of a histogram: `le="1.0"} ` by bucket, then its three names
  std::vector<member> members_;
  runtime_order runtime_;
};

}  // namespace pantograph::detail
