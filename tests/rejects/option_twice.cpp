// SPDX-License-Identifier: Apache-2.0
// Two units.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::counter<pg::bytes, pg::seconds> sent_bytes_total{"Bytes sent."};
#else
  pg::counter<pg::bytes, pg::shared> sent_bytes_total{"Bytes sent."};
#endif
};
static_assert(pg::checked<shop_metrics>());
