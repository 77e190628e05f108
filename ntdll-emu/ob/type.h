// SPDX-License-Identifier: MIT
// type.h: what all objects of one kind share, and how access masks are read.
//
// An access mask has 16 bits that mean something different for each type, some standard rights that
// mean the same for all (DELETE, SYNCHRONIZE, ...), and four generic bits. Before a handle is made, the
// generic bits are replaced by what they stand for in that type: GENERIC_READ on an event becomes
// STANDARD_RIGHTS_READ | EVENT_QUERY_STATE. A handle's mask never holds generic bits.
// Source: "Access Mask Format" and "GENERIC_MAPPING structure", Microsoft documentation.
#pragma once

#include <cstdint>
#include <string_view>

namespace oriel::ob {

using AccessMask = std::uint32_t;

namespace access {
inline constexpr AccessMask delete_object = 0x00010000;
inline constexpr AccessMask read_control = 0x00020000;
inline constexpr AccessMask write_dac = 0x00040000;
inline constexpr AccessMask write_owner = 0x00080000;
inline constexpr AccessMask synchronize = 0x00100000;
inline constexpr AccessMask standard_required = 0x000F0000;
inline constexpr AccessMask standard_all = 0x001F0000;
inline constexpr AccessMask system_security = 0x01000000;
inline constexpr AccessMask maximum_allowed = 0x02000000;
inline constexpr AccessMask generic_all = 0x10000000;
inline constexpr AccessMask generic_execute = 0x20000000;
inline constexpr AccessMask generic_write = 0x40000000;
inline constexpr AccessMask generic_read = 0x80000000;
} // namespace access

struct GenericMapping {
    AccessMask read;
    AccessMask write;
    AccessMask execute;
    AccessMask all;
};

/// One constant instance a class: `static const Type object_type;`. Types are compared by address.
struct Type {
    std::u16string_view name; ///< as NtQueryObject(ObjectTypeInformation) tells it: u"Event"
    GenericMapping generic;
    AccessMask valid; ///< every bit that a handle of this type can hold
    /// Names of these objects are always looked up without regard to case (directories, links, devices).
    bool case_insensitive = false;

    /// What a handle gets that was asked for with `desired`. There are no security descriptors: whoever
    /// asks for a right gets it, and MAXIMUM_ALLOWED is all there is.
    [[nodiscard]] constexpr AccessMask granted(AccessMask desired) const {
        AccessMask mask = desired;
        if (desired & access::generic_read) mask |= generic.read;
        if (desired & access::generic_write) mask |= generic.write;
        if (desired & access::generic_execute) mask |= generic.execute;
        if (desired & access::generic_all) mask |= generic.all;
        if (desired & access::maximum_allowed) mask |= generic.all;
        return mask & valid;
    }
};

} // namespace oriel::ob
