// SPDX-License-Identifier: MIT
// cxx_type_info.cpp: std::type_info as Microsoft's compiler makes and uses it.
//
// The compiler writes a descriptor for each type: the vtable of type_info, a place for the readable name,
// the decorated name. Two types are the same if their decorated names are. name() makes the readable name once and
// keeps it in the descriptor. Source: "type_info class"; the layout is that of debuggers' symbols for TypeDescriptor.
#include <dlls/crt/cxx_class_data.h>
#include <dlls/crt/cxx_names.h>

namespace oriel::crt {

struct TypeInfo {
    const void* vtable;
    char* readable;
    char decorated[1];
};

} // namespace oriel::crt

using namespace oriel::crt;

#define TYPE_INFO_MEMBER(result, name, arguments, x64, x86)                                                 \
    CRT_EXPORT result CRT_THISCALL name arguments CRT_MANGLED(x64, x86);                                    \
    CRT_EXPORT result CRT_THISCALL name arguments

/// Defined with the other members: for x64 in cxx_eh/type_info.cpp, for x86 in cxx_type_info_x86.cpp.
extern "C" void CRT_THISCALL destroy_type_info(TypeInfo* self)
    CRT_MANGLED("??1type_info@@UEAA@XZ", "??1type_info@@UAE@XZ");

/// Bit 0: free the object too; bit 1: an array, with its count before it.
extern "C" void* CRT_THISCALL oriel_type_info_delete(TypeInfo* self, unsigned flags) asm("oriel_type_info_delete");
extern "C" void* CRT_THISCALL oriel_type_info_delete(TypeInfo* self, unsigned flags) {
    destroy_type_info(self);
    if (flags & 1)
        free(self);
    return self;
}

TYPE_INFO_MEMBER(const char*, oriel_type_info_name, (TypeInfo* self), "?name@type_info@@QEBAPEBDXZ",
                 "?name@type_info@@QBEPBDXZ") {
    if (!self->readable) {
        char* name = readable_type_name(self->decorated);
        char* none = nullptr;
        if (name &&
            !__atomic_compare_exchange_n(&self->readable, &none, name, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            free(name); // another thread was first
    }
    return self->readable ? self->readable : self->decorated;
}

asm(CXX_TYPE("type_info", "0") CXX_HIERARCHY("type_info", "1", CXX_BASE("type_info"))
        CXX_VTABLE("type_info", CXX_POINTER "\"oriel_type_info_delete\"\n\t"));
