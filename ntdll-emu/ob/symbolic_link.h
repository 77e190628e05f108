// SPDX-License-Identifier: MIT
// symbolic_link.h: a name that stands for another path.
//
// \??\C: is one; its target is \Device\HarddiskVolume1. Looking up a path that meets a link starts again
// from the root with the target, and what was left of the path behind it. Only who asks for a symbolic
// link as the last component gets the link itself.
#pragma once

#include <ntdll-emu/ob/object.h>

#include <string>

namespace oriel::ob {

namespace access {
inline constexpr AccessMask symbolic_link_query = 0x1;
} // namespace access

class SymbolicLink final : public Object {
public:
    explicit SymbolicLink(std::u16string target) : m_target(std::move(target)) {}

    static const Type object_type;
    [[nodiscard]] const Type& type() const override { return object_type; }
    [[nodiscard]] const std::u16string& target() const { return m_target; }

private:
    const std::u16string m_target;
};

} // namespace oriel::ob
