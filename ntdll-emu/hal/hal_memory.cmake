# SPDX-License-Identifier: MIT
set(HAL_MEMORY_SOURCES
  fault_safe_copy.cpp
  host_maps.cpp
  linux_arena.cpp
  linux_host_memory.cpp
  linux_residency.cpp
  linux_shared_memory.cpp)
