# SPDX-License-Identifier: MIT
set(POWRPROF_SOURCES
    power.cpp
)
