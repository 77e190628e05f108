// SPDX-License-Identifier: MIT
// call.h: on whose behalf a service runs.
//
// A service never asks for "the current process": it is told (DESIGN 10). The ABI is a parameter of the
// type, so a service is written once and serves both (DESIGN 2).
#pragma once

#include <ntdll-emu/ps/process.h>
#include <ntdll-emu/ps/thread.h>
#include <oriel/user_ptr.h>
#include <nt/service_types.h>

namespace oriel::services {

template<class Abi>
struct Call {
    ps::Process& process;
    ps::Thread& thread;
};

} // namespace oriel::services
