// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which names an exposition already serves, so that two schemas with one prefix cannot export the
// same family, or x_total and x. Within one schema the compiler has checked; across schemas only
// running code knows.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <pantograph/checks/clashes.hpp>
#include <pantograph/schema/rows.hpp>

namespace pantograph::detail {

class name_register {
 public:
  // Empty when the row may be added with these instance labels, else what stands against it.
  [[nodiscard]] std::string clash_of(const family_row& row, std::string_view labels) const {
    const checks::taken_names names = checks::taken_by(row);
    for (const entry& each : entries_) {
      if (each.row != &row && checks::clash_between(*each.row, each.names, row, names)) {
        return "[exposition/name-clash] " + std::string(row.name) + " clashes with " +
               std::string(each.row->name) +
               " of another schema: a family, and the names of its samples, have one owner. Give one "
               "of the two schemas another prefix: specialise pantograph::prefix_of";
      }
      if (each.row == &row && each.labels == labels) {
        return "[exposition/instance-clash] " + std::string(row.name) +
               (labels.empty() ? "" : "{" + std::string(labels) + "}") +
               " is already exported by another object of its schema: series are unique. Declare "
               "`using instance = ...` in the schema and add each object with labels of its own";
      }
    }
    return {};
  }

  void take(const family_row& row, std::string_view labels, const void* instrument) {
    entries_.push_back(
        {&row, checks::taken_by(row), std::string(labels), static_cast<const char*>(instrument)});
  }
  // Forgets the instruments within [first, last).
  void drop(const char* first, const char* last) {
    std::erase_if(entries_, [&](const entry& e) {
      return e.instrument >= first && e.instrument < last;
    });
  }

 private:
  struct entry {
    const family_row* row;
    checks::taken_names names;
    std::string labels;
    const char* instrument;
  };
  std::vector<entry> entries_;
};

}  // namespace pantograph::detail
