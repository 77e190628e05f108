# SPDX-License-Identifier: MIT
set(USERENV_SOURCES
    profile.cpp
)
