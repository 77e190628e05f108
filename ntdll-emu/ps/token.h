// SPDX-License-Identifier: MIT
// token.h: whom a program runs as.
//
// There is one account: the host's user, as an ordinary, not elevated user of Windows. Its privileges are
// those of such a user; none of the powerful ones (backup, restore, debug, lock pages, create symbolic
// links) is there to be enabled, so NtAdjustPrivilegesToken says STATUS_NOT_ALL_ASSIGNED.
#pragma once

#include <ntdll-emu/ob/object.h>

namespace oriel::ps {

namespace token_access {
inline constexpr ob::AccessMask query = 0x0008;
inline constexpr ob::AccessMask adjust_privileges = 0x0020;
inline constexpr ob::AccessMask all = 0x000F01FF;
} // namespace token_access

class Token final : public ob::Object {
public:
    static const ob::Type object_type;
    [[nodiscard]] const ob::Type& type() const override { return object_type; }
};

} // namespace oriel::ps
