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

/// The entry itself is the cursor, as HeapWalk's is: a step costs the same wherever it stands.
CRT_EXPORT int _heapwalk(HeapInfo* info) {
    if (!info)
        return invalid_parameter(), heap_bad_pointer;
    PROCESS_HEAP_ENTRY entry{};
    HANDLE heap = heap_handle();
    if (info->_pentry) {
        if (info->_useflag && !HeapValidate(heap, 0, info->_pentry))
            return heap_bad_node;
        entry.lpData = info->_pentry;
        entry.cbData = static_cast<DWORD>(info->_size);
        entry.wFlags = info->_useflag ? PROCESS_HEAP_ENTRY_BUSY : 0;
    }
    do {
        if (!HeapWalk(heap, &entry))
            return GetLastError() == ERROR_NO_MORE_ITEMS ? heap_end
                   : info->_pentry                       ? heap_bad_node
                                                         : heap_bad_begin;
    } while (entry.wFlags & (PROCESS_HEAP_REGION | PROCESS_HEAP_UNCOMMITTED_RANGE));
    info->_pentry = static_cast<int*>(entry.lpData);
    info->_size = entry.cbData;
    info->_useflag = entry.wFlags & PROCESS_HEAP_ENTRY_BUSY ? 1 : 0;
    return heap_ok;
}

CRT_EXPORT size_t _get_sbh_threshold() { return 0; }
CRT_EXPORT int _set_sbh_threshold(size_t) { return 0; }
