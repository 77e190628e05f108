# SPDX-License-Identifier: MIT
# Heap programs under the debug heap (ntdll-emu/rtl/heap/debug): what they state holds there too. Those that look at
# where blocks lie, or at the front end, are left out.
set(programs ${CMAKE_BINARY_DIR}/conformance/x86_64)
function(oriel_debug_heap_test program suffix filter)
  add_test(NAME conformance.${program}.${suffix} COMMAND oriel ${ARGN} ${programs}/${program}.exe --gtest_brief=1 ${filter})
  set_tests_properties(conformance.${program}.${suffix} PROPERTIES TIMEOUT 300 LABELS conformance)
endfunction()

foreach(flag htc hfc hpc hvc dhc ust hpa htc+hfc+hpc)
  oriel_debug_heap_test(heap_debug_flags ${flag} "" --gflags=+${flag})
endforeach()
oriel_debug_heap_test(heap_debug_flags normal "" --page-heap=normal)
# What a fixed heap refuses, and what the front end answers, is not so here: every block has pages of its own.
set(not_of_heap_calls HeapCalls.In_place_a_large_block_*:HeapCalls.Compacting_*:HeapCalls.The_front_end_*)
set(not_of_heap_exceptions HeapExceptions.*_raise:HeapExceptions.*_raises_*:HeapExceptions.The_record_*)
foreach(program heap_calls heap_exceptions heap_threads crt_heap)
  set(without "")
  if(not_of_${program})
    set(without --gtest_filter=-${not_of_${program}})
  endif()
  oriel_debug_heap_test(${program} page_heap "${without}" --page-heap)
  oriel_debug_heap_test(${program} normal_page_heap "${without}" --page-heap=normal)
  oriel_debug_heap_test(${program} stack_traces "${without}" --gflags=+ust)
endforeach()
