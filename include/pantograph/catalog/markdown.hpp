// SPDX-License-Identifier: Apache-2.0
#pragma once

// The reference page of a schema as Markdown: every metric with its type, unit, help, labels and
// their values, bounds, series and memory. For people who read dashboards and alerts without the
// source. Same schema, same bytes; lines of at most 80 columns; markdownlint has nothing to say.
//
//     std::string page = pg::markdown_of(pg::catalog_of<tool_metrics>);
//
// Help texts are shown as they read: what Markdown would take for markup is escaped.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <pantograph/base/digits.hpp>
#include <pantograph/base/escape.hpp>
#include <pantograph/base/utf8.hpp>
#include <pantograph/catalog/catalog.hpp>

namespace pantograph {

[[nodiscard]] std::string markdown_of(const schema_row& schema);

// Series that a family can have, with the one `other` and what counts refusals.
[[nodiscard]] constexpr std::size_t series_of(const family_row& row) noexcept {
  constexpr std::size_t reasons_of_refusal = 4;
  if (row.dynamic) return row.series + reasons_of_refusal;
  const bool listed = row.kind == metric_kind::info || row.kind == metric_kind::state_set;
  return row.series + (row.labels.empty() || listed ? 0 : 1);
}
[[nodiscard]] constexpr std::size_t series_of(const schema_row& schema) noexcept {
  std::size_t n = 0;
  for (const family_row& row : schema.families) n += series_of(row);
  return n;
}
// Lines that they are in the text: a histogram has one a bucket, the sum and the count.
[[nodiscard]] constexpr std::size_t samples_of(const family_row& row) noexcept {
  return series_of(row) * (row.kind == metric_kind::histogram ? row.bounds() + 3 : 1);
}
// Bytes of the cells that all threads share. A state set keeps one cell, whatever its states.
[[nodiscard]] constexpr std::size_t shared_bytes_of(const family_row& row) noexcept {
  return (row.kind == metric_kind::state_set ? 1 : series_of(row)) * row.bytes_a_series;
}
// Bytes that each thread needs which records on every series of the family.
[[nodiscard]] constexpr std::size_t thread_bytes_of(const family_row& row) noexcept {
  return row.thread_cells ? shared_bytes_of(row) : 0;
}

// ---- machinery ----

namespace detail {

// Words into lines of at most 80 columns (MD013's default). A word is never broken.
class markdown_lines {
 public:
  static constexpr std::size_t most_columns = 80;

  // The words that follow stand in a block of their own: `first` before its first line, as many
  // spaces before the others.
  void start(std::string_view first) {
    text_ += first;
    indent_ = first.size();
    column_ = first.size();
    fresh_ = true;
  }
  void word(std::string_view word) {
    if (!fresh_ && column_ + 1 + word.size() > most_columns) {
      ((text_ += '\n').append(indent_, ' '));
      column_ = indent_;
      fresh_ = true;
    }
    if (!fresh_) {
      text_ += ' ';
      ++column_;
    } else if (starts_a_block(word)) {
      text_ += '\\';
      ++column_;
    }
    text_ += word;
    column_ += word.size();
    fresh_ = false;
  }
  // Several words, parted by blanks.
  void words(std::string_view text) {
    std::size_t from = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (i != text.size() && text[i] != ' ' && text[i] != '\t' && text[i] != '\n') continue;
      if (i > from) word(text.substr(from, i - from));
      from = i + 1;
    }
  }
  void end() { text_ += '\n'; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  // A word that Markdown reads at the start of a line as a heading, a list or a quotation.
  [[nodiscard]] static bool starts_a_block(std::string_view word) {
    if (word.front() == '#' || word.front() == '=') return true;
    return word.find_first_not_of("-+") == word.npos;
  }

  std::string text_;
  std::size_t indent_ = 0, column_ = 0;
  bool fresh_ = true;
};

// A text as a code span, spelled as in a PromQL string.
[[nodiscard]] inline std::string markdown_code(std::string_view text) {
  std::string out;
  escape(text, true, [&](std::string_view piece) { out += piece; });
  const bool ticks = out.find('`') != out.npos;
  return ticks ? "`` " + out + " ``" : "`" + out + "`";
}

// A text for people, escaped so that it is shown as it reads.
[[nodiscard]] inline std::string markdown_prose(std::string_view text) {
  std::string normal(text.size() * 3, '\0');
  normal.resize(normalise_utf8(text, normal.data(), normal.size()));
  std::string out;
  const auto blank = [&](std::size_t i) {
    return i >= normal.size() || normal[i] == ' ' || normal[i] == '\n' || normal[i] == '\t';
  };
  for (std::size_t i = 0; i < normal.size(); ++i) {
    const char c = normal[i];
    const bool starts = i == 0 || blank(i - 1);
    if (starts && (normal.compare(i, 7, "http://") == 0 || normal.compare(i, 8, "https://") == 0)) {
      out += '<';  // a bare address is MD034
      for (; !blank(i); ++i) out += normal[i];
      const bool stop = out.back() == '.' || out.back() == ',';
      stop ? out.insert(out.size() - 1, 1, '>') : out.append(1, '>');
      --i;
      continue;
    }
    // An underscore within a word is no markup.
    const bool markup = c == '_' ? starts || blank(i + 1)
                                 : std::string_view("\\`*[]<>&|~").find(c) != std::string_view::npos;
    // "1." at the start of a line would be a list.
    const bool number = (c == '.' || c == ')') && i > 0 && normal[i - 1] >= '0' &&
                        normal[i - 1] <= '9' && blank(i + 1) && i + 1 < normal.size();
    if (markup || number) out += '\\';
    out += c;
  }
  return out;
}

[[nodiscard]] inline std::string_view markdown_type(const family_row& row) {
  if (row.dynamic) return "gauges, named while the program runs";
  switch (row.kind) {
    case metric_kind::counter: return "counter";
    case metric_kind::gauge: return "gauge";
    case metric_kind::histogram: return "histogram";
    case metric_kind::info: return "info";
    case metric_kind::state_set: return "state set";
  }
  return "unknown";
}

class markdown_page {
 public:
  [[nodiscard]] std::string write(const schema_row& schema) {
    heading("# ", schema.name);
    paragraph(summary_of(schema));
    if (!schema.instance.empty()) {
      lines_.end();
      paragraph(
          "Objects of this schema are told apart by these labels, which all of their series carry. "
          "The number of series is that of one object.");
      lines_.end();
      for (const label_row& each : schema.instance) label("-", each);
    }
    for (const family_row& row : schema.families) family(row);
    return lines_.take();
  }

