# SPDX-License-Identifier: MIT
# What ucrtbase.dll adds to the C library (dlls/crt), and the static libraries that it is linked with.
set(UCRTBASE_SOURCES
    dll_main.cpp
    exit_tables.cpp
    locale_more.cpp
    math_c99.cpp
    math_classes.cpp
    multibyte_restartable.cpp
    startup.cpp
    stdio_common.cpp
    stream_pointers.cpp
    text_more.cpp
    ${CRT_CXX_STD_SOURCES}
)
set(UCRTBASE_LIBS mingwex)
# Functions of newlib that msvcrt has no use for (dlls/crt/libm).
set(UCRTBASE_LIBM math/e_acosh math/e_atanh math/s_asinh math/s_erf common/exp2 common/log2 common/log2_data common/s_cbrt common/s_log1p)
