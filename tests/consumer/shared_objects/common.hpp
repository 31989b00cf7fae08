// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the host and its plugins agree on: instruments that may be recorded on from either side, and
// the functions a plugin hands out. Each is compiled on its own, with a visibility of its own.

#include <cstdint>
#include <string>
#include <string_view>

#include <pantograph/metrics.hpp>

namespace shared_objects {

namespace pg = pantograph;

// Whose code records.
enum class code { host, plugin_one, plugin_two, linked };

struct by_code {
  pg::label<code> by;
};
struct by_text {
  pg::label<pg::text> who;
  pg::label<code> by;
};

// One of each kind. Nested in a schema of its own in every binary: host_of_..., plugin_one_of_...
struct instruments {
  pg::counter<by_code> calls_total{"Calls."};
  pg::counter<by_text, pg::at_most<40>> texts_total{"Calls, with text."};
  pg::counter<pg::shared> shared_total{"Calls, one cell for all."};
  pg::counter<pg::joules> energy_joules_total{"Half a joule a call."};
  pg::histogram<pg::tokens, pg::buckets(1, 10)> sizes{"Ten a call."};
  pg::up_down<> open{"Up and down."};
  pg::money_counter<> cost_usd_total{"A micro-dollar and a pico-dollar a call."};
  pg::gauge<> last{"One."};
  pg::runtime_metrics<pg::at_most<10>> custom{"Named while running."};
};

constexpr std::string_view name_of(code by) {
  constexpr std::string_view names[] = {"host", "plugin_one", "plugin_two", "linked"};
  return names[static_cast<unsigned>(by)];
}

// One call. Compiled into every binary that uses it.
inline void record(instruments& on, code by) {
  on.calls_total[{.by = by}].increment();
  on.texts_total[{.who = name_of(by), .by = by}].increment();
  on.shared_total.increment();
  on.energy_joules_total.increment(0.5);
  on.sizes.observe(10);
  on.open.increment();
  on.open.decrement();
  on.cost_usd_total.increment(pg::pico_usd{1'000'001});
  on.last.set(1);
  (void)on.custom.record(name_of(by), 7);
}

// An instrument in a header: one object, or one in each binary, as linker and loader decide.
struct everywhere_metrics {
  pg::counter<> calls_total{"Calls of anybody."};
};
inline everywhere_metrics everywhere;

// What a plugin can do. Its own instruments are a static of it.
struct plugin {
  code by;
  const char* prefix;  // of its own metrics
  void (*record_own)(unsigned times);
  void (*record_on)(instruments& on, unsigned times);  // on anybody's, by the plugin's code
  instruments& (*own)();                               // to be recorded on by others
  bool (*add_to)(pg::exposition& out);
  void (*remove_from)(pg::exposition& out);
  instruments* (*make)();  // on the heap, by the plugin's code
  void (*destroy)(instruments* made);
  void (*record_everywhere)(unsigned times);
  std::uint64_t (*everywhere_calls)();  // as the plugin scrapes them
  const void* (*everywhere_at)();
};

extern "C" const plugin* pantograph_test_plugin();
using plugin_entry = const plugin* (*)();

// What the object in this binary says.
inline std::uint64_t calls_of_everywhere() {
  pg::exposition out;
  if (!out.add(everywhere)) return 0;
  std::string text;
  auto keep = [&](std::string_view chunk) { text += chunk; };
  out.write(pg::sink_to(keep), pg::text_format::prometheus_0_0_4);
  constexpr std::string_view sample = "\neverywhere_calls_total ";
  const std::size_t at = text.find(sample);
  return at == text.npos ? 0 : std::strtoull(text.c_str() + at + sample.size(), nullptr, 10);
}

}  // namespace shared_objects
