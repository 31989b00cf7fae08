// SPDX-License-Identifier: Apache-2.0
#pragma once

// Statics of several files that record before main and after it, on metrics of yet another file. The
// order of files is the linker's: it must not matter.

#include <cstdint>
#include <string_view>

#include <pantograph/metrics.hpp>

namespace statics {

namespace pg = pantograph;

enum class when { before_main, in_main, after_main };
struct by_when {
  pg::label<when> at;
};
struct by_file {
  pg::label<pg::text> file;
  pg::label<when> at;
};

struct statics_metrics {
  pg::counter<> events_total{"Events."};
  pg::counter<by_when> times_total{"Events by time."};
  pg::counter<by_file, pg::at_most<20>> files_total{"Events by file."};
  pg::histogram<pg::tokens, pg::buckets(1, 10)> sizes{"Sizes."};
  pg::up_down<> alive{"Recorders alive."};
  pg::gauge<> last{"Set last."};
};

// Holds metrics that statics may use to the very end: it does not destroy them.
template <class T>
union never_destroyed {
  constexpr never_destroyed() noexcept : value{} {}
  constexpr ~never_destroyed() {}
  T value;
};
extern never_destroyed<statics_metrics> lasting;

inline void record(std::string_view file, when at) {
  statics_metrics& m = lasting.value;
  m.events_total.increment();
  m.times_total[{.at = at}].increment();
  m.files_total[{.file = file, .at = at}].increment();
  m.sizes.observe(10);
  m.last.set(1);
}

// Records a thousand times when it is made and a thousand times when it is destroyed.
class recorder {
 public:
  static constexpr unsigned times = 1000;
  explicit recorder(const char* file) : file_(file) {
    lasting.value.alive.increment();
    for (unsigned i = 0; i < times; ++i) record(file_, when::before_main);
  }
  recorder(const recorder&) = delete;
  ~recorder() {
    for (unsigned i = 0; i < times; ++i) record(file_, when::after_main);
    lasting.value.alive.decrement();
  }

 private:
  const char* file_;
};

}  // namespace statics
