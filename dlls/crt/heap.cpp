// SPDX-License-Identifier: MIT
// heap.cpp: malloc and its family, on the process heap.
//
// msvcrt's malloc has been HeapAlloc since Windows Vista; its heap there is a private one, ours is the
// process heap, which programs cannot tell apart except through _get_heap_handle. What the library adds is
// the limit (_HEAP_MAXREQ), errno = ENOMEM, and the "new handler" loop: with _set_new_mode(1) a failing
// malloc asks the handler of _set_new_handler and tries again as long as that answers non-zero.
// Source: "malloc", "_set_new_mode", "_callnewh" in Microsoft's C runtime reference.
#include <dlls/crt/heap.h>

#include <dlls/crt/win32.h>

namespace oriel::crt {

static HANDLE heap;
static int new_mode;
static NewHandler new_handler;

void open_heap() { heap = GetProcessHeap(); }
void* heap_handle() { return heap; }
NewHandler current_new_handler() { return new_handler; }

NewHandler exchange_new_handler(NewHandler handler) {
    return __atomic_exchange_n(&new_handler, handler, __ATOMIC_ACQ_REL);
}

int exchange_new_mode(int mode) { return __atomic_exchange_n(&new_mode, mode, __ATOMIC_ACQ_REL); }
int current_new_mode() { return new_mode; }

/// Out of memory: true if the program's handler made room and the allocation shall be tried again.
[[gnu::noinline]] static bool ask_for_room(size_t bytes) {
    if (bytes <= heap_largest_request && new_mode && new_handler && new_handler(bytes))
        return true;
    set_errno(e_nomem);
    return false;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT void* malloc(size_t bytes) {
    do {
        if (bytes <= heap_largest_request) [[likely]]
            if (void* block = HeapAlloc(heap, 0, bytes)) [[likely]]
                return block;
    } while (ask_for_room(bytes));
    return nullptr;
}

CRT_EXPORT void* calloc(size_t count, size_t bytes) {
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total) || total > heap_largest_request) {
        set_errno(e_nomem);
        return nullptr;
    }
    do {
        if (void* block = HeapAlloc(heap, HEAP_ZERO_MEMORY, total))
            return block;
    } while (ask_for_room(total));
    return nullptr;
}

CRT_EXPORT void free(void* block) {
    if (block)
        HeapFree(heap, 0, block);
}

/// A size of 0 frees the block and answers null ("realloc").
CRT_EXPORT void* realloc(void* block, size_t bytes) {
    if (!block)
        return malloc(bytes);
    if (!bytes) {
        free(block);
        return nullptr;
    }
    do {
        if (bytes <= heap_largest_request)
            if (void* moved = HeapReAlloc(heap, 0, block, bytes))
                return moved;
    } while (ask_for_room(bytes));
    return nullptr;
}

CRT_EXPORT void* _recalloc(void* block, size_t count, size_t bytes) {
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total)) {
        set_errno(e_nomem);
        return nullptr;
    }
    size_t before = block ? HeapSize(heap, 0, block) : 0;
    auto* moved = static_cast<char*>(realloc(block, total));
    if (moved && total > before)
        memset(moved + before, 0, total - before);
    return moved;
}

CRT_EXPORT size_t _msize(void* block) {
    if (!block) {
        invalid_parameter();
        return size_t(-1);
    }
    return HeapSize(heap, 0, block);
}

/// Grows or shrinks in place, or answers null.
CRT_EXPORT void* _expand(void* block, size_t bytes) {
    if (!block || bytes > heap_largest_request) {
        invalid_parameter(block ? e_nomem : e_inval);
        return nullptr;
    }
    if (void* same = HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, bytes))
        return same;
    // A block of the low-fragmentation heap never changes; one that is large enough will do as it is.
    constexpr size_t low_fragmentation_limit = 0x4000;
    size_t room = HeapSize(heap, 0, block);
    if (bytes <= room && room <= low_fragmentation_limit)
        return block;
    set_errno(e_nomem);
    return nullptr;
}

/// Runs the new handler: 1 if the allocation may be tried again.
CRT_EXPORT int _callnewh(size_t bytes) { return new_handler && new_handler(bytes) ? 1 : 0; }

CRT_EXPORT intptr_t _get_heap_handle() { return reinterpret_cast<intptr_t>(heap); }
