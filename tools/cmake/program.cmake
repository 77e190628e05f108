# SPDX-License-Identifier: MIT
# The one program: static, with the builtin DLLs inside.
set(images "")
set(image_targets "")
get_property(all_dlls CACHE GUEST_DLLS PROPERTY VALUE)
foreach(arch ${GUEST_ARCHES})
  foreach(dll ${all_dlls})
    list(APPEND images ${CMAKE_BINARY_DIR}/dlls/${arch}/${dll}.dll)
    list(APPEND image_targets ${dll}_dll_${arch})
  endforeach()
endforeach()
add_custom_command(OUTPUT ${GENERATED}/builtin_images.S
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/specgen/embed.py --out ${GENERATED}/builtin_images.S ${images}
  DEPENDS ${images} ${CMAKE_SOURCE_DIR}/tools/specgen/embed.py)
set_source_files_properties(${GENERATED}/builtin_images.S PROPERTIES OBJECT_DEPENDS "${images}")
add_custom_target(builtin_dlls DEPENDS ${image_targets})

add_executable(oriel ${START_SOURCES} ${GENERATED}/builtin_images.S ${CMAKE_SOURCE_DIR}/loader/start/debugger/gdb_script.S)
set_source_files_properties(${CMAKE_SOURCE_DIR}/loader/start/debugger/gdb_script.S PROPERTIES
  COMPILE_DEFINITIONS "ORIEL_GDB_SCRIPT=\"${CMAKE_SOURCE_DIR}/tools/gdb/oriel-gdb.py\"" OBJECT_DEPENDS ${CMAKE_SOURCE_DIR}/tools/gdb/oriel-gdb.py)
add_dependencies(oriel builtin_dlls)
target_compile_definitions(oriel PRIVATE ORIEL_VERSION="${PROJECT_VERSION}")
target_link_libraries(oriel PRIVATE oriel_options oriel_services oriel_gate oriel_observe)
set_target_properties(oriel PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_link_options(oriel PRIVATE -static-pie -Wl,--gc-sections -Wl,-z,noseparate-code)
if(CMAKE_BUILD_TYPE STREQUAL Release)
  # Stripped, and relocated in the file to a fixed address above the guest's arena: start-up is what this saves.
  target_link_options(oriel PRIVATE -Wl,-s)
  target_sources(oriel PRIVATE ${CMAKE_SOURCE_DIR}/ntdll-emu/hal/fixed_base.cpp)
  add_custom_command(TARGET oriel POST_BUILD VERBATIM
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/fix_base.py $<TARGET_FILE:oriel> 0x500000000000)
  set_property(TARGET oriel APPEND PROPERTY LINK_DEPENDS ${CMAKE_SOURCE_DIR}/tools/fix_base.py)
endif()

# Every build checks that includes run downhill.
file(GLOB_RECURSE layer_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/include/*.h ${CMAKE_SOURCE_DIR}/dlls/*.h ${CMAKE_SOURCE_DIR}/dlls/*.cpp
  ${CMAKE_SOURCE_DIR}/ntdll-emu/*.h ${CMAKE_SOURCE_DIR}/ntdll-emu/*.cpp ${CMAKE_SOURCE_DIR}/loader/*.h ${CMAKE_SOURCE_DIR}/loader/*.cpp)
add_custom_command(OUTPUT ${GENERATED}/layer_check.stamp
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/layer_check.py
  COMMAND ${CMAKE_COMMAND} -E touch ${GENERATED}/layer_check.stamp
  DEPENDS ${layer_files} ${CMAKE_SOURCE_DIR}/tools/layer_check.py
  COMMENT "Checking the layers")
add_custom_target(layer_check ALL DEPENDS ${GENERATED}/layer_check.stamp)
add_dependencies(oriel layer_check)

install(TARGETS oriel RUNTIME DESTINATION bin)
