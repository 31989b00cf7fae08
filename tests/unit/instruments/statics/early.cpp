// SPDX-License-Identifier: Apache-2.0

#include "statics.hpp"

namespace statics {

// Before and after every static that has no priority.
[[gnu::init_priority(150)]] static recorder first("early.cpp");

}  // namespace statics
