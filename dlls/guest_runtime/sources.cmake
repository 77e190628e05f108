# SPDX-License-Identifier: MIT
# The guest runtime: a static archive, one for each guest CPU, that every builtin DLL links.
# It must be compiled with -fno-builtin (memcpy must not be turned into a call of memcpy).
set(GUEST_RUNTIME_SOURCES
    dlls/guest_runtime/entry.cpp
    dlls/guest_runtime/library_failures.cpp
    dlls/guest_runtime/memory.cpp
    dlls/guest_runtime/strings.cpp
    dlls/guest_runtime/divide.cpp
    dlls/guest_runtime/convert_i386.cpp
    dlls/guest_runtime/support.cpp
    dlls/guest_runtime/undone.cpp
    dlls/guest_runtime/chkstk.S)
