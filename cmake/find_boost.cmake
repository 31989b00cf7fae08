# SPDX-License-Identifier: Apache-2.0
#
# Sets PANTOGRAPH_BOOST_INCLUDE_DIR to a folder that holds Boost.PFR with field names (PFR >= 2.2,
# Boost >= 1.84). Used by our own build and, installed, by the package's config, so that both look
# in the same places in the same order:
#   1. PANTOGRAPH_BOOST_INCLUDE_DIR, if given (a folder with PFR alone will do for recording)
#   2. where CMake looks for headers: Boost_ROOT, CMAKE_PREFIX_PATH, the system
#   3. the folders in pantograph_private_boost: what ./bootstrap filled
# The header asked for is the one that came with field names, so an older Boost is passed over.

find_path(PANTOGRAPH_BOOST_INCLUDE_DIR boost/pfr/core_name.hpp
  HINTS ${Boost_ROOT} ${BOOST_ROOT} ENV Boost_ROOT ENV BOOST_ROOT
  PATHS ${pantograph_private_boost}
  PATH_SUFFIXES include
  DOC "Folder that holds boost/pfr/core_name.hpp: Boost >= 1.84, or Boost.PFR >= 2.2 alone.")
mark_as_advanced(PANTOGRAPH_BOOST_INCLUDE_DIR)

set(pantograph_boost_error "")
if(NOT PANTOGRAPH_BOOST_INCLUDE_DIR)
  string(CONCAT pantograph_boost_error
    "[setup/boost] no folder with boost/pfr/core_name.hpp in the system, CMAKE_PREFIX_PATH, "
    "Boost_ROOT or [${pantograph_private_boost}]: Pantograph reads field names through Boost.PFR "
    ">= 2.2, which is part of Boost >= 1.84. Run ./bootstrap in Pantograph's folder (on Debian), "
    "or give -DPANTOGRAPH_BOOST_INCLUDE_DIR=<folder that holds boost/pfr/core_name.hpp>.")
elseif(NOT EXISTS "${PANTOGRAPH_BOOST_INCLUDE_DIR}/boost/pfr/core_name.hpp")
  string(CONCAT pantograph_boost_error
    "[setup/boost] PANTOGRAPH_BOOST_INCLUDE_DIR is \"${PANTOGRAPH_BOOST_INCLUDE_DIR}\", but "
    "boost/pfr/core_name.hpp is not in it: that header comes with Boost >= 1.84 or Boost.PFR >= "
    "2.2. Give the folder above boost/, or remove the variable to have it searched.")
endif()
