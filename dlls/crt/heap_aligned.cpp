// SPDX-License-Identifier: MIT
// heap_aligned.cpp: _aligned_malloc and its kin.
//
// The block is a larger one of malloc's; the pointer-sized word below the aligned address, itself on a
// pointer boundary, remembers where that begins. So such a block must go back through _aligned_free.
// The offset names the byte that shall be aligned. Source: "_aligned_malloc", "_aligned_offset_malloc".
#include <dlls/crt/crt.h>

CRT_EXPORT size_t _msize(void* block);

using namespace oriel::crt;

static bool is_power_of_two(size_t value) { return value && (value & (value - 1)) == 0; }

/// The word below the block that holds malloc's own address.
static void** origin_of(void* block) {
    return reinterpret_cast<void**>((reinterpret_cast<uintptr_t>(block) & ~(sizeof(void*) - 1)) - sizeof(void*));
}

CRT_EXPORT void* _aligned_offset_malloc(size_t bytes, size_t alignment, size_t offset) {
    if (!is_power_of_two(alignment) || (offset != 0 && offset >= bytes)) {
        invalid_parameter();
        return nullptr;
    }
    if (alignment < sizeof(void*))
        alignment = sizeof(void*);
    // Below the block: the word, and what is missing to put `block + offset` on the boundary.
    size_t extra = alignment - 1 + 2 * sizeof(void*), total;
    if (__builtin_add_overflow(bytes, extra, &total)) {
        set_errno(e_nomem);
        return nullptr;
    }
    auto* origin = static_cast<char*>(malloc(total));
    if (!origin)
        return nullptr;
    uintptr_t lowest = reinterpret_cast<uintptr_t>(origin) + 2 * sizeof(void*) - 1;
    uintptr_t aligned = ((lowest + offset + alignment - 1) & ~uintptr_t(alignment - 1)) - offset;
    auto* block = reinterpret_cast<void*>(aligned);
    *origin_of(block) = origin;
    return block;
}

CRT_EXPORT void* _aligned_malloc(size_t bytes, size_t alignment) {
    return _aligned_offset_malloc(bytes, alignment, 0);
}

CRT_EXPORT void _aligned_free(void* block) {
    if (block)
        free(*origin_of(block));
}

CRT_EXPORT size_t _aligned_msize(void* block, size_t, size_t) {
    if (!block) {
        invalid_parameter();
        return size_t(-1);
    }
    auto* origin = static_cast<char*>(*origin_of(block));
    return _msize(origin) - size_t(static_cast<char*>(block) - origin);
}

CRT_EXPORT void* _aligned_offset_realloc(void* block, size_t bytes, size_t alignment, size_t offset) {
    if (!block)
        return _aligned_offset_malloc(bytes, alignment, offset);
    if (!bytes) {
        _aligned_free(block);
        return nullptr;
    }
    void* moved = _aligned_offset_malloc(bytes, alignment, offset);
    if (!moved)
        return nullptr;
    memcpy(moved, block, smaller(bytes, _aligned_msize(block, alignment, offset)));
    _aligned_free(block);
    return moved;
}

CRT_EXPORT void* _aligned_realloc(void* block, size_t bytes, size_t alignment) {
    return _aligned_offset_realloc(block, bytes, alignment, 0);
}
