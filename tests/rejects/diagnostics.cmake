# SPDX-License-Identifier: Apache-2.0
#
# Holds three sets equal: the ids that a compiler may print, the pages
# docs/diagnostics/<room>-<slug>.md, and the tests tests/rejects/<room>_<slug_with_underscores>.cpp.
# A compiler may print the ids in the text of include/pantograph/checks/, and those in a
# static_assert of any other room of include/ and schemas/. Every other id there is one of a run-time
# error: it has a page, and a unit test instead of a reject test. (Exporters explain theirs in their
# own pages.)
#   cmake -DROOT=<project folder> -P diagnostics.cmake
cmake_minimum_required(VERSION 3.25)

# Self-checks that speak when a compiler does what no known compiler does: no file can provoke them.
set(cannot_be_provoked reflect/names)

set(problems "")

# Appends to the list `out` the ids that come after `before` (a regular expression) in the file.
function(ids_in file before out)
  file(READ "${file}" text)
  # Brackets and semicolons mean something in CMake's lists; comments are no diagnostics.
  string(REPLACE "[" "<" text "${text}")
  string(REPLACE "]" ">" text "${text}")
  string(REPLACE ";" "@" text "${text}")
  string(REGEX REPLACE "(^|\n)[ \t]*//[^\n]*" "\\1" text "${text}")
  string(REGEX MATCHALL "${before}<[a-z0-9]+/[a-z0-9-]+>" found "${text}")
  foreach(match IN LISTS found)
    string(REGEX MATCH "<([a-z0-9]+/[a-z0-9-]+)>$" _ "${match}")
    list(APPEND ${out} "${CMAKE_MATCH_1}")
  endforeach()
  set(${out} "${${out}}" PARENT_SCOPE)
endfunction()

set(ids "")
file(GLOB_RECURSE check_files "${ROOT}/include/pantograph/checks/*.hpp")
foreach(file IN LISTS check_files)
  ids_in("${file}" "\"[^\"\n]*" ids)
endforeach()
if(check_files AND NOT ids)
  list(APPEND problems "include/pantograph/checks/ has headers, but no text \"[room/slug] ...\" in \
them: either the checks are elsewhere or this test looks for the wrong thing")
endif()

file(GLOB_RECURSE other_files "${ROOT}/include/*.hpp" "${ROOT}/schemas/*.hpp")
list(REMOVE_ITEM other_files ${check_files})
foreach(file IN LISTS other_files)
  ids_in("${file}" "static_assert[^@]*\"" ids)
endforeach()
list(REMOVE_DUPLICATES ids)
list(REMOVE_ITEM ids ${cannot_be_provoked})
list(SORT ids)
list(LENGTH ids count)

set(run_time_ids "")
foreach(file IN LISTS other_files)
  ids_in("${file}" "\"" run_time_ids)
endforeach()
list(REMOVE_DUPLICATES run_time_ids)
list(REMOVE_ITEM run_time_ids ${ids} ${cannot_be_provoked})
list(LENGTH run_time_ids run_time_count)

file(GLOB pages RELATIVE "${ROOT}/docs/diagnostics" "${ROOT}/docs/diagnostics/*.md")
list(REMOVE_ITEM pages README.md)
file(GLOB tests RELATIVE "${ROOT}/tests/rejects" "${ROOT}/tests/rejects/*.cpp")

set(expected_pages "")
set(expected_tests "")
foreach(id IN LISTS ids run_time_ids)
  string(REPLACE "/" "-" page "${id}.md")
  string(REGEX REPLACE "[/-]" "_" test "${id}.cpp")
  list(APPEND expected_pages "${page}")
  if(NOT page IN_LIST pages)
    list(APPEND problems "[${id}] has no page: write docs/diagnostics/${page}")
  else()
    file(READ "${ROOT}/docs/diagnostics/${page}" text)
    string(FIND "${text}" "${id}" place)
    if(place EQUAL -1)
      list(APPEND problems "docs/diagnostics/${page} never names its id ${id}: who searches for \
the id must find the page")
    endif()
  endif()
  if(id IN_LIST run_time_ids)
    continue()
  endif()
  list(APPEND expected_tests "${test}")
  if(NOT test IN_LIST tests)
    list(APPEND problems "[${id}] has no reject test: write tests/rejects/${test}")
  endif()
endforeach()
foreach(page IN LISTS pages)
  if(NOT page IN_LIST expected_pages)
    list(APPEND problems "docs/diagnostics/${page} explains an id that nothing prints: \
remove it, or give it the id's name")
  endif()
endforeach()
foreach(test IN LISTS tests)
  if(NOT test IN_LIST expected_tests)
    list(APPEND problems "tests/rejects/${test} tests an id that no compiler prints: remove \
it, or give it the id's name")
  endif()
endforeach()

if(problems)
  list(JOIN problems ".\n  " text)
  message(NOTICE "  ${text}.")
  message(FATAL_ERROR "[rejects/sets] ids, pages and reject tests must be the same set: see above.")
endif()
message(STATUS "${count} ids, each with its page and its reject test; ${run_time_count} of run-time "
  "errors, each with its page")
