# SPDX-License-Identifier: MIT
# The tests: native GoogleTest programs (unit, model), libFuzzer targets, and conformance programs, which
# are Windows .exe files built for both CPUs and run by oriel.
#
#   oriel_unit_test(vad_tree SOURCES vad_tree_test.cpp LIBS oriel_mm)
find_package(GTest REQUIRED)

# A folder under tests/ lists its tests in a CMakeLists.txt; each becomes one program and one ctest entry.
function(oriel_unit_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBS;DEFINES" ${ARGN})
  if(NOT TEST_SOURCES)
    set(TEST_SOURCES ${TEST_UNPARSED_ARGUMENTS})
  endif()
  add_executable(unit_${name} ${TEST_SOURCES})
  target_link_libraries(unit_${name} PRIVATE oriel_options ${TEST_LIBS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(unit_${name} PRIVATE ${TEST_DEFINES})
  add_dependencies(unit_${name} services_generated nls_generated)
  add_test(NAME unit.${name} COMMAND unit_${name})
  set_tests_properties(unit.${name} PROPERTIES TIMEOUT 600 LABELS native)
endfunction()

function(oriel_fuzz_target name)
  cmake_parse_arguments(FUZZ "" "" "SOURCES;LIBS;DEFINES" ${ARGN})
  if(NOT ORIEL_FUZZ)
    return()
  endif()
  add_executable(fuzz_${name} ${FUZZ_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE oriel_options ${FUZZ_LIBS})
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_compile_definitions(fuzz_${name} PRIVATE ${FUZZ_DEFINES})
  add_dependencies(fuzz_${name} services_generated nls_generated)
  # A short run over the seeds and some mutations, as a test; long runs are by hand (tests/fuzz/README.md).
  # What it finds worth keeping goes into the first folder.
  set(found ${CMAKE_BINARY_DIR}/fuzz_found/${name})
  add_test(NAME fuzz.${name} COMMAND fuzz_${name} -runs=20000 -max_total_time=60 -seed=1 ${found} ${CMAKE_SOURCE_DIR}/tests/fuzz/seeds/${name})
  file(MAKE_DIRECTORY ${found} ${CMAKE_SOURCE_DIR}/tests/fuzz/seeds/${name})
  set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 300 LABELS fuzz)
endfunction()

foreach(folder unit model fuzz)
  file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/CMakeLists.txt ${CMAKE_SOURCE_DIR}/tests/${folder}/*/CMakeLists.txt
       ${CMAKE_SOURCE_DIR}/tests/${folder}/*/*/CMakeLists.txt)
  foreach(list ${lists})
    get_filename_component(dir ${list} DIRECTORY)
    file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR} ${dir})
    add_subdirectory(${dir} ${CMAKE_BINARY_DIR}/${relative})
  endforeach()
endforeach()
if(ORIEL_GUESTS)
  include(tools/cmake/conformance.cmake OPTIONAL)
endif()
if(ORIEL_GUESTS)
  add_subdirectory(${CMAKE_SOURCE_DIR}/tests/programs ${CMAKE_BINARY_DIR}/tests/programs)
  add_subdirectory(${CMAKE_SOURCE_DIR}/tests/crash ${CMAKE_BINARY_DIR}/tests/crash)
endif()
