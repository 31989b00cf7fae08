# SPDX-License-Identifier: Apache-2.0
#
# Toolchain of the presets clang, asan and tsan: the oldest clang >= 16 that is installed under a
# versioned name, because 16 is what we promise and so what must be tried. bootstrap --ci installs
# clang-16 on Debian 12 and clang-19 on Debian 13.

if(NOT PANTOGRAPH_CLANG)
  find_program(PANTOGRAPH_CLANG
    NAMES clang++-16 clang++-17 clang++-18 clang++-19 clang++-20 clang++-21 NAMES_PER_DIR)
endif()
if(NOT PANTOGRAPH_CLANG)
  message(FATAL_ERROR "[setup/clang] no clang++-16 to clang++-21 in PATH: this preset builds with "
    "clang >= 16. Run ./bootstrap --ci, or give -DPANTOGRAPH_CLANG=/where/clang++ is.")
endif()
set(CMAKE_CXX_COMPILER "${PANTOGRAPH_CLANG}")
# CMake's compiler checks read this file in projects of their own.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PANTOGRAPH_CLANG)
