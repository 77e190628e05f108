// SPDX-License-Identifier: MIT
// memory_block.h: memory of the process heap, for what ntdll hands out (RtlFreeUnicodeString and kin free it).
#pragma once

#include <nt/peb.h>
#include <nt/rtl_heap.h>

namespace oriel::rtl {

#if defined(_WIN32)
inline void* process_heap() { return nt::current_teb()->ProcessEnvironmentBlock->ProcessHeap; }
inline void* allocate_memory(std::size_t bytes) { return RtlAllocateHeap(process_heap(), 0, bytes); }
inline void free_memory(void* block) { RtlFreeHeap(process_heap(), 0, block); }
#else
void* allocate_memory(std::size_t bytes); // a native test gives its own
void free_memory(void* block);
#endif

/// Frees a block at the end of a scope, unless it was given away.
template<class T>
class MemoryBlock {
public:
    explicit MemoryBlock(std::size_t count) : m_block(static_cast<T*>(allocate_memory(count * sizeof(T)))) {}
    ~MemoryBlock() {
        if (m_block != nullptr) free_memory(m_block);
    }
    MemoryBlock(const MemoryBlock&) = delete;
    [[nodiscard]] T* get() const { return m_block; }
    [[nodiscard]] explicit operator bool() const { return m_block != nullptr; }
    T* give_away() {
        T* const block = m_block;
        m_block = nullptr;
        return block;
    }

private:
    T* m_block;
};

} // namespace oriel::rtl
