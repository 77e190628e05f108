// SPDX-License-Identifier: MIT
// surroundings_native.h: what a watched heap asked and told, in a native test.
#pragma once

#include <ntdll-emu/rtl/heap/debug/surroundings.h>

#include <map>
#include <string>
#include <vector>

namespace oriel::rtl::heap::debug::test {

struct Surroundings {
    std::map<std::u16string, std::uint32_t> options;
    std::vector<std::uint64_t> stack{0x1000, 0x2000}; ///< where every call seems to come from
    std::vector<nt::HeapFaultRecord> faults;
    std::vector<nt::LeakGroupRecord> leaks;
    std::vector<nt::RefusalRecord> refusals;
    unsigned breaks = 0;
    surroundings::AccessObserver observer = nullptr;
};
Surroundings& surroundings_now();

} // namespace oriel::rtl::heap::debug::test
