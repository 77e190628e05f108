# SPDX-License-Identifier: MIT
set(MAP_SOURCES
    loader/map/image_layout_of.cpp
)
