# SPDX-License-Identifier: MIT
# Heap programs under the debug heap (ntdll-emu/rtl/heap/debug): what they state holds there too. Those that look at
# where blocks lie, or at the front end, are left out.
set(programs ${CMAKE_BINARY_DIR}/conformance/x86_64)
function(oriel_debug_heap_test program suffix)
  add_test(NAME conformance.${program}.${suffix} COMMAND oriel ${ARGN} ${programs}/${program}.exe --gtest_brief=1)
  set_tests_properties(conformance.${program}.${suffix} PROPERTIES TIMEOUT 300 LABELS conformance)
endfunction()

foreach(flag htc hfc hpc hvc dhc ust hpa htc+hfc+hpc)
  oriel_debug_heap_test(heap_debug_flags ${flag} --gflags=+${flag})
endforeach()
oriel_debug_heap_test(heap_debug_flags normal --page-heap=normal)
foreach(program heap_calls heap_exceptions heap_threads crt_heap)
  oriel_debug_heap_test(${program} page_heap --page-heap)
  oriel_debug_heap_test(${program} normal_page_heap --page-heap=normal)
  oriel_debug_heap_test(${program} stack_traces --gflags=+ust)
endforeach()
