# SPDX-License-Identifier: MIT
# msvc_eh.exe: compiled for Microsoft's C++ ABI, linked by lld against the builtin msvcrt. x64 only.
# Sets MSVC_EH_PROGRAM and makes the target msvc_eh; the exit code is the number of cases that went wrong.
set(MSVC_EH_PROGRAM ${CMAKE_BINARY_DIR}/tests/conformance/msvc_eh/msvc_eh.exe)
set(msvc_eh_source ${CMAKE_CURRENT_LIST_DIR}/msvc_eh.cpp)
set(msvc_eh_imports ${CMAKE_BINARY_DIR}/dlls/x86_64/lib/libmsvcrt.a)
get_filename_component(msvc_eh_folder ${MSVC_EH_PROGRAM} DIRECTORY)
file(MAKE_DIRECTORY ${msvc_eh_folder})
add_custom_command(OUTPUT ${MSVC_EH_PROGRAM}
  COMMAND ${CMAKE_CXX_COMPILER} --target=x86_64-pc-windows-msvc -std=c++17 -O2 -ffreestanding -fno-ms-compatibility
    -fexceptions -fcxx-exceptions -fasynchronous-unwind-tables -fno-threadsafe-statics -c ${msvc_eh_source} -o ${msvc_eh_folder}/msvc_eh.obj
  COMMAND ${CMAKE_CXX_COMPILER} --target=x86_64-w64-windows-gnu -fuse-ld=lld -nostdlib -Wl,--entry,start
    -o ${MSVC_EH_PROGRAM} ${msvc_eh_folder}/msvc_eh.obj ${msvc_eh_imports} ${CMAKE_BINARY_DIR}/dlls/x86_64/lib/libguest_runtime.a
  DEPENDS ${msvc_eh_source} guest_runtime_archive_x86_64 msvcrt_dll_x86_64
  COMMAND_EXPAND_LISTS VERBATIM)
add_custom_target(msvc_eh DEPENDS ${MSVC_EH_PROGRAM})
