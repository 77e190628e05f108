# SPDX-License-Identifier: MIT
# vcruntime140_1.dll: __CxxFrameHandler4 (dlls/crt/cxx_eh).
set(VCRUNTIME140_1_SOURCES)
set(VCRUNTIME140_1_SOURCES64
    notes.cpp
    ${CRT_CXX_EH4_SOURCES64}
)
set(VCRUNTIME140_1_SOURCES32
    no_handler_x86.cpp
)
