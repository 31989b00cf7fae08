# SPDX-License-Identifier: Apache-2.0
#
# Included by each stranger's project: the programs they build, with the warnings a careful stranger
# turns on. That the core brings Boost as system headers is part of what is tried.

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror)

add_executable(shop "${CMAKE_CURRENT_LIST_DIR}/main.cpp")
target_link_libraries(shop PRIVATE pantograph::pantograph)

if(TARGET pantograph::http)
  add_executable(endpoint "${CMAKE_CURRENT_LIST_DIR}/endpoint.cpp")
  target_link_libraries(endpoint PRIVATE pantograph::http pantograph::schemas)
elseif(NOT WITHOUT_HTTP)
  message(FATAL_ERROR "[consumer/http] there is no target pantograph::http")
endif()

# Being somebody's dependency, Pantograph must not bring its tests and examples along.
foreach(target IN ITEMS demo layers update-golden bench)
  if(TARGET ${target})
    message(FATAL_ERROR "[consumer/developer-part] the target ${target} came along")
  endif()
endforeach()
