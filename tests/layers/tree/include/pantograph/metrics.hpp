// SPDX-License-Identifier: Apache-2.0
#include <pantograph/text/render.hpp>
#include <pantograph/base/detail/bits.hpp>
