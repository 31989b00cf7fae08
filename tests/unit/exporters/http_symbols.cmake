# SPDX-License-Identifier: Apache-2.0
#
# cmake -DNM=<nm> -DARCHIVE=<file> -P http_symbols.cmake
execute_process(COMMAND "${NM}" "${ARCHIVE}" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
# In a mangled name a namespace stands behind its length. The renamed one must be there, or this
# test looks at the wrong file.
if(NOT symbols MATCHES "16pantograph_boost")
  message(FATAL_ERROR "${ARCHIVE} has no symbol of namespace pantograph_boost: it is not the HTTP "
    "library, or private_boost.hpp no longer renames.")
endif()
if(symbols MATCHES "[^\n]*5boost[^\n]*")
  message(FATAL_ERROR "${ARCHIVE} has a symbol of namespace boost: every Boost header must come "
    "after private_boost.hpp. The first is\n${CMAKE_MATCH_0}")
endif()
