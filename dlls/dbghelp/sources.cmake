# SPDX-License-Identifier: MIT
set(DBGHELP_SOURCES
    minidump.cpp
    own_process.cpp
    stack_walk.cpp
    symbols.cpp
)
