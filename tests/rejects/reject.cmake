# SPDX-License-Identifier: Apache-2.0
#
# One reject test. Both facts are looked at by themselves:
#   1. FILE compiles as it stands, so it is refused for its sin and not for a typing error;
#   2. with -DREJECT it does not compile, an error line holds [ID], and no other id is named.
# (CTest's PASS_REGULAR_EXPRESSION would not do: it ignores the exit code.)
#
#   cmake -DCOMPILER=... -DFILE=... -DID=room/slug -DINCLUDES="a;b" -DBOOST=... -P reject.cmake
# EXPECTED_VERDICT, for testing this script: the verdict that must be reached, instead of `refused`.

cmake_minimum_required(VERSION 3.25)
set(ENV{LC_ALL} C) # compilers translate "error:"
set(command "${COMPILER}" -std=c++20 -fsyntax-only -Wall -Wextra)
foreach(folder IN LISTS INCLUDES)
  list(APPEND command -I "${folder}")
endforeach()
if(BOOST)
  list(APPEND command -isystem "${BOOST}")
endif()
if(NOT EXPECTED_VERDICT)
  set(EXPECTED_VERDICT refused)
endif()

execute_process(COMMAND ${command} "${FILE}"
  RESULT_VARIABLE plain_code OUTPUT_VARIABLE plain_output ERROR_VARIABLE plain_output)
execute_process(COMMAND ${command} -DREJECT "${FILE}"
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)

# Lists and brackets do not go together in CMake, so an id is looked for as <room/slug>.
string(REPLACE "[" "<" text "${output}")
string(REPLACE "]" ">" text "${text}")
string(REPLACE ";" "," text "${text}")
string(REGEX MATCHALL "[^\n]*error: [^\n]*" error_lines "${text}")
list(LENGTH error_lines error_count)
string(REGEX MATCHALL "<[a-z0-9]+/[a-z0-9-]+>" ids "${error_lines}")
list(REMOVE_DUPLICATES ids)
set(other_ids "${ids}")
list(REMOVE_ITEM other_ids "<${ID}>")

if(NOT plain_code EQUAL 0)
  set(verdict "the positive twin does not compile")
  set(advice "Without -DREJECT the file must be right. The compiler says:\n${plain_output}")
elseif(code EQUAL 0)
  set(verdict "not refused")
  set(advice
    "With -DREJECT the file compiles: put the sin under #ifdef REJECT, or the check is gone.")
elseif(NOT "<${ID}>" IN_LIST ids)
  set(verdict "refused for another reason")
  set(advice "With -DREJECT no error line holds [${ID}]. The compiler says:\n${output}")
elseif(other_ids)
  set(verdict "refused for more than one reason")
  string(CONCAT advice "Beside [${ID}] the error lines name ${other_ids}: the first broken rule "
    "speaks, later ones stay silent. The compiler says:\n${output}")
else()
  set(verdict refused)
  set(advice "")
  message(STATUS "refused with [${ID}], ${error_count} error lines:")
  message(NOTICE "${error_lines}")
endif()

if(NOT verdict STREQUAL EXPECTED_VERDICT)
  message(NOTICE "${advice}")
  message(FATAL_ERROR
    "[rejects/verdict] ${FILE}: ${verdict}; expected was: ${EXPECTED_VERDICT}. Why is said above.")
endif()
