// SPDX-License-Identifier: MIT
// directory.h: an object that holds named objects.
//
// The namespace is a tree of these: \, \BaseNamedObjects, \KnownDlls, \Device, ... A directory refers to
// what is in it, and each named object to the directory that it is in; the circle is broken when the
// name is dropped (namespace.cpp).
#pragma once

#include <ntdll-emu/ob/object.h>

#include <map>
#include <string>

namespace oriel::ob {

namespace access {
inline constexpr AccessMask directory_query = 0x1;
inline constexpr AccessMask directory_traverse = 0x2;
inline constexpr AccessMask directory_create_object = 0x4;
inline constexpr AccessMask directory_create_subdirectory = 0x8;
} // namespace access

class Directory final : public Object {
public:
    static const Type object_type;
    [[nodiscard]] const Type& type() const override { return object_type; }

private:
    friend class Namespace;

    /// By upper-case name; names that differ only in case stand beside each other. Under the namespace's lock.
    std::multimap<std::u16string, Ref<Object>, std::less<>> m_entries;
};

} // namespace oriel::ob
