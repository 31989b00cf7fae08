// SPDX-License-Identifier: Apache-2.0
#pragma once

// The only place for PANTOGRAPH_ macros. Each may be set on the command line, for the WHOLE binary
// (executable or shared object) alike; different values in one binary break the one-definition rule.

// Cells of 8 bytes that one thread may own. Only pages that are written become resident, so this is
// address space: 2^20 cells are 8 MiB a thread. An instrument that finds no room left takes the
// shared atomic path (slower, still exact). Range: 2^10 .. 2^28.
#ifndef PANTOGRAPH_CELLS
#define PANTOGRAPH_CELLS (1u << 20)
#endif

// Largest series count of one family for which no explicit limit is written (source document 004:
// "at most 100 series a family"). A schema raises it family by family, never globally by accident.
#ifndef PANTOGRAPH_SERIES_LIMIT
#define PANTOGRAPH_SERIES_LIMIT 100
#endif

namespace pantograph::detail {
inline constexpr unsigned cell_capacity = PANTOGRAPH_CELLS;
inline constexpr unsigned default_series_limit = PANTOGRAPH_SERIES_LIMIT;
static_assert(cell_capacity >= (1u << 10) && cell_capacity <= (1u << 28),
              "[config/cells] PANTOGRAPH_CELLS is out of range: it is within 2^10 .. 2^28. Compile with "
              "-DPANTOGRAPH_CELLS=1048576, or without it");
static_assert(default_series_limit >= 1 && default_series_limit <= 1'000'000,
              "[config/series-limit] PANTOGRAPH_SERIES_LIMIT is out of range: a family has 1 .. "
              "1,000,000 series. Compile with -DPANTOGRAPH_SERIES_LIMIT=100, or without it");
}  // namespace pantograph::detail
