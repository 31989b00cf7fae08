// SPDX-License-Identifier: Apache-2.0
// 31 labels.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

#define TEN(n)                                                                              \
  pg::label<bool> n##0, n##1, n##2, n##3, n##4, n##5, n##6, n##7, n##8, n##9
struct build {
  TEN(a);
  TEN(b);
  TEN(c);
#ifdef REJECT
  pg::label<bool> d0;
#endif
};

struct shop_metrics {
  pg::info<build> build_info{"What is running."};
};
static_assert(pg::checked<shop_metrics>());
