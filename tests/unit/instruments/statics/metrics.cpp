// SPDX-License-Identifier: Apache-2.0

#include "statics.hpp"

namespace statics {

constinit never_destroyed<statics_metrics> lasting;

// This file has a recorder, too.
static recorder here("metrics.cpp");

}  // namespace statics
