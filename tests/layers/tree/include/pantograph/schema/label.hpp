// SPDX-License-Identifier: Apache-2.0
#include "../checks/names.hpp"
#include <pantograph/metrics.hpp>
// #include <pantograph/text/render.hpp> in a comment is no include
