# SPDX-License-Identifier: MIT
# Conformance programs: GoogleTest programs that would pass on real Windows, built as Windows .exe files.
#
# Each tests/conformance/NAME.cpp becomes build/<preset>/conformance/{x86_64,i686}/NAME.exe, linked statically, so that
# the file can be carried to Windows as it is. ctest runs both with oriel (conformance.NAME, conformance32.NAME), and checks
# the 32-bit ones' imports. A file whose name contains "_threads" also runs on the fiber carrier.
set(GTEST_SOURCE /usr/src/googletest/googletest)
if(NOT EXISTS ${GTEST_SOURCE}/src/gtest-all.cc)
  message(FATAL_ERROR "GoogleTest's sources are missing (package googletest): tools/bootstrap installs them")
endif()

# Ordinary Windows code: exceptions, the C++ library, Microsoft's extensions (__try).
function(oriel_windows_objects target arch)
  add_library(${target} OBJECT ${ARGN})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF CXX_EXTENSIONS ON)
  target_compile_options(${target} PRIVATE --target=${arch}-w64-windows-gnu ${GUEST_INCLUDES_${arch}} -nostdlibinc -O1 -fms-extensions
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-language-extension-token> -Wall -Wno-unknown-pragmas -Wno-ignored-attributes -Wno-unused-command-line-argument)
  target_compile_definitions(${target} PRIVATE _WIN32_WINNT=0x0A00 __USE_MINGW_ANSI_STDIO=0)
endfunction()

# Links with mingw-w64's own driver: it knows its start files and libraries.
function(oriel_windows_program name arch out)
  cmake_parse_arguments(PROGRAM "" "" "OBJECTS;LIBS;OPTIONS" ${ARGN})
  add_custom_command(OUTPUT ${out}
    COMMAND ${arch}-w64-mingw32-g++-posix -static -o ${out} ${PROGRAM_OBJECTS} ${PROGRAM_LIBS} ${PROGRAM_OPTIONS}
    DEPENDS ${PROGRAM_OBJECTS} COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking ${arch}/${name}.exe")
endfunction()

file(GLOB conformance_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/conformance/*.cpp)
foreach(arch ${GUEST_ARCHES})
  oriel_windows_objects(windows_gtest_${arch} ${arch} ${GTEST_SOURCE}/src/gtest-all.cc ${GTEST_SOURCE}/src/gtest_main.cc)
  target_include_directories(windows_gtest_${arch} PRIVATE ${GTEST_SOURCE} ${GTEST_SOURCE}/include)
  set(folder ${CMAKE_BINARY_DIR}/conformance/${arch})
  file(MAKE_DIRECTORY ${folder})
  foreach(source ${conformance_sources})
    get_filename_component(name ${source} NAME_WE)
    # clang makes no tables for __try on i386 (see tests/conformance/README.md).
    if(arch STREQUAL i686 AND name MATCHES "_seh")
      continue()
    endif()
    oriel_windows_objects(conformance_${name}_${arch} ${arch} ${source})
    target_include_directories(conformance_${name}_${arch} PRIVATE ${GTEST_SOURCE}/include ${CMAKE_SOURCE_DIR}/tests/conformance)
    oriel_windows_program(${name} ${arch} ${folder}/${name}.exe
      OBJECTS $<TARGET_OBJECTS:conformance_${name}_${arch}> $<TARGET_OBJECTS:windows_gtest_${arch}> LIBS -lntdll -lole32 -loleaut32 -lshell32)
    list(APPEND conformance_${arch} ${folder}/${name}.exe)
    set(test conformance.${name})
    if(arch STREQUAL i686)
      set(test conformance32.${name})
    endif()
    add_test(NAME ${test} COMMAND oriel ${folder}/${name}.exe --gtest_brief=1)
    set_tests_properties(${test} PROPERTIES TIMEOUT 300 LABELS conformance)
    if(name MATCHES "_threads|sync_")
      add_test(NAME ${test}.fibers COMMAND oriel --carrier=fibers ${folder}/${name}.exe --gtest_brief=1)
      set_tests_properties(${test}.fibers PROPERTIES TIMEOUT 300 LABELS conformance)
    endif()
  endforeach()
endforeach()
add_custom_target(conformance ALL DEPENDS ${conformance_x86_64})
add_custom_target(conformance_i686 ALL DEPENDS ${conformance_i686})
add_test(NAME conformance.imports_i686 COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/conformance/imports_i686_test.py
  $<TARGET_FILE:oriel> ${CMAKE_BINARY_DIR}/conformance)
set_tests_properties(conformance.imports_i686 PROPERTIES TIMEOUT 300 LABELS conformance)

# What starting a program costs (tests/startup/README.md); the bounds are a release build's.
set(startup_program ${CMAKE_BINARY_DIR}/conformance/x86_64/startup/hello.exe)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/conformance/x86_64/startup)
add_custom_command(OUTPUT ${startup_program}
  COMMAND x86_64-w64-mingw32-gcc -O2 -o ${startup_program} ${CMAKE_SOURCE_DIR}/tests/bench/hello.c
  DEPENDS ${CMAKE_SOURCE_DIR}/tests/bench/hello.c VERBATIM)
add_custom_target(startup_hello ALL DEPENDS ${startup_program})
if(CMAKE_BUILD_TYPE STREQUAL Release)
  add_test(NAME startup.hello COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/startup/startup_test.py $<TARGET_FILE:oriel> ${startup_program})
  set_tests_properties(startup.hello PROPERTIES TIMEOUT 300 LABELS startup)
endif()

# Exceptions of C++ and C as Microsoft's compiler makes them.
include(${CMAKE_SOURCE_DIR}/tests/conformance/msvc_eh/build.cmake)
add_custom_target(conformance_msvc ALL DEPENDS ${MSVC_EH_PROGRAMS})

# What --contract=documented withholds: not for Windows.
include(${CMAKE_SOURCE_DIR}/tests/conformance/contract/build.cmake)

# The debug heap: the same programs under gflags' flags and under page heap.
include(${CMAKE_SOURCE_DIR}/tests/conformance/debug_heap.cmake)

# What nobody knows of Windows is printed, not asserted.
include(${CMAKE_SOURCE_DIR}/tests/conformance/probes/build.cmake)
