# SPDX-License-Identifier: MIT
# kernel32.dll's sources, and the tables that are made from Unicode's data.
set(kernel32_nls ${CMAKE_SOURCE_DIR}/dlls/kernel32/nls)
file(MAKE_DIRECTORY ${GENERATED}/kernel32)
add_custom_command(OUTPUT ${GENERATED}/kernel32/code_pages.inc
  COMMAND Python3::Interpreter ${kernel32_nls}/make_code_pages.py /usr/share/unicode/UnicodeData.txt ${GENERATED}/kernel32/code_pages.inc
  DEPENDS ${kernel32_nls}/make_code_pages.py
  COMMENT "Generating kernel32's code pages")
add_custom_command(OUTPUT ${GENERATED}/kernel32/collation.inc
  COMMAND Python3::Interpreter ${kernel32_nls}/make_collation.py /usr/share/unicode ${GENERATED}/kernel32/collation.inc
  DEPENDS ${kernel32_nls}/make_collation.py
  COMMENT "Generating kernel32's sorting weights")
set(KERNEL32_SOURCES
    appmodel.cpp
    consoleapi.cpp
    consoleapi2.cpp
    consoleapi_control.cpp
    debugapi.cpp
    errhandlingapi.cpp
    fiber_switch.S
    fibersapi.cpp
    fileapi.cpp
    fileapi_find.cpp
    fileapi_handle.cpp
    fileapi_io.cpp
    fileapi_paths.cpp
    fileapi_streams.cpp
    fileapi_volume.cpp
    handleapi.cpp
    heapapi.cpp
    interlockedapi.cpp
    ioapiset.cpp
    libloaderapi.cpp
    libloaderapi_resources.cpp
    memoryapi.cpp
    memoryapi_app.cpp
    memoryapi_hints.cpp
    memoryapi_physical.cpp
    message_arguments.cpp
    message_text.cpp
    movable_memory.cpp
    movable_realloc.cpp
    namedpipeapi.cpp
    not_done.cpp
    object_name.cpp
    processenv.cpp
    processthreadsapi.cpp
    processthreadsapi_threads.cpp
    psapi.cpp
    psapi_memory.cpp
    startup.cpp
    stringapiset.cpp
    synchapi.cpp
    synchapi_objects.cpp
    sysinfoapi.cpp
    text.cpp
    threadpoolapiset.cpp
    threadpoollegacyapiset.cpp
    timezoneapi.cpp
    tlhelp32.cpp
    tlhelp32_snapshot.cpp
    tls.cpp
    unhandled_filter.cpp
    winbase_atoms.cpp
    winbase_fibers.cpp
    winbase_files.cpp
    winbase_format_message.cpp
    winbase_memory.cpp
    winbase_misc.cpp
    winbase_profile.cpp
    winbase_strings.cpp
    winbase_xstate.cpp
    winnls.cpp
    winnls_datetime.cpp
    winnls_locale.cpp
    winnls_number.cpp
    winnls_text.cpp
    nls/code_page.cpp
    nls/collation.cpp
    nls/locale_data.cpp
    ${GENERATED}/kernel32/code_pages.inc
    ${GENERATED}/kernel32/collation.inc)
# __try is of Microsoft's C.
set_source_files_properties(${CMAKE_SOURCE_DIR}/dlls/kernel32/debugapi.cpp PROPERTIES COMPILE_OPTIONS -fms-extensions)
