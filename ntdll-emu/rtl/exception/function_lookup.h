// SPDX-License-Identifier: MIT
// function_lookup.h: the FunctionFinder of the process that this code runs in (guest only).
#pragma once

#include <ntdll-emu/rtl/exception/frame_walk.h>
#include <ntdll-emu/rtl/exception/own_process.h>

namespace oriel::rtl {

struct OwnFunctions {
    std::optional<FoundFunction> find(std::uint64_t pc);
};
static_assert(FunctionFinder<OwnFunctions>);

} // namespace oriel::rtl
