// SPDX-License-Identifier: MIT
// status.h: NTSTATUS, NT's one word for how a thing went.
//
// The top two bits are the severity: 0 success, 1 informational, 2 warning, 3 error
// ("[MS-ERREF] 2.3 NTSTATUS"). NT_SUCCESS means severity 0 or 1.
#pragma once

#include <cstdint>

namespace nt {

enum class Status : std::uint32_t {
#define NT_STATUS(enumerator, value, name) enumerator = value,
#include <nt/status_codes.inc>
#undef NT_STATUS
};

/// NT_SUCCESS: success and informational severities.
constexpr bool is_success(Status status) { return static_cast<std::int32_t>(status) >= 0; }
/// NT_ERROR: the error severity only (warnings such as STATUS_BUFFER_OVERFLOW return data).
constexpr bool is_error(Status status) { return (static_cast<std::uint32_t>(status) >> 30) == 3; }

} // namespace nt
