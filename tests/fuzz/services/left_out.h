// SPDX-License-Identifier: MIT
// left_out.h: the services that are not called at random, each with its reason. The list is kept as short as it can be.
#pragma once

#include <string_view>

namespace oriel::fuzz {

struct LeftOut {
    std::string_view name;
    std::string_view reason;
};

inline constexpr LeftOut left_out[] = {
    {"NtTerminateProcess", "it ends the process: the carrier stops, with the fuzzer's own thread on it"},
    {"NtRaiseException", "an exception that cannot be delivered ends the process"},
    {"NtCreateThreadEx", "the new thread runs guest code, and there is none"},
    {"NtOrielCreatePipe", "a read of an empty pipe waits for the host, not for virtual time"},
};

constexpr bool is_left_out(std::string_view service) {
    for (const LeftOut& one : left_out)
        if (one.name == service) return true;
    return false;
}

} // namespace oriel::fuzz
