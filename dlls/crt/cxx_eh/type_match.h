// SPDX-License-Identifier: MIT
// type_match.h: does this catch block take this exception, and as what?
//
// The thrown object lists every type it may be caught as: its own, its public unambiguous bases, and what
// its pointers convert to. A catch block matches if its type is one of them and it promises no less const
// and volatile. Types are the same if their decorated names are: each DLL has its own descriptors.
#pragma once

#include <dlls/crt/cxx_eh/tables.h>

namespace oriel::crt::cxx {

inline bool same_text(const char* a, const char* b) {
    while (*a != 0 && *a == *b) {
        ++a;
        ++b;
    }
    return *a == *b;
}

inline bool is_catch_all(const Handler& handler, std::uint64_t image_base) {
    if (handler.type == 0) return true;
    return reinterpret_cast<const TypeDescriptor*>(image_base + handler.type)->name[0] == 0;
}

inline bool matches(const Handler& handler, const TypeDescriptor& wanted, const CatchableType& offered,
                    const TypeDescriptor& offered_type, const ThrowInfo& info) {
    if (&wanted != &offered_type && !same_text(wanted.name, offered_type.name)) return false;
    if ((offered.properties & type_by_reference_only) != 0 && (handler.adjectives & handler_is_reference) == 0) return false;
    constexpr std::uint32_t qualifiers = handler_is_const | handler_is_volatile | handler_is_unaligned;
    return (info.attributes & qualifiers & ~handler.adjectives) == 0;
}

/// The catchable type that `handler` (of the image at `image_base`) takes of `thrown`; null: none.
inline const CatchableType* find_match(const Handler& handler, std::uint64_t image_base, const Thrown& thrown) {
    const auto* list = thrown.at<CatchableTypeArray>(thrown.info->catchableTypes);
    const auto& wanted = *reinterpret_cast<const TypeDescriptor*>(image_base + handler.type);
    for (std::int32_t i = 0; list != nullptr && i < list->count; ++i) {
        const auto* offered = thrown.at<CatchableType>(list->types[i]);
        if (matches(handler, wanted, *offered, *thrown.at<TypeDescriptor>(offered->type), *thrown.info)) return offered;
    }
    return nullptr;
}

/// The base class subobject that `displacement` leads to.
inline char* adjust(char* object, const Displacement& displacement) {
    char* const plain = object + displacement.member;
    if (displacement.vbtable < 0) return plain;
    const char* const vbtable = *reinterpret_cast<char**>(object + displacement.vbtable);
    return plain + displacement.vbtable + *reinterpret_cast<const std::int32_t*>(vbtable + displacement.inVbtable);
}

} // namespace oriel::crt::cxx
