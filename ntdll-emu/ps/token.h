// SPDX-License-Identifier: MIT
// token.h: whom a program runs as.
//
// There is one account: the host's user, as an ordinary, not elevated user of Windows. Its privileges are those of such
// a user, and one that an administrator has granted it: "Lock pages in memory", which large pages and address windowing
// need. Like all but one it is disabled until the program enables it, as Microsoft's sample for AWE does; so a program
// sees both sides, ERROR_PRIVILEGE_NOT_HELD before and success after. None of the powerful ones (backup, restore,
// debug, create symbolic links) is there to be enabled: NtAdjustPrivilegesToken says STATUS_NOT_ALL_ASSIGNED.
//
// Sources: "Privilege Constants", "AdjustTokenPrivileges function", Microsoft documentation.
#pragma once

#include <ntdll-emu/ob/object.h>
#include <oriel/guarded.h>

#include <array>
#include <optional>
#include <span>

namespace oriel::ps {

namespace token_access {
inline constexpr ob::AccessMask query = 0x0008;
inline constexpr ob::AccessMask adjust_privileges = 0x0020;
inline constexpr ob::AccessMask all = 0x000F01FF;
} // namespace token_access

/// The low part of a privilege's LUID; the high part is 0.
namespace privilege {
inline constexpr std::uint32_t lock_memory = 4;
inline constexpr std::uint32_t shutdown = 19;
inline constexpr std::uint32_t change_notify = 23;
inline constexpr std::uint32_t undock = 25;
inline constexpr std::uint32_t increase_working_set = 33;
inline constexpr std::uint32_t time_zone = 34;
} // namespace privilege

/// LUID_AND_ATTRIBUTES' Attributes.
namespace privilege_attribute {
inline constexpr std::uint32_t enabled_by_default = 1;
inline constexpr std::uint32_t enabled = 2;
inline constexpr std::uint32_t removed = 4;
} // namespace privilege_attribute

struct Privilege {
    std::uint32_t number = 0;
    std::uint32_t attributes = 0;
};

class Token final : public ob::Object {
public:
    static const ob::Type object_type;
    [[nodiscard]] const ob::Type& type() const override { return object_type; }

    static constexpr std::size_t most_privileges = 6;
    struct Privileges {
        std::array<Privilege, most_privileges> entries{{
            {privilege::lock_memory, 0},
            {privilege::shutdown, 0},
            {privilege::change_notify, privilege_attribute::enabled_by_default | privilege_attribute::enabled},
            {privilege::undock, 0},
            {privilege::increase_working_set, 0},
            {privilege::time_zone, 0},
        }};
        std::size_t count = most_privileges;

        [[nodiscard]] std::span<const Privilege> all() const { return {entries.data(), count}; }
        [[nodiscard]] Privilege* find(std::uint32_t number);
        void remove(std::uint32_t number);
    };

    [[nodiscard]] Privileges privileges() const {
        return m_privileges.with([](const Privileges& privileges) { return privileges; });
    }
    [[nodiscard]] bool has_enabled(std::uint32_t number) const;

    struct Adjustment {
        Privileges changed; ///< what was changed, as it was before
        bool all = true;    ///< the token had all that were named
    };
    /// What adjust() would answer.
    [[nodiscard]] Adjustment preview(std::span<const Privilege> wanted) const;
    /// Enables, disables or removes privileges; those that the token lacks are passed over.
    Adjustment adjust(std::span<const Privilege> wanted);

private:
    static Adjustment adjust(Privileges& privileges, std::span<const Privilege> wanted);

    Guarded<Privileges> m_privileges;
};

} // namespace oriel::ps
