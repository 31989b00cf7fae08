// SPDX-License-Identifier: Apache-2.0
// 201 fields: one more than can be reflected. The compiler must say so before reflection breaks
// with hundreds of errors.
#include <pantograph/metrics.hpp>

namespace pg = pantograph;

#define ONE(n) pg::counter<> calls_##n##_total{"Calls answered."};
#define TEN(n)                                                                            \
  ONE(n##0) ONE(n##1) ONE(n##2) ONE(n##3) ONE(n##4) ONE(n##5) ONE(n##6) ONE(n##7) ONE(n##8) \
  ONE(n##9)
#define HUNDRED(n)                                                                        \
  TEN(n##0) TEN(n##1) TEN(n##2) TEN(n##3) TEN(n##4) TEN(n##5) TEN(n##6) TEN(n##7) TEN(n##8) \
  TEN(n##9)

struct shop_metrics {
  HUNDRED(a)
  HUNDRED(b)
#ifdef REJECT
  ONE(c)
#endif
};

shop_metrics metrics;
void serve(pg::exposition& out) { out.add(metrics); }
