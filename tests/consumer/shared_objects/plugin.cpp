// SPDX-License-Identifier: Apache-2.0
//
// A plugin: PLUGIN is plugin_one, plugin_two, or linked for the library that the host links to.

#include "common.hpp"

namespace PLUGIN {
namespace {

using namespace shared_objects;

#define TEXT_OF_(word) #word
#define TEXT_OF(word) TEXT_OF_(word)

struct own_metrics {
  static constexpr std::string_view prefix = TEXT_OF(PLUGIN);
  instruments of;
};
own_metrics metrics;

constexpr plugin entry{
    .by = code::PLUGIN,
    .prefix = TEXT_OF(PLUGIN),
    .record_own =
        [](unsigned times) {
          for (unsigned i = 0; i < times; ++i) record(metrics.of, code::PLUGIN);
        },
    .record_on =
        [](instruments& on, unsigned times) {
          for (unsigned i = 0; i < times; ++i) record(on, code::PLUGIN);
        },
    .own = []() -> instruments& { return metrics.of; },
    .add_to = [](pg::exposition& out) { return out.add(metrics); },
    .remove_from = [](pg::exposition& out) { out.remove(metrics); },
    .make = [] { return new instruments; },
    .destroy = [](instruments* made) { delete made; },
    .record_everywhere =
        [](unsigned times) {
          for (unsigned i = 0; i < times; ++i) everywhere.calls_total.increment();
        },
    .everywhere_calls = [] { return calls_of_everywhere(); },
    .everywhere_at = []() -> const void* { return &everywhere; },
};

}  // namespace
}  // namespace PLUGIN

#ifdef LINKED
extern "C" [[gnu::visibility("default")]] const shared_objects::plugin* pantograph_test_linked();
extern "C" const shared_objects::plugin* pantograph_test_linked() { return &PLUGIN::entry; }
#else
extern "C" [[gnu::visibility("default")]] const shared_objects::plugin* pantograph_test_plugin();
extern "C" const shared_objects::plugin* pantograph_test_plugin() { return &PLUGIN::entry; }
#endif
