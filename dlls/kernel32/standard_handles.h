// SPDX-License-Identifier: MIT
// standard_handles.h: STD_INPUT_HANDLE and its kin are accepted where a handle is asked for.
//
// "GetStdHandle function": the standard handles live in the process parameters. ReadFile, WriteFile,
// CloseHandle and DuplicateHandle also take the constants -10, -11, -12 themselves, as Windows does.
#pragma once

#include "kernel32.h"

namespace oriel::k32 {

/// Where the process parameters keep a standard handle, or null if `which` is none of the three.
inline native_uptr* standard_handle_slot(DWORD which) {
    auto& parameters = process_parameters();
    switch (which) {
    case static_cast<DWORD>(STD_INPUT_HANDLE):
        return &parameters.StandardInput;
    case static_cast<DWORD>(STD_OUTPUT_HANDLE):
        return &parameters.StandardOutput;
    case static_cast<DWORD>(STD_ERROR_HANDLE):
        return &parameters.StandardError;
    default:
        return nullptr;
    }
}

inline HANDLE real_handle(HANDLE handle) {
    const auto number = reinterpret_cast<std::intptr_t>(handle);
    if (number > -10 || number < -12) return handle;
    return reinterpret_cast<HANDLE>(*standard_handle_slot(static_cast<DWORD>(number)));
}

} // namespace oriel::k32
