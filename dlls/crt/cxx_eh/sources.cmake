# SPDX-License-Identifier: MIT
# C++ exceptions as Microsoft's compiler makes them. The CRT's own sources.cmake includes this.
set(CRT_CXX_EH_SOURCES
    dlls/crt/cxx_eh/terminate.cpp)
set(CRT_CXX_EH_SOURCES64
    dlls/crt/cxx_eh/calls_x64.S
    dlls/crt/cxx_eh/catch.cpp
    dlls/crt/cxx_eh/frame.cpp
    dlls/crt/cxx_eh/frame_handler.cpp
    dlls/crt/cxx_eh/throw.cpp
    dlls/crt/cxx_eh/type_info.cpp)
set(CRT_CXX_EH_SOURCES32)
