// SPDX-License-Identifier: MIT
#include "stacks.h"

#include "guest_memory.h"

#include <ntdll-emu/rtl/exception/frame_walk.h>

namespace oriel::start {

std::optional<rtl::FoundFunction> GuestFunctions::find(std::uint64_t pc) {
    // A long walk asks this often: no more of mm than what decides it.
    const mm::RegionInfo region = m_process.address_space.query(Address(pc));
    if (region.type != mm::RegionType::Image) return std::nullopt;
    const GuestMemory memory;
    const auto table = rtl::function_table_of_image(memory, region.allocation_base.value());
    return table ? rtl::find_in_table(memory, *table, pc) : std::nullopt;
}

std::vector<std::uint64_t> walk_stack(ps::Process& process, const nt::Context64& context, unsigned most) {
    std::vector<std::uint64_t> frames;
    GuestFunctions functions(process);
    rtl::walk_frames(GuestMemory(), functions, context, most, [&](const nt::Context64& frame) {
        frames.push_back(frame.Rip);
        return frames.size() < most;
    });
    return frames;
}

} // namespace oriel::start
