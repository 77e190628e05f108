# SPDX-License-Identifier: MIT
# Heap programs under the debug heap (ntdll-emu/rtl/heap/debug): what they state holds there too, but for where blocks
# lie, for the front end (debug heaps have none) and for limits (a page heap grows, whatever was asked for, as NT's).
set(programs ${CMAKE_BINARY_DIR}/conformance/x86_64)
function(oriel_debug_heap_test program suffix)
  add_test(NAME conformance.${program}.${suffix} COMMAND oriel ${ARGN})
  set_tests_properties(conformance.${program}.${suffix} PROPERTIES TIMEOUT 300 LABELS conformance)
endfunction()

foreach(flag htc hfc hpc hvc dhc ust hpa htc+hfc+hpc)
  oriel_debug_heap_test(heap_debug_flags ${flag} --gflags=+${flag} ${programs}/heap_debug_flags.exe --gtest_brief=1)
endforeach()
oriel_debug_heap_test(heap_debug_flags normal --page-heap=normal ${programs}/heap_debug_flags.exe --gtest_brief=1)

set(no_front_end *front_end_is_for*)
set(no_layout ${no_front_end}:*Compacting_answers*:*In_place_a_large_block*)
foreach(kind full normal)
  oriel_debug_heap_test(heap_calls page_heap_${kind} --page-heap=${kind} ${programs}/heap_calls.exe --gtest_brief=1 --gtest_filter=-${no_layout})
  foreach(program heap_threads crt_heap)
    oriel_debug_heap_test(${program} page_heap_${kind} --page-heap=${kind} ${programs}/${program}.exe --gtest_brief=1)
  endforeach()
endforeach()
oriel_debug_heap_test(heap_calls stack_traces --gflags=+ust ${programs}/heap_calls.exe --gtest_brief=1 --gtest_filter=-${no_front_end})
# RtlProtectHeap does not know of debug heaps, nor does a debug heap of its creator's threshold for large blocks.
oriel_debug_heap_test(heap_rtl stack_traces --gflags=+ust ${programs}/heap_rtl.exe --gtest_brief=1 --gtest_filter=-*frozen*:*Large_blocks_may_begin_earlier*)
foreach(program heap_exceptions heap_threads crt_heap)
  oriel_debug_heap_test(${program} stack_traces --gflags=+ust ${programs}/${program}.exe --gtest_brief=1)
endforeach()
