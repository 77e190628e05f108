# SPDX-License-Identifier: MIT
set(BCRYPTPRIMITIVES_SOURCES
    random.cpp
)
