// SPDX-License-Identifier: Apache-2.0
// Providers that are text, so that nobody knows how many there will be.
#include <pantograph/schemas/llm_client.hpp>

namespace pg = pantograph;
namespace schemas = pantograph::schemas;

enum class vendor { in_house, rented };
struct choices : schemas::llm_client_defaults {
#ifdef REJECT
  using provider = pg::text;
#else
  using provider = vendor;
#endif
};

schemas::llm_client_metrics<choices> metrics;
