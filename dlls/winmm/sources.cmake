# SPDX-License-Identifier: MIT
set(WINMM_SOURCES
    time.cpp
)
