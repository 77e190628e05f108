# SPDX-License-Identifier: MIT
set(USER32_SOURCES
    char.cpp
    messages.cpp
    wsprintf.cpp
)
