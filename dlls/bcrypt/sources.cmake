# SPDX-License-Identifier: MIT
set(BCRYPT_SOURCES
    random.cpp
)
