# SPDX-License-Identifier: MIT
set(OBSERVE_SOURCES figures.cpp heap_records.cpp html.cpp json.cpp json_model.cpp message.cpp packed_blocks.cpp page.S
  text_heap.cpp text_memory.cpp words.cpp)
set_source_files_properties(${CMAKE_SOURCE_DIR}/loader/observe/page.S PROPERTIES OBJECT_DEPENDS
  "${CMAKE_SOURCE_DIR}/loader/observe/page/page.html;${CMAKE_SOURCE_DIR}/loader/observe/page/page.css;${CMAKE_SOURCE_DIR}/loader/observe/page/page.js")
