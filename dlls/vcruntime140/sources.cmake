# SPDX-License-Identifier: MIT
# vcruntime140.dll: parts of dlls/crt, and what only this DLL has.
set(VCRUNTIME140_SOURCES
    dll_main.cpp
    ends.cpp
    dlls/crt/cxx_eh/thread_state.cpp
    dlls/crt/cxx_eh/unexpected.cpp
    dlls/crt/cxx_exception.cpp
    dlls/crt/cxx_names.cpp
    dlls/crt/cxx_rtti.cpp
    dlls/crt/cxx_type_info.cpp
    dlls/crt/memory.cpp
    dlls/crt/string_search.cpp
    ${CRT_CXX_STD_SOURCES}
)
set(VCRUNTIME140_SOURCES64
    dlls/crt/setjmp_x64.cpp
    ${CRT_CXX_EH_SOURCES64}
)
set(VCRUNTIME140_SOURCES32
    dlls/crt/cxx_throw_x86.cpp
    dlls/crt/cxx_type_info_x86.cpp
    dlls/crt/eh_x86/calls.S
    dlls/crt/eh_x86/cxx_frame_handler.cpp
    dlls/crt/eh_x86/except_handlers.cpp
    dlls/crt/setjmp_x86.cpp
)
