// SPDX-License-Identifier: Apache-2.0
#pragma once

// One family of one schema object, without its type: its row, and how to get at its numbers. From
// here on no template knows the schema.

#include <cstddef>
#include <string_view>
#include <type_traits>

#include <pantograph/catalog/catalog.hpp>
#include <pantograph/instruments/info.hpp>
#include <pantograph/instruments/observed.hpp>

namespace pantograph::detail {

// Receives the texts of an info's labels.
struct info_sink {
  void* context;
  void (*put)(void* context, std::size_t label, std::string_view text);
};

struct source {
  const family_row* row = nullptr;
  family_cells cells{};                   // `where` is null for forms without cells
  const void* instrument = nullptr;
  bool (*ask)(const void* instrument, const observed_sink& into) = nullptr;  // callback
  bool (*tell)(const void* instrument, const info_sink& into) = nullptr;     // constant
};

template <class Instrument>
[[nodiscard]] source source_of(Instrument& of, const family_row& row) noexcept {
  of.attach();
  source out{};
  out.row = &row;
  out.instrument = &of;
  if constexpr (Instrument::form == value_form::callback) {
    out.ask = [](const void* at, const observed_sink& into) {
      return static_cast<const Instrument*>(at)->callback().run(into);
    };
  } else if constexpr (Instrument::form == value_form::constant) {
    out.tell = [](const void* at, const info_sink& into) {
      return static_cast<const Instrument*>(at)->read(
          [&](std::size_t label, std::string_view text) { into.put(into.context, label, text); });
    };
  } else {
    out.cells = of.cells();
  }
  return out;
}

}  // namespace pantograph::detail
