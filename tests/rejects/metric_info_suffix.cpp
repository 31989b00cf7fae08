// SPDX-License-Identifier: Apache-2.0
// An info that does not say so in its name.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct build {
  pg::label<pg::text> version;
};

struct shop_metrics {
#ifdef REJECT
  pg::info<build> running{"What is running."};
#else
  pg::info<build> build_info{"What is running."};
#endif
};
static_assert(pg::checked<shop_metrics>());
