// SPDX-License-Identifier: Apache-2.0
// A default limit that forbids every series.
#ifdef REJECT
#define PANTOGRAPH_SERIES_LIMIT 0
#else
#define PANTOGRAPH_SERIES_LIMIT 1000
#endif
#include <pantograph/base/config.hpp>

namespace pg = pantograph;

static_assert(pg::detail::default_series_limit < 2000);
