# SPDX-License-Identifier: MIT
set(WS2_32_SOURCES
    address_text.cpp
    no_sockets.cpp
    start.cpp
)
