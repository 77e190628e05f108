// SPDX-License-Identifier: MIT
// critical_section.h: the recursive lock of Win32.
//
// The lock word is LockCount (nt/rtl_sync.h tells its bits). Entering a free section is one
// compare-and-swap; leaving one that nobody waits for is another. Only a waiter enters the gate.
//
// A waiter counts itself in LockCount, then parks. Who leaves a section with waiters marks "one is being
// woken" (bit 1) and releases one; the mark is taken away by the first waiter that runs, whether it gets
// the lock or not (locks are not handed over: since Vista a section is "unfair", so that a running thread
// need not wait for a sleeping one to be scheduled; "Windows Internals", 6th edition, part 1, chapter 3).
//
// Always: OwningThread is written only by the thread that holds the lock; a section with waiters is either
// held, or one of its waiters is awake.
#pragma once

#include <nt/rtl_sync.h>
#include <ntdll-emu/rtl/platform.h>

namespace oriel::rtl {

using CriticalSection = nt::RTL_CRITICAL_SECTION<nt::Native>;
using CriticalSectionDebug = nt::RTL_CRITICAL_SECTION_DEBUG<nt::Native>;

/// A free section without debug information. `spin_count` as in the SpinCount field.
void initialize(CriticalSection& section, std::uint32_t spin_count);
void enter(CriticalSection& section);
[[nodiscard]] bool try_enter(CriticalSection& section);
/// Raises STATUS_RESOURCE_NOT_OWNED if the caller does not hold it (observed in crash reports of Windows:
/// RtlpNotOwnerCriticalSection).
void leave(CriticalSection& section);

[[nodiscard]] bool is_locked(const CriticalSection& section);
[[nodiscard]] bool is_held_by_caller(const CriticalSection& section);

/// Holds a section for a scope.
class CriticalSectionHold {
public:
    explicit CriticalSectionHold(CriticalSection& section) : m_section(section) { enter(section); }
    ~CriticalSectionHold() { leave(m_section); }
    CriticalSectionHold(const CriticalSectionHold&) = delete;

private:
    CriticalSection& m_section;
};

/// The value of a static section: free, no debug information.
inline constexpr CriticalSection free_critical_section = [] {
    CriticalSection section{nullptr, -1, 0, 0, 0, 0};
    section.DebugInfo.value = static_cast<nt::uptr<nt::Native>>(-1);
    return section;
}();

} // namespace oriel::rtl
