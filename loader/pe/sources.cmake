# SPDX-License-Identifier: MIT
set(PE_SOURCES
    loader/pe/classify.cpp
    loader/pe/coff_symbols.cpp
    loader/pe/describe.cpp
    loader/pe/directories.cpp
    loader/pe/error.cpp
    loader/pe/exports.cpp
    loader/pe/headers.cpp
    loader/pe/image.cpp
    loader/pe/imports.cpp
    loader/pe/resources.cpp
)
