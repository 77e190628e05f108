# SPDX-License-Identifier: MIT
# What is generated: the services' stubs, dispatch and prototypes from ntdll-emu/services/*.spec, and the
# case, type and code page tables from Unicode's data.
file(GLOB SERVICE_SPECS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/ntdll-emu/services/*.spec)
set(SERVICES_GENERATED
  ${GENERATED}/nt_services.h ${GENERATED}/service_stubs_x64.S ${GENERATED}/service_stubs_x86.S
  ${GENERATED}/services/decl.h ${GENERATED}/services/table.cpp ${GENERATED}/services.md)
add_custom_command(
  OUTPUT ${GENERATED}/services.stamp
  BYPRODUCTS ${SERVICES_GENERATED}
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/specgen/services.py --out ${GENERATED} ${SERVICE_SPECS}
  COMMAND ${CMAKE_COMMAND} -E touch ${GENERATED}/services.stamp
  DEPENDS ${SERVICE_SPECS} ${CMAKE_SOURCE_DIR}/tools/specgen/services.py
  COMMENT "Generating the services")
add_custom_target(services_generated DEPENDS ${GENERATED}/services.stamp)

if(EXISTS ${CMAKE_SOURCE_DIR}/tools/nls_tables.py)
  add_custom_command(
    OUTPUT ${GENERATED}/nls_tables.stamp
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/nls_tables.py --out ${GENERATED}
    COMMAND ${CMAKE_COMMAND} -E touch ${GENERATED}/nls_tables.stamp
    DEPENDS ${CMAKE_SOURCE_DIR}/tools/nls_tables.py
    COMMENT "Generating case, type and code page tables")
  add_custom_target(nls_generated DEPENDS ${GENERATED}/nls_tables.stamp)
else()
  add_custom_target(nls_generated)
endif()
