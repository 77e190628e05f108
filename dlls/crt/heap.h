// SPDX-License-Identifier: MIT
// heap.h: the part of malloc's state that C++'s operator new shares (cxx_new.cpp).
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

/// What _set_new_handler takes: answers non-zero if the allocation shall be tried again.
using NewHandler = int (*)(size_t bytes);

/// _HEAP_MAXREQ of Microsoft's <malloc.h>.
inline constexpr size_t heap_largest_request = sizeof(size_t) == 8 ? size_t(0xFFFFFFFFFFFFFFE0) : 0xFFFFFFE0;

void open_heap();
void* heap_handle();
NewHandler current_new_handler();
NewHandler exchange_new_handler(NewHandler handler);
int exchange_new_mode(int mode);
int current_new_mode();

} // namespace oriel::crt
