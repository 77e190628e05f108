// SPDX-License-Identifier: MIT
// ends.h: the handlers that a program may set for its end.
#pragma once

namespace oriel::crt::cxx {

using EndHandler = void (*)();

inline EndHandler exchange(void*& kept, EndHandler handler) {
    auto before = reinterpret_cast<EndHandler>(kept);
    kept = reinterpret_cast<void*>(handler);
    return before;
}

/// std::terminate: the handler, and abort if it comes back.
[[noreturn]] void terminate();

} // namespace oriel::crt::cxx
