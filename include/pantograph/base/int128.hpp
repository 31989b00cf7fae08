// SPDX-License-Identifier: Apache-2.0
#pragma once

// 128-bit integers: exact money and products of nanoseconds. Both supported compilers have them.

namespace pantograph::detail {
__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;
}  // namespace pantograph::detail
