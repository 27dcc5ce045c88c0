# A module is a folder of src/: one static library, one namespace, one list of the folders it may include.
#
# Each folder is reachable only through a directory that holds a link to it and nothing else, so `#include "store/x.h"`
# compiles only where `store` stands in the list of the including folder.

set(PROFFER_INCLUDE_ROOT ${CMAKE_BINARY_DIR}/include)

function(proffer_target_name folder out)
  string(REPLACE "/" "_" name ${folder})
  set(${out} proffer_${name} PARENT_SCOPE)
endfunction()

# Makes `folder` (and nothing else) includable, and returns the directory to search.
function(proffer_include_dir folder out)
  set(root ${PROFFER_INCLUDE_ROOT}/${folder})
  get_filename_component(parent ${root}/root/${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${folder} ${root}/root/${folder} SYMBOLIC)
  set(${out} ${root}/root PARENT_SCOPE)
endfunction()

# proffer_use(target folder...): lets `target` include and link the folders named.
function(proffer_use target)
  foreach(folder IN LISTS ARGN)
    proffer_include_dir(${folder} dir)
    target_include_directories(${target} PRIVATE ${dir})
    proffer_target_name(${folder} lib)
    target_link_libraries(${target} PRIVATE ${lib})
  endforeach()
endfunction()

# proffer_module(folder DEPS folders... LIBS libraries... [NEEDS target])
# Where there is no such target, what stands in folder/absent/ is built instead.
function(proffer_module folder)
  cmake_parse_arguments(ARG "" "NEEDS" "DEPS;LIBS" ${ARGN})
  set(sources_in ${folder})
  if(TARGET "${ARG_NEEDS}")
    list(APPEND ARG_LIBS ${ARG_NEEDS})
  elseif(ARG_NEEDS)
    set(sources_in ${folder}/absent)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${sources_in}/*.cc)
  if(NOT sources)
    set(sources ${CMAKE_SOURCE_DIR}/cmake/header_only.cc)
  endif()
  proffer_target_name(${folder} name)
  add_library(${name} STATIC ${sources})
  proffer_include_dir(${folder} own)
  target_include_directories(${name} PRIVATE ${own})
  proffer_use(${name} ${ARG_DEPS})
  target_link_libraries(${name} PUBLIC ${ARG_LIBS})
  set_property(GLOBAL PROPERTY PROFFER_DEPS_${name} "${ARG_DEPS}")
endfunction()

# proffer_test(folder USES folders...): the tests of one folder, one executable; `support` is tests/.
function(proffer_test folder)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/*_test.cc)
  if(NOT sources)
    return()
  endif()
  string(REPLACE "/" "_" name ${folder})
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE
    PROFFER_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PROFFER_BINARY="$<TARGET_FILE:proffer>")
  proffer_use(test_${name} ${ARG_USES})
  target_link_libraries(test_${name} PRIVATE GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 900)
endfunction()

function(proffer_version target)
  target_compile_definitions(${target} PRIVATE PROFFER_VERSION="${PROJECT_VERSION}")
endfunction()
