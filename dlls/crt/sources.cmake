# SPDX-License-Identifier: MIT
# The C library's sources: one list for msvcrt and, later, ucrtbase. Paths are relative to this folder.
set(CRT_SOURCES
    abort.cpp
    argv.cpp
    argv_wildcards.cpp
    console_io.cpp
    ctype.cpp
    cxx_exception.cpp
    cxx_names.cpp
    cxx_new.cpp
    cxx_rtti.cpp
    cxx_type_info.cpp
    directories.cpp
    environment.cpp
    errors.cpp
    file_search.cpp
    file_status.cpp
    file_times.cpp
    float_text.cpp
    floating_control.cpp
    heap.cpp
    heap_aligned.cpp
    heap_check.cpp
    integer_math.cpp
    invalid_parameter.cpp
    itoa.cpp
    locale.cpp
    locale_conventions.cpp
    locale_system.cpp
    locale_tables.cpp
    locks.cpp
    low_io_descriptor.cpp
    low_io_open.cpp
    low_io_read.cpp
    low_io_seek.cpp
    low_io_table.cpp
    low_io_unicode.cpp
    low_io_write.cpp
    math_errors.cpp
    math_functions.cpp
    math_parts.cpp
    memory.cpp
    multibyte.cpp
    multibyte_compare.cpp
    multibyte_string.cpp
    paths.cpp
    printf_float.cpp
    printf_format.cpp
    printf_locale.cpp
    printf_narrow.cpp
    printf_wide.cpp
    process_exit.cpp
    process_spawn.cpp
    processes.cpp
    scanf_format.cpp
    scanf_functions.cpp
    signal.cpp
    sort_search.cpp
    startup.cpp
    stream_block.cpp
    stream_buffer.cpp
    stream_character.cpp
    stream_open.cpp
    stream_seek.cpp
    stream_table.cpp
    stream_wide.cpp
    strerror.cpp
    string_case.cpp
    string_modify.cpp
    string_search.cpp
    string_secure.cpp
    string_token.cpp
    strtod.cpp
    strtol.cpp
    system_version.cpp
    temporary_files.cpp
    thread_data.cpp
    threads.cpp
    time_calendar.cpp
    time_clock.cpp
    time_format.cpp
    time_zone.cpp
    wctype.cpp
)
set(CRT_SOURCES64
    setjmp_x64.cpp
)
set(CRT_SOURCES32
    compiler_support_x86.cpp
    cxx_throw_x86.cpp
    cxx_type_info_x86.cpp
    eh_x86/calls.S
    eh_x86/cxx_frame_handler.cpp
    eh_x86/except_handlers.cpp
    setjmp_x86.cpp
)

# A library that implements memcpy and strlen must not have its loops turned into calls of them.
list(TRANSFORM CRT_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/ OUTPUT_VARIABLE crt_files)
list(TRANSFORM CRT_SOURCES64 PREPEND ${CMAKE_CURRENT_LIST_DIR}/ OUTPUT_VARIABLE crt_files64)
list(TRANSFORM CRT_SOURCES32 PREPEND ${CMAKE_CURRENT_LIST_DIR}/ OUTPUT_VARIABLE crt_files32)
set_source_files_properties(${crt_files} ${crt_files64} ${crt_files32} PROPERTIES COMPILE_OPTIONS "-ffreestanding;-fno-builtin")

include(${CMAKE_CURRENT_LIST_DIR}/libm/sources.cmake)
list(APPEND CRT_SOURCES ${CRT_LIBM_SOURCES})
include(${CMAKE_CURRENT_LIST_DIR}/cxx_eh/sources.cmake OPTIONAL)
list(APPEND CRT_SOURCES ${CRT_CXX_EH_SOURCES})
list(APPEND CRT_SOURCES64 ${CRT_CXX_EH_SOURCES64})
list(APPEND CRT_SOURCES32 ${CRT_CXX_EH_SOURCES32})
