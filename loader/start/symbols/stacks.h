// SPDX-License-Identifier: MIT
// stacks.h: the guest's stacks, by the unwinder that ntdll has too.
//
// The guest's memory is read through fault-safe copies: a destroyed stack ends the walk, not the host.
#pragma once

#include "modules.h"

#include <ntdll-emu/rtl/exception/function_search.h>

#include <optional>
#include <vector>

namespace oriel::start {

/// rtl::FunctionFinder, by the images' exception directories.
class GuestFunctions {
public:
    explicit GuestFunctions(ps::Process& process) : m_process(process) {}
    std::optional<rtl::FoundFunction> find(std::uint64_t pc);

private:
    ps::Process& m_process;
};

/// The return addresses of a stack, from `context` out, its own RIP first.
std::vector<std::uint64_t> walk_stack(ps::Process& process, const nt::Context64& context, unsigned most);

} // namespace oriel::start
