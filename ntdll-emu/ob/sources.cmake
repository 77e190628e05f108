# SPDX-License-Identifier: MIT
set(OB_SOURCES directory.cpp handle_table.cpp io_completion.cpp names.cpp namespace.cpp
  object.cpp standard_names.cpp sync_objects.cpp)
