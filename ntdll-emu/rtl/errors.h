// SPDX-License-Identifier: MIT
// errors.h: from NTSTATUS to Win32 error (the table is error_table.inc).
#pragma once

#include <nt/status.h>

#include <cstdint>

namespace oriel::rtl {

inline constexpr std::uint32_t error_mr_mid_not_found = 317; ///< what stands for an unknown status

/// Statuses that wrap a Win32 error (0xC007xxxx, 0x8007xxxx, with the facility of Win32) give it back;
/// customer statuses (bit 29) stand for themselves.
std::uint32_t win32_error_of(nt::Status status);

} // namespace oriel::rtl
