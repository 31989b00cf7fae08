# SPDX-License-Identifier: Apache-2.0
#
# Plays one stranger, NAME: configures, builds and runs a project of tests/consumer in WORK.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(build_and_run project)
  run("${CMAKE_COMMAND}" -G "${GENERATOR}"
    -S "${SOURCE}/tests/consumer/${project}" -B "${WORK}/build"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" ${ARGN})
  run("${CMAKE_COMMAND}" --build "${WORK}/build" -j 2)
  run("${WORK}/build/shop")
  if(EXISTS "${WORK}/build/endpoint")
    run("${WORK}/build/endpoint")
  endif()
endfunction()

# Installed somewhere, moved elsewhere: a package must not know where it was made.
function(install_package)
  run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/first")
  file(RENAME "${WORK}/first" "${WORK}/prefix")
  file(GLOB_RECURSE package_files "${WORK}/prefix/*.cmake")
  foreach(file IN LISTS package_files)
    file(READ "${file}" text)
    string(REPLACE "${BOOST}" "" text "${text}") # the one hint that may be stale
    foreach(folder IN ITEMS "${SOURCE}" "${BUILD}" "${WORK}")
      string(FIND "${text}" "${folder}" place)
      if(NOT place EQUAL -1)
        message(FATAL_ERROR "[consumer/path] ${file} names the folder ${folder}: an installed "
          "package has to work elsewhere. Use generator expressions or paths relative to it.")
      endif()
    endforeach()
  endforeach()
endfunction()

if(NAME STREQUAL "find_package")
  install_package()
  build_and_run(find_package "-DCMAKE_PREFIX_PATH=${WORK}/prefix")

elseif(NAME STREQUAL "find_package_without_boost")
  install_package()
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${SOURCE}/tests/consumer/find_package"
      -B "${WORK}/build" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_PREFIX_PATH=${WORK}/prefix"
      "-DPANTOGRAPH_BOOST_INCLUDE_DIR=${WORK}/nowhere"
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  string(FIND "${output}" "[setup/boost] PANTOGRAPH_BOOST_INCLUDE_DIR is" place)
  if(code EQUAL 0 OR place EQUAL -1)
    message(FATAL_ERROR "[consumer/error] without Boost, find_package must fail with [setup/boost] "
      "and a cure. It ended with ${code} and said: ${output}")
  endif()

elseif(NAME STREQUAL "add_subdirectory")
  build_and_run(add_subdirectory "-DPANTOGRAPH_SOURCE=${SOURCE}")

elseif(NAME STREQUAL "add_subdirectory_with_pfr_alone")
  # Recording needs Boost.PFR and nothing else of Boost.
  file(COPY "${BOOST}/boost/pfr.hpp" "${BOOST}/boost/pfr" DESTINATION "${WORK}/pfr/boost")
  build_and_run(add_subdirectory "-DPANTOGRAPH_SOURCE=${SOURCE}"
    "-DPANTOGRAPH_BOOST_INCLUDE_DIR=${WORK}/pfr" -DWITHOUT_HTTP=ON)

elseif(NAME STREQUAL "fetch_content")
  build_and_run(fetch_content "-DFETCHCONTENT_SOURCE_DIR_PANTOGRAPH=${SOURCE}")

else()
  message(FATAL_ERROR "no stranger is called \"${NAME}\"")
endif()
