// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/own_process.h>

#include <ntdll-emu/rtl/ldr/memory.h>
#include <ntdll-emu/rtl/ldr/names.h>

namespace oriel::rtl::ldr {

constinit NtCriticalSection loader_lock = [] {
    NtCriticalSection section{};
    section.DebugInfo.value = ~nt::uptr<Native>{0};
    section.LockCount = -1;
    return section;
}();

void* allocate(std::size_t bytes) { return RtlAllocateHeap(own_peb().ProcessHeap, 0, bytes); }

void release(void* memory) {
    if (memory != nullptr) RtlFreeHeap(own_peb().ProcessHeap, 0, memory);
}

char16_t upcase(char16_t c) {
    if (c < 0x80) return c >= u'a' && c <= u'z' ? static_cast<char16_t>(c - 32) : c;
    return RtlUpcaseUnicodeChar(c);
}

} // namespace oriel::rtl::ldr
