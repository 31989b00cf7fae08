// SPDX-License-Identifier: Apache-2.0
// Too few cells for a thread.
#ifdef REJECT
#define PANTOGRAPH_CELLS 100
#else
#define PANTOGRAPH_CELLS 2000
#endif
#include <pantograph/base/config.hpp>

namespace pg = pantograph;

static_assert(pg::detail::cell_capacity != 0);
