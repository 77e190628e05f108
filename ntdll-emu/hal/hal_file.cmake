# SPDX-License-Identifier: MIT
set(HAL_FILE_SOURCES
    ntdll-emu/hal/host_directory.cpp
    ntdll-emu/hal/host_file.cpp
    ntdll-emu/hal/host_file_metadata.cpp
    ntdll-emu/hal/host_pipe.cpp
    ntdll-emu/hal/host_terminal.cpp
)
