// SPDX-License-Identifier: MIT
// host_stack.cpp: aligned stacks with a guard page.
//
// mmap aligns to pages only, so twice the size is mapped and what lies outside the aligned part is given
// back.
#include <ntdll-emu/hal/host_stack.h>

#include <cerrno>
#include <new>
#include <sys/mman.h>

namespace oriel::hal {

HostResult<HostStack> allocate_host_stack() {
    void* const mapped = mmap(nullptr, 2 * host_stack_size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (mapped == MAP_FAILED) return HostError{errno};

    auto* const begin = static_cast<std::byte*>(mapped);
    const auto address = reinterpret_cast<std::uintptr_t>(mapped);
    const std::size_t before = (host_stack_size - address % host_stack_size) % host_stack_size;
    const HostStack stack{begin + before};
    if (before > 0) munmap(begin, before);
    munmap(stack.lowest + host_stack_size, host_stack_size - before);

    if (mprotect(stack.lowest, 4096, PROT_NONE) != 0) {
        const HostError error{errno};
        free_host_stack(stack);
        return error;
    }
    new (stack.base()) HostStackBase;
    return stack;
}

void free_host_stack(HostStack stack) { munmap(stack.lowest, host_stack_size); }

} // namespace oriel::hal
