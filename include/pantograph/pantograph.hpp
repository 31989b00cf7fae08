// SPDX-License-Identifier: Apache-2.0
#pragma once

// All of the toolkit that is header-only. <pantograph/metrics.hpp> is the part that records.

#include <pantograph/metrics.hpp>
