# SPDX-License-Identifier: MIT
# documented_heap.exe: what --contract=documented withholds; run with that switch only.
set(contract_program ${CMAKE_BINARY_DIR}/conformance/x86_64/contract_documented_heap.exe)
oriel_windows_objects(contract_documented_heap x86_64 ${CMAKE_CURRENT_LIST_DIR}/documented_heap.cpp)
target_include_directories(contract_documented_heap PRIVATE ${GTEST_SOURCE}/include)
oriel_windows_program(contract_documented_heap x86_64 ${contract_program}
  OBJECTS $<TARGET_OBJECTS:contract_documented_heap> $<TARGET_OBJECTS:windows_gtest_x86_64>)
add_custom_target(conformance_contract ALL DEPENDS ${contract_program})
add_test(NAME conformance.contract.documented_heap COMMAND oriel --contract=documented ${contract_program} --gtest_brief=1)
set_tests_properties(conformance.contract.documented_heap PROPERTIES TIMEOUT 300 LABELS conformance)
