# SPDX-License-Identifier: MIT
set(OLEAUT32_SOURCES
    bstr.cpp
    variant.cpp
)
