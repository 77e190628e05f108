// SPDX-License-Identifier: MIT
// own_process.h: what exception code asks of the process it runs in (guest only).
#pragma once

#include <nt/peb.h>
#include <nt/rtl_exception.h>
#include <nt/rtl_sync.h>

extern "C" {
nt::Status NT_API NtContinue(NtContext* Context, std::uint8_t TestAlert);
nt::Status NT_API NtRaiseException(NtExceptionRecord* Record, NtContext* Context, std::uint8_t FirstChance);
nt::Status NT_API NtTerminateProcess(void* Process, nt::Status ExitStatus);
void* NT_API RtlAllocateHeap(void* Heap, std::uint32_t Flags, std::size_t Size);
std::uint32_t NT_API RtlFreeHeap(void* Heap, std::uint32_t Flags, void* Block);
}

namespace oriel::rtl {

using nt::Status;
using Record = NtExceptionRecord;
using Context = NtContext;

/// NodeMemory of the process heap. None before the heap is there.
struct ProcessHeapMemory {
    static void* allocate(std::size_t bytes) {
        void* const heap = nt::current_teb()->ProcessEnvironmentBlock->ProcessHeap;
        return heap != nullptr ? RtlAllocateHeap(heap, 0, bytes) : nullptr;
    }
    static void free(void* block) { RtlFreeHeap(nt::current_teb()->ProcessEnvironmentBlock->ProcessHeap, 0, block); }
};

/// An SRW lock, held exclusively.
class OwnLock {
public:
    void lock() { RtlAcquireSRWLockExclusive(&m_lock); }
    void unlock() { RtlReleaseSRWLockExclusive(&m_lock); }

private:
    NtSrwLock m_lock{};
};

/// A word of the calling thread's TEB, read by the segment: a program may have overwritten TEB.Self.
template<std::size_t offset>
std::uintptr_t teb_word() {
    std::uintptr_t value;
#if defined(__x86_64__)
    asm("movq %%gs:%c1, %0" : "=r"(value) : "i"(offset));
#else
    asm("movl %%fs:%c1, %0" : "=r"(value) : "i"(offset));
#endif
    return value;
}

/// Which addresses may be frames of the calling thread.
struct StackBounds {
    std::uintptr_t low;
    std::uintptr_t high;

    /// Frames lie above the stack pointer, on the same stack. The TEB knows the stack that NT made; a thread
    /// may also run on one of its own (goroutines, coroutines), of which nothing but its low end is known.
    static StackBounds above(std::uintptr_t stack_pointer) {
        using Teb = nt::TEB<nt::Native>;
        const std::uintptr_t reserved = teb_word<offsetof(Teb, DeallocationStack)>();
        const std::uintptr_t begin = reserved != 0 ? reserved : teb_word<offsetof(nt::NT_TIB<nt::Native>, StackLimit)>();
        const std::uintptr_t end = teb_word<offsetof(nt::NT_TIB<nt::Native>, StackBase)>();
        if (stack_pointer >= begin && stack_pointer < end) return {stack_pointer, end};
        return {stack_pointer, ~std::uintptr_t{0xFFFF}};
    }
    [[nodiscard]] bool contains(std::uintptr_t frame) const {
        return frame >= low && frame < high && frame % sizeof(std::uintptr_t) == 0;
    }
};

/// Raises `status`, noncontinuable, as a consequence of `cause`.
[[noreturn]] void raise_because_of(Status status, Record& cause);

} // namespace oriel::rtl
