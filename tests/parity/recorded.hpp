// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a program recorded, as it remembers it itself: every sample that a reader of its /metrics
// must find, with the value as decimal text, and every family with its type. Nothing here asks the
// library what it holds. Written as one JSON object a line, for the referees' scripts.

#include <pantograph/metrics.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parity {

using label_list = std::vector<std::pair<std::string, std::string>>;

// Labels of one series and one more.
inline label_list with(label_list labels, std::string name, std::string value) {
  labels.emplace_back(std::move(name), std::move(value));
  return labels;
}

inline std::string json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned char>(c));
      out += code;
    } else {
      out += c;
    }
  }
  return out += '"';
}

class recorded {
 public:
  void sample(const std::string& name, const label_list& labels, std::string_view value) {
    std::string line = "{\"name\": " + json(name) + ", \"labels\": {";
    bool first = true;
    for (const auto& [key, text] : labels) {
      if (!std::exchange(first, false)) line += ", ";
      ((line += json(key)) += ": ") += json(text);
    }
    samples_.push_back(line + "}, \"value\": " + json(value) + "}");
    names_.push_back(name);
  }
  void sample(const std::string& name, const label_list& labels, long long value) {
    sample(name, labels, std::to_string(value));
  }

  // A histogram with these bounds (without +Inf), as `le` shows them, that observed these values.
  // The sum is given, because adding decimals in binary would not be exact.
  void histogram(const std::string& name, const label_list& labels,
                 const std::vector<const char*>& bounds, const std::vector<double>& observed,
                 std::string_view sum) {
    for (const char* bound : bounds) {
      long long below = 0;
      for (const double value : observed) below += value <= std::strtod(bound, nullptr);
      sample(name + "_bucket", with(labels, "le", bound), below);
    }
    const auto all = static_cast<long long>(observed.size());
    sample(name + "_bucket", with(labels, "le", "+Inf"), all);
    sample(name + "_sum", labels, sum);
    sample(name + "_count", labels, all);
  }

  void family(std::string_view name, std::string_view kind, std::string_view unit,
              std::string_view help) {
    families_.push_back("{\"name\": " + json(name) + ", \"kind\": " + json(kind) +
                        ", \"unit\": " + json(unit) + ", \"help\": " + json(help) + "}");
  }

  // The families that the schema declares. Those named while running are told by `family`. Exits
  // when one of them was never recorded: a referee that sees an empty family proves nothing.
  template <class Schema>
  void families_of(const std::vector<std::string_view>& empty_on_purpose = {}) {
    for (const pantograph::family_row& row : pantograph::catalog_of<Schema>.families) {
      if (row.dynamic) continue;
      static constexpr const char* kinds[] = {"counter", "gauge", "histogram", "info", "state_set"};
      family(row.name, kinds[static_cast<std::size_t>(row.kind)], row.unit, row.help);
      const std::string wanted =
          std::string(row.name) + (row.kind == pantograph::metric_kind::histogram ? "_count" : "");
      bool found = false;
      for (const std::string& name : names_) found = found || name == wanted;
      for (const std::string_view name : empty_on_purpose) found = found || name == row.name;
      if (!found) {
        std::fprintf(
            stderr,
            "[parity/unrecorded] no sample of %s was recorded: every family of a schema is "
            "shown to the referees. Record it in the populate_... function of its schema.\n",
            wanted.c_str());
        std::exit(1);
      }
    }
  }

  bool write(const std::string& folder) const {
    return write_lines(folder + "/samples.jsonl", samples_) &&
           write_lines(folder + "/families.jsonl", families_);
  }

 private:
  static bool write_lines(const std::string& path, const std::vector<std::string>& lines) {
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return false;
    for (const std::string& line : lines) std::fprintf(file, "%s\n", line.c_str());
    return std::fclose(file) == 0;
  }

  std::vector<std::string> samples_, families_, names_;
};

}  // namespace parity
