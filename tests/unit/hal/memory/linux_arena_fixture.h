// SPDX-License-Identifier: MIT
// linux_arena_fixture.h: a real arena of 4 GiB, far from what sanitizers use, and the signal handler that the
// gate would install: it asks `on_fault`, and otherwise lets the copy fail.
#pragma once

#include <ntdll-emu/hal/fault_safe_copy.h>
#include <ntdll-emu/hal/linux_host_memory.h>

#include <gtest/gtest.h>

#include <functional>

#include <signal.h>
#include <ucontext.h>

namespace oriel::test {

class LinuxArenaTest : public testing::Test {
protected:
#if __has_feature(thread_sanitizer)
    static constexpr std::uint64_t arena_base = 0x4000000000; // the part that TSan leaves to the program
#else
    static constexpr std::uint64_t arena_base = 0x200000000000;
#endif
    static constexpr PageRange arena{Address(arena_base), std::uint64_t{1} << 32};

    void SetUp() override {
        auto made = hal::LinuxHostMemory::create(arena);
        if (!made) GTEST_SKIP() << "this host, or a sanitizer, does not give the range";
        host = std::move(made).value();
        hal::set_guest_arena(host->arena());
        struct sigaction action = {};
        action.sa_sigaction = on_signal;
        action.sa_flags = SA_SIGINFO | SA_NODEFER;
        sigaction(SIGSEGV, &action, &m_old_segv);
        sigaction(SIGBUS, &action, &m_old_bus);
    }
    void TearDown() override {
        if (!host) return;
        sigaction(SIGSEGV, &m_old_segv, nullptr);
        sigaction(SIGBUS, &m_old_bus, nullptr);
        hal::set_guest_arena({});
        on_fault = nullptr;
    }

    static PageRange pages(std::uint64_t offset, std::uint64_t count) {
        return PageRange(Address(arena_base + offset), count * page_size);
    }
    static bool store(Address at, std::uint8_t value) {
        return hal::fault_safe_copy(reinterpret_cast<void*>(at.value()), &value, 1) == hal::CopyOutcome::Done;
    }
    /// -1: it faults.
    static int load(Address at) {
        std::uint8_t value = 0;
        const auto outcome = hal::fault_safe_copy(&value, reinterpret_cast<const void*>(at.value()), 1);
        return outcome == hal::CopyOutcome::Done ? value : -1;
    }

    std::unique_ptr<hal::LinuxHostMemory> host;
    /// True: the access can be repeated.
    static inline std::function<bool(Address, bool is_write)> on_fault;

private:
    static void on_signal(int, siginfo_t* info, void* context) {
        auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
        auto rip = static_cast<std::uintptr_t>(registers[REG_RIP]);
        const bool is_write = (registers[REG_ERR] & 2) != 0;
        if (hal::is_copy_instruction(rip) && on_fault &&
            on_fault(Address(reinterpret_cast<std::uint64_t>(info->si_addr)), is_write))
            return;
        if (!hal::fix_up_copy_fault(rip)) _exit(99);
        registers[REG_RIP] = static_cast<greg_t>(rip);
    }

    struct sigaction m_old_segv = {};
    struct sigaction m_old_bus = {};
};

} // namespace oriel::test
