# SPDX-License-Identifier: MIT
set(WS2_32_SOURCES
    not_initialised.cpp
    start.cpp
)
