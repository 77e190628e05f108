// SPDX-License-Identifier: MIT
// host_call.h: one system call, repeated while a signal interrupts it, with errno as a value.
// Only for .cpp files of hal.
#pragma once

#include <ntdll-emu/hal/host_alarm.h>
#include <ntdll-emu/hal/host_result.h>

#include <cerrno>

namespace oriel::hal {

/// `call` returns a negative number on failure. EINTR is repeated: a signal for the guest is delivered
/// at the gate's exit, never here.
template<class Call>
auto host_call(Call&& call) -> HostResult<decltype(call())> {
    for (;;) {
        const auto answer = call();
        if (answer >= 0) return answer;
        if (errno != EINTR) return HostError{errno};
        interrupted_call();
    }
}

/// For calls whose only answer is success.
template<class Call>
HostResult<> host_do(Call&& call) {
    const auto answer = host_call(call);
    if (!answer) return HostError{answer.error()};
    return {};
}

} // namespace oriel::hal
