# SPDX-License-Identifier: MIT
# What msvcrt.dll adds to the C library, and the static libraries that it is linked with.
set(MSVCRT_SOURCES
    dll_main.cpp
)
# The conversion between doubles and text (DESIGN 12).
set(MSVCRT_LIBS mingwex)
