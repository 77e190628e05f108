# SPDX-License-Identifier: MIT
# The guest: PE DLLs for both CPUs from one source, made by the same clang with another --target.
#
#   oriel_guest_dll(kernel32 SPEC kernel32.spec SOURCES a.cpp b.cpp ENTRY DllMain IMPORTS ntdll BASE64 0x... BASE32 0x...)
#
# makes build/dlls/x86_64/kernel32.dll and build/dlls/i686/kernel32.dll, their import libraries, and a check
# of each against its spec. BY_SPEC: its sources are shared with another DLL and export nothing themselves
# (tools/specgen/dll.py). Sections are page-aligned in the file, so that they are mapped, not copied.

set(GUEST_ARCHES x86_64 i686)
set(GUEST_DLLS "" CACHE INTERNAL "names of all builtin DLLs")

foreach(arch ${GUEST_ARCHES})
  # mingw-w64's headers, and the header-only part of its C++ library; never the host's /usr/include.
  file(GLOB found /usr/lib/gcc/${arch}-w64-mingw32/*-posix/include/c++)
  if(NOT found)
    message(FATAL_ERROR "mingw-w64's g++ for ${arch} (posix) is missing: tools/bootstrap installs it")
  endif()
  list(GET found 0 cxx)
  set(GUEST_INCLUDES_${arch} "SHELL:-isystem ${cxx}" "SHELL:-isystem ${cxx}/${arch}-w64-mingw32"
    "SHELL:-isystem /usr/${arch}-w64-mingw32/include")
  get_filename_component(GUEST_GCC_LIB_${arch} ${cxx}/../.. ABSOLUTE)
endforeach()

# Optimized in every preset: guest code is also what programs spend their time in. UBSan traps in debug presets.
set(GUEST_COMPILE_OPTIONS
  -O2 -g1 -nostdlibinc -ffunction-sections -fdata-sections -fno-ident -fno-stack-protector
  -fasynchronous-unwind-tables -Wall -Wextra -Wno-unused-parameter -Wno-unknown-pragmas -Wno-ignored-attributes
  -Wno-inconsistent-dllimport -Wno-unused-command-line-argument
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti> $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>
  $<$<COMPILE_LANGUAGE:CXX>:-Werror=global-constructors> $<$<COMPILE_LANGUAGE:CXX>:-Wno-dll-attribute-on-redeclaration>)
if(ORIEL_DEBUG_CHECKS)
  # Not "enum": a program passes any number where Windows' C headers declare an enumeration.
  list(APPEND GUEST_COMPILE_OPTIONS -fsanitize=undefined -fno-sanitize=alignment,vptr,function,enum -fsanitize-trap=undefined -DORIEL_DEBUG_CHECKS)
endif()

function(oriel_guest_objects target arch)
  add_library(${target} OBJECT ${ARGN})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF CXX_EXTENSIONS ON)
  target_compile_options(${target} PRIVATE --target=${arch}-w64-windows-gnu ${GUEST_INCLUDES_${arch}} ${GUEST_COMPILE_OPTIONS})
  if(arch STREQUAL i686)
    target_compile_options(${target} PRIVATE -march=pentium4 -msse2 -mfpmath=sse -mstackrealign)
  else()
    target_compile_options(${target} PRIVATE -mcx16)
  endif()
  target_compile_definitions(${target} PRIVATE ORIEL_GUEST=1 _WIN32_WINNT=0x0A00 UNICODE_OFF=1)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  add_dependencies(${target} services_generated nls_generated)
endfunction()

function(oriel_guest_dll name)
  cmake_parse_arguments(DLL "CDECL;BY_SPEC" "SPEC;ENTRY;BASE64;BASE32" "SOURCES;SOURCES64;SOURCES32;IMPORTS;LIBS;OPTIONS" ${ARGN})
  set(GUEST_DLLS ${GUEST_DLLS} ${name} CACHE INTERNAL "")
  foreach(arch ${GUEST_ARCHES})
    if(arch STREQUAL x86_64)
      set(sources ${DLL_SOURCES} ${DLL_SOURCES64})
      set(base ${DLL_BASE64})
      set(options "")
    else()
      set(sources ${DLL_SOURCES} ${DLL_SOURCES32})
      set(base ${DLL_BASE32})
      set(options -Wl,--large-address-aware)
    endif()
    # stdcall names lose their "@N". A DLL of cdecl functions has none, but mangled C++ names, which end in "@Z".
    set(kill_at -Wl,--kill-at)
    if(DLL_CDECL)
      set(kill_at "")
    endif()
    set(by_spec "")
    if(DLL_BY_SPEC)
      set(by_spec --by-spec)
    endif()
    set(out ${CMAKE_BINARY_DIR}/dlls/${arch})
    file(MAKE_DIRECTORY ${out}/lib)
    set(exports ${GENERATED}/dlls/${arch}/${name}_exports.S)
    file(MAKE_DIRECTORY ${GENERATED}/dlls/${arch})
    add_custom_command(OUTPUT ${exports}
      COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/specgen/dll.py stubs --dll ${name} --arch ${arch} --spec ${DLL_SPEC} --out ${exports} ${by_spec}
      DEPENDS ${DLL_SPEC} ${CMAKE_SOURCE_DIR}/tools/specgen/dll.py)
    oriel_guest_objects(${name}_${arch} ${arch} ${sources} ${exports})
    target_compile_options(${name}_${arch} PRIVATE ${DLL_OPTIONS})
    if(DLL_BY_SPEC)
      target_compile_definitions(${name}_${arch} PRIVATE ORIEL_EXPORTS_BY_SPEC=1)
    endif()
    set(imports "")
    set(import_files "")
    foreach(import ${DLL_IMPORTS})
      list(APPEND imports ${out}/lib/lib${import}.a)
      list(APPEND import_files ${out}/${import}.dll)
    endforeach()
    set(libs "")
    foreach(lib ${DLL_LIBS})
      if(lib STREQUAL gcc)
        list(APPEND libs ${GUEST_GCC_LIB_${arch}}/libgcc.a)
      else()
        list(APPEND libs /usr/${arch}-w64-mingw32/lib/lib${lib}.a)
      endif()
    endforeach()
    set(services "")
    if(name STREQUAL ntdll)
      set(services --services)
    endif()
    add_custom_command(OUTPUT ${out}/${name}.dll ${out}/lib/lib${name}.a
      COMMAND ${CMAKE_CXX_COMPILER} --target=${arch}-w64-windows-gnu -fuse-ld=lld -shared -nostdlib ${options}
        ${kill_at} -Wl,--entry,${DLL_ENTRY} -Wl,--file-alignment,4096 -Wl,--image-base,${base} -Wl,--dynamicbase
        -Wl,--gc-sections -Wl,--no-insert-timestamp -Wl,--exclude-all-symbols
        -Wl,--out-implib,${out}/lib/lib${name}.a -o ${out}/${name}.dll
        $<TARGET_OBJECTS:${name}_${arch}> ${imports} ${libs} ${out}/lib/libguest_runtime.a
      COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/specgen/hints.py ${out}/${name}.dll ${import_files}
      COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/specgen/dll.py check --arch ${arch} --spec ${DLL_SPEC} ${services} ${out}/${name}.dll
      DEPENDS ${name}_${arch} $<TARGET_OBJECTS:${name}_${arch}> ${out}/lib/libguest_runtime.a ${imports} ${DLL_SPEC}
              ${CMAKE_SOURCE_DIR}/tools/specgen/hints.py
      COMMAND_EXPAND_LISTS VERBATIM
      COMMENT "Linking ${arch}/${name}.dll")
    add_custom_target(${name}_dll_${arch} DEPENDS ${out}/${name}.dll)
    add_dependencies(${name}_dll_${arch} ${name}_${arch} guest_runtime_archive_${arch})
  endforeach()
endfunction()

# What every builtin DLL needs and no library gives it under -nostdlib. An archive, so that a DLL that has its own
# memcpy (msvcrt) takes its own.
find_program(LLVM_AR NAMES llvm-ar llvm-ar-14 llvm-ar-15 llvm-ar-16 llvm-ar-17 llvm-ar-18 llvm-ar-19 REQUIRED)
include(${CMAKE_SOURCE_DIR}/dlls/guest_runtime/sources.cmake)
foreach(arch ${GUEST_ARCHES})
  set(runtime ${GUEST_RUNTIME_SOURCES})
  if(arch STREQUAL x86_64)
    list(APPEND runtime ${GUEST_RUNTIME_SOURCES64})
  else()
    list(APPEND runtime ${GUEST_RUNTIME_SOURCES32})
  endif()
  list(TRANSFORM runtime PREPEND ${CMAKE_SOURCE_DIR}/)
  oriel_guest_objects(guest_runtime_${arch} ${arch} ${runtime})
  target_compile_options(guest_runtime_${arch} PRIVATE -fno-builtin)
  set(archive ${CMAKE_BINARY_DIR}/dlls/${arch}/lib/libguest_runtime.a)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/dlls/${arch}/lib)
  add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
    COMMAND ${LLVM_AR} rcs ${archive} $<TARGET_OBJECTS:guest_runtime_${arch}>
    DEPENDS guest_runtime_${arch} $<TARGET_OBJECTS:guest_runtime_${arch}> COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(guest_runtime_archive_${arch} DEPENDS ${archive})
endforeach()

add_subdirectory(dlls)
