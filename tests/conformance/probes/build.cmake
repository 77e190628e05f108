# SPDX-License-Identifier: MIT
# Probe programs: built like the conformance programs, for a person to run on Windows; ctest only sees that they run.
foreach(arch ${GUEST_ARCHES})
  set(heap_probe_${arch}_exe ${CMAKE_BINARY_DIR}/conformance/${arch}/heap_probe.exe)
  oriel_windows_objects(heap_probe_${arch} ${arch} ${CMAKE_CURRENT_LIST_DIR}/heap_probe.cpp)
  oriel_windows_program(heap_probe ${arch} ${heap_probe_${arch}_exe} OBJECTS $<TARGET_OBJECTS:heap_probe_${arch}>)
endforeach()
add_custom_target(conformance_probes ALL DEPENDS ${heap_probe_x86_64_exe} ${heap_probe_i686_exe})
add_test(NAME conformance.probes.heap COMMAND oriel ${heap_probe_x86_64_exe})
set_tests_properties(conformance.probes.heap PROPERTIES TIMEOUT 300 LABELS conformance)