 private:
  [[nodiscard]] static std::string number(std::uint64_t n) {
    char digits[most_number_bytes];
    return {digits, static_cast<std::size_t>(write_unsigned(digits, n) - digits)};
  }
  [[nodiscard]] static std::string counted(std::uint64_t n, std::string_view one) {
    return number(n) + ' ' + std::string(one) + (n == 1 || one == "series" ? "" : "s");
  }

  void heading(std::string_view marks, std::string_view text) {
    lines_.start(marks);
    lines_.words(text);
    lines_.end();
    lines_.end();
  }
  void paragraph(std::string_view text) {
    lines_.start("");
    lines_.words(text);
    lines_.end();
  }
  void item(std::string_view bullet, std::string_view text) {
    lines_.start(std::string(bullet) + ' ');
    lines_.words(text);
    lines_.end();
  }

  [[nodiscard]] static std::string summary_of(const schema_row& schema) {
    std::size_t samples = 0, shared = 0, in_a_thread = 0;
    for (const family_row& row : schema.families) {
      samples += samples_of(row);
      shared += shared_bytes_of(row);
      in_a_thread += thread_bytes_of(row);
    }
    return counted(schema.families.size(), "metric") + ", at most " +
           counted(series_of(schema), "series") + " with " + counted(samples, "sample") +
           ". Memory: " + counted(shared, "byte") + ", and up to " + counted(in_a_thread, "byte") +
           " in each thread that records.";
  }

  // `name`: `a`, `b`
  void label(std::string_view bullet, const label_row& of) {
    lines_.start(std::string(bullet) + ' ');
    lines_.word(markdown_code(of.name) + ':');
    if (of.values.empty()) lines_.words("any text");
    for (std::size_t i = 0; i < of.values.size(); ++i) {
      lines_.word(markdown_code(of.values[i]) + (i + 1 < of.values.size() ? "," : ""));
    }
    lines_.end();
  }

  void family(const family_row& row) {
    lines_.end();
    heading("## ", row.name);
    paragraph(markdown_prose(row.help));
    lines_.end();
    item("-", "Type: " + std::string(markdown_type(row)));
    if (!row.unit.empty()) item("-", "Unit: " + std::string(row.unit));
    item("-", "Field: " + markdown_code(row.field));
    if (!row.labels.empty()) {
      item("-", "Labels:");
      for (const label_row& each : row.labels) label("  -", each);
    }
    if (row.bounds() != 0) item("-", bounds_text(row));
    item("-", series_text(row));
    item("-", "Exported: " + std::string(exported_text(row)));
    if (row.bytes_a_series != 0) item("-", memory_text(row));
  }

  [[nodiscard]] static std::string bounds_text(const family_row& row) {
    std::string out = "Bounds: ";
    for (std::size_t i = 0; i < row.bounds(); ++i) {
      char digits[most_number_bytes];
      const char* const end =
          row.real_bounds.empty()
              ? write_scaled(digits, static_cast<std::uint64_t>(row.integer_bounds[i]), row.per_unit)
              : write_real(digits, row.real_bounds[i]);
      ((out += '`').append(digits, static_cast<std::size_t>(end - digits))) += "`, ";
    }
    return out + "`+Inf`";
  }

  [[nodiscard]] static std::string series_text(const family_row& row) {
    if (row.dynamic) {
      return "Series: at most " + number(row.series) + ", and " +
             markdown_code(std::string(row.name) + "_refused_total") + " by reason";
    }
    std::string out = "Series: ";
    if (row.has_text && row.kind != metric_kind::info) out += "at most ";
    out += number(row.series);
    if (series_of(row) > row.series) out += ", and one whose labels are all `other`";
    return out;
  }
  [[nodiscard]] static std::string_view exported_text(const family_row& row) {
    switch (row.form) {
      case value_form::callback: return "what the callback reports";
      case value_form::constant: return "once it is set";
      case value_form::state: return "always";
      default: break;
    }
    if (row.dynamic || row.has_text || !row.dense) return "each series once it is recorded";
    return row.labels.empty() ? "always, also at 0" : "always, also at 0; `other` once it is recorded";
  }

  [[nodiscard]] static std::string memory_text(const family_row& row) {
    std::string out = "Memory: " + counted(shared_bytes_of(row), "byte");
    if (row.thread_cells) out += ", and as much in each thread that records";
    return out;
  }

  markdown_lines lines_;
};

}  // namespace detail

inline std::string markdown_of(const schema_row& schema) {
  return detail::markdown_page{}.write(schema);
}

}  // namespace pantograph
