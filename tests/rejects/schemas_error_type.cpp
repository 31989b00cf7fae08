// SPDX-License-Identifier: Apache-2.0
// An enum of errors that knows no success.
#include <pantograph/schemas/llm_client.hpp>

namespace schemas = pantograph::schemas;

#ifdef REJECT
enum class failure { none, timeout };
#else
enum class failure { success, error };
#endif
struct choices : schemas::llm_client_defaults {
  using error_type = failure;
};

schemas::llm_client_metrics<choices> metrics;
