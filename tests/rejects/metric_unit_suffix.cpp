// SPDX-License-Identifier: Apache-2.0
// A metric in bytes whose name does not say bytes.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

struct shop_metrics {
#ifdef REJECT
  pg::gauge<pg::bytes> cache_size{"Memory the cache holds."};
#else
  pg::gauge<pg::bytes> cache_size_bytes{"Memory the cache holds."};
#endif
};
static_assert(pg::checked<shop_metrics>());
