# SPDX-License-Identifier: MIT
set(KE_SOURCES apc.cpp clock.cpp dispatcher.cpp event.cpp fiber_carrier.cpp keyed_event.cpp lock_rank.cpp mutant.cpp
  queue.cpp semaphore.cpp suspend.cpp thread.cpp thread_carrier.cpp timer.cpp wait.cpp wait_engine.cpp)
