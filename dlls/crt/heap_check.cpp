// SPDX-License-Identifier: MIT
// heap_check.cpp: looking at the heap and tuning it, as <malloc.h> offers.
//
// The small-block heap of old versions is gone on Windows too: its threshold reads 0 and cannot be set.
// Source: "_heapchk", "_heapwalk", "_heapmin", "_get_sbh_threshold".
#include <dlls/crt/heap.h>

#include <dlls/crt/win32.h>

using namespace oriel::crt;

namespace {
enum HeapAnswer : int { heap_empty = -1, heap_ok = -2, heap_bad_begin = -3, heap_bad_node = -4, heap_end = -5,
                        heap_bad_pointer = -6 };

/// _HEAPINFO of <malloc.h>.
struct HeapInfo {
    int* _pentry; ///< null to begin
    size_t _size;
    int _useflag; ///< 0 free, 1 used
};
} // namespace

CRT_EXPORT int _heapchk() { return HeapValidate(heap_handle(), 0, nullptr) ? heap_ok : heap_bad_node; }
CRT_EXPORT int _heapmin() {
    if (!HeapCompact(heap_handle(), 0))
        return GetLastError() == ERROR_CALL_NOT_IMPLEMENTED ? fail(e_nosys) : 0;
    return 0;
}
CRT_EXPORT int _heapset(unsigned) { return _heapchk(); }
CRT_EXPORT int _heapadd(void*, size_t) { return fail(e_nosys); }
CRT_EXPORT size_t _heapused(size_t*, size_t*) {
    set_errno(e_nosys);
    return 0;
}

CRT_EXPORT int _heapwalk(HeapInfo* info) {
    if (!info)
        return invalid_parameter(), heap_bad_pointer;
    PROCESS_HEAP_ENTRY entry{};
    HANDLE heap = heap_handle();
    if (!HeapLock(heap))
        return heap_bad_node;
    int answer = heap_end;
    bool seen = info->_pentry == nullptr;
    while (HeapWalk(heap, &entry)) {
        if (entry.wFlags & (PROCESS_HEAP_REGION | PROCESS_HEAP_UNCOMMITTED_RANGE))
            continue;
        if (seen) {
            info->_pentry = static_cast<int*>(entry.lpData);
            info->_size = entry.cbData;
            info->_useflag = entry.wFlags & PROCESS_HEAP_ENTRY_BUSY ? 1 : 0;
            answer = heap_ok;
            break;
        }
        seen = entry.lpData == info->_pentry;
    }
    HeapUnlock(heap);
    return answer;
}

CRT_EXPORT size_t _get_sbh_threshold() { return 0; }
CRT_EXPORT int _set_sbh_threshold(size_t) { return 0; }
