# SPDX-License-Identifier: Apache-2.0
#
# Runs a program and compares, byte by byte, what it prints with a file under version control:
#   cmake -DPROGRAM=... -DARGUMENTS="a;b" -DEXPECTED=file [-DEXIT_CODE=0] [-DUPDATE=ON] \
#     -P golden.cmake
# With UPDATE the file is written anew instead; `git diff` then shows what a reviewer will see.

cmake_minimum_required(VERSION 3.25)
if(NOT EXIT_CODE)
  set(EXIT_CODE 0)
endif()
cmake_path(GET EXPECTED FILENAME name)
string(RANDOM LENGTH 12 unique) # two runs may go on at once
set(actual "${CMAKE_CURRENT_BINARY_DIR}/${name}.${unique}.actual")
execute_process(COMMAND "${PROGRAM}" ${ARGUMENTS}
  INPUT_FILE /dev/null OUTPUT_FILE "${actual}" ERROR_VARIABLE complaints RESULT_VARIABLE code)

# Removes what was written and, given a problem, shows it and fails. What programs print goes out as
# it is: FATAL_ERROR would break its lines anew.
function(finish)
  file(REMOVE "${actual}")
  if(ARGC)
    message(NOTICE "${ARGV0}")
    message(FATAL_ERROR "${ARGV1}")
  endif()
endfunction()

if(NOT code STREQUAL EXIT_CODE)
  file(READ "${actual}" output)
  finish("${output}${complaints}"
    "[golden/exit-code] ${PROGRAM} ended with \"${code}\", expected was ${EXIT_CODE}: see above.")
elseif(UPDATE)
  file(COPY_FILE "${actual}" "${EXPECTED}" ONLY_IF_DIFFERENT)
  finish()
elseif(NOT EXISTS "${EXPECTED}")
  finish("" "[golden/missing] ${EXPECTED} is not there, so nothing can be compared. Build the \
target update-golden to write it, and read it before you commit it.")
else()
  execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${EXPECTED}" "${actual}"
    RESULT_VARIABLE different OUTPUT_QUIET ERROR_QUIET)
  if(different)
    execute_process(
      COMMAND diff -u --label "${EXPECTED}" --label "printed now" "${EXPECTED}" "${actual}"
      OUTPUT_VARIABLE difference)
    finish("${difference}" "[golden/differs] the output is not what ${EXPECTED} holds: see above. \
If the new output is right, build the target update-golden and have the difference reviewed.")
  endif()
  finish()
endif()
