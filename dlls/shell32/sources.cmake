# SPDX-License-Identifier: MIT
set(SHELL32_SOURCES
    command_line.cpp
    folders.cpp
)
