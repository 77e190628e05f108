// SPDX-License-Identifier: MIT
// surroundings.h: what the debug heap asks of what lies below it, beside platform.h.
//
// In ntdll.dll: the unwinder, the options of the image, the host's report (surroundings_guest.cpp). In native tests:
// a recorder (tests/unit/rtl/heap/debug).
#pragma once

#include <nt/fault_event.h>

#include <cstddef>
#include <cstdint>

namespace oriel::rtl::heap::debug::surroundings {

/// The callers' return addresses, innermost first; how many there are.
std::uint32_t capture_stack(std::uint64_t* frames, std::uint32_t room);
/// A value of the image's execution options ("Image File Execution Options" in the registry); false: not set.
bool execution_option(const char16_t* name, std::uint32_t& value);
void send(nt::FaultEvent event, const void* data, std::uint32_t bytes);
/// STATUS_BREAKPOINT, as a verifier stop raises it. Comes back if a handler or a debugger continues.
void break_in();
/// From now on `observer` sees every access violation before the program's handlers do.
using AccessObserver = void (*)(std::uintptr_t address, std::uintptr_t access, const void* context);
void watch_access_violations(AccessObserver observer);

} // namespace oriel::rtl::heap::debug::surroundings
