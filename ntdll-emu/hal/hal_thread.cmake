# SPDX-License-Identifier: MIT
set(HAL_THREAD_SOURCES clock.cpp futex.cpp host_alarm.cpp host_stack.cpp host_thread.cpp)
