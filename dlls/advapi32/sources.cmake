# SPDX-License-Identifier: MIT
set(ADVAPI32_SOURCES
    not_done.cpp
    random.cpp
    registry.cpp
    security.cpp
    token.cpp
)
