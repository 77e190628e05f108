# SPDX-License-Identifier: MIT
# C++ exceptions as Microsoft's compiler makes them. The CRT's own sources.cmake includes this.
set(CRT_CXX_EH_SOURCES
    dlls/crt/cxx_eh/terminate.cpp
    dlls/crt/cxx_eh/thread_state.cpp
    dlls/crt/cxx_eh/unexpected.cpp)
set(CRT_CXX_EH_SOURCES64
    dlls/crt/cxx_eh/calls_x64.S
    dlls/crt/cxx_eh/catch.cpp
    dlls/crt/cxx_eh/destroy.cpp
    dlls/crt/cxx_eh/exception_support.cpp
    dlls/crt/cxx_eh/frame.cpp
    dlls/crt/cxx_eh/frame_handler.cpp
    dlls/crt/cxx_eh/throw.cpp
    dlls/crt/cxx_eh/type_info.cpp)
set(CRT_CXX_EH_SOURCES32)
# What the compilers since 2015 ask of exceptions and type information beside that.
set(CRT_CXX_STD_SOURCES
    dlls/crt/cxx_eh/std_exception.cpp
    dlls/crt/cxx_eh/std_type_info.cpp)
# vcruntime140_1.dll: the handler of the newer format.
set(CRT_CXX_EH4_SOURCES64
    dlls/crt/cxx_eh/calls_x64.S
    dlls/crt/cxx_eh/catch.cpp
    dlls/crt/cxx_eh/destroy.cpp
    dlls/crt/cxx_eh/frame4.cpp
    dlls/crt/cxx_eh/frame_handler4.cpp)
