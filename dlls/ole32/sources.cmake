# SPDX-License-Identifier: MIT
set(OLE32_SOURCES
    com.cpp
    not_done.cpp
)
