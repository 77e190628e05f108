# SPDX-License-Identifier: MIT
# ntdll's exports, one file a subject; what they do lies in ntdll-emu/rtl.
file(GLOB NTDLL_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
