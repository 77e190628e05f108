// SPDX-License-Identifier: MIT
// stack_pool.h: host stacks of ended threads, kept for new ones. The carrier's lock guards it.
#pragma once

#include <ntdll-emu/hal/host_stack.h>

#include <array>

namespace oriel::ke {

class StackPool {
public:
    StackPool() = default;
    StackPool(const StackPool&) = delete;
    StackPool& operator=(const StackPool&) = delete;
    ~StackPool() {
        while (m_count > 0) hal::free_host_stack(m_stacks[--m_count]);
    }

    hal::HostResult<hal::HostStack> take() {
        if (m_count > 0) return m_stacks[--m_count];
        return hal::allocate_host_stack();
    }
    void give_back(hal::HostStack stack) {
        if (m_count < m_stacks.size()) m_stacks[m_count++] = stack;
        else hal::free_host_stack(stack);
    }

private:
    std::array<hal::HostStack, 16> m_stacks{};
    std::size_t m_count = 0;
};

} // namespace oriel::ke
