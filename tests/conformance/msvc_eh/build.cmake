# SPDX-License-Identifier: MIT
# Programs for Microsoft's ABI, linked by lld against the builtin msvcrt, for both CPUs: C++ exceptions (msvc_eh) and
# __try (msvc_seh). Makes MSVC_EH_PROGRAMS and the tests; an exit code is the number of cases that went wrong.
set(MSVC_EH_PROGRAMS "")
foreach(arch ${GUEST_ARCHES})
  set(folder ${CMAKE_BINARY_DIR}/tests/conformance/msvc_eh/${arch})
  set(libraries ${CMAKE_BINARY_DIR}/dlls/${arch}/lib)
  file(MAKE_DIRECTORY ${folder})
  set(entry start)
  set(test conformance)
  if(arch STREQUAL i686)
    set(entry _start)
    set(test conformance32)
  endif()
  foreach(source msvc_eh.cpp msvc_seh.c)
    get_filename_component(name ${source} NAME_WE)
    set(options -O2 -ffreestanding)
    if(name STREQUAL msvc_eh)
      list(APPEND options -std=c++17 -fno-ms-compatibility -fexceptions -fcxx-exceptions -fasynchronous-unwind-tables -fno-threadsafe-statics)
    else()
      list(APPEND options -x c -fms-extensions)
    endif()
    add_custom_command(OUTPUT ${folder}/${name}.exe
      COMMAND ${CMAKE_CXX_COMPILER} --target=${arch}-pc-windows-msvc ${options} -c ${CMAKE_CURRENT_LIST_DIR}/${source} -o ${folder}/${name}.obj
      COMMAND ${CMAKE_CXX_COMPILER} --target=${arch}-w64-windows-gnu -fuse-ld=lld -nostdlib -Wl,--entry,${entry}
        -o ${folder}/${name}.exe ${folder}/${name}.obj ${libraries}/libmsvcrt.a ${libraries}/libkernel32.a ${libraries}/libguest_runtime.a
      DEPENDS ${CMAKE_CURRENT_LIST_DIR}/${source} guest_runtime_archive_${arch} msvcrt_dll_${arch} kernel32_dll_${arch}
      COMMAND_EXPAND_LISTS VERBATIM)
    list(APPEND MSVC_EH_PROGRAMS ${folder}/${name}.exe)
    add_test(NAME ${test}.${name} COMMAND oriel ${folder}/${name}.exe)
    set_tests_properties(${test}.${name} PROPERTIES TIMEOUT 300 LABELS conformance)
  endforeach()
endforeach()
