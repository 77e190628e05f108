// SPDX-License-Identifier: MIT
// cxx_type_info_x86.cpp: type_info's members for 32-bit programs, which call them with `this` in ECX.
//
// cxx_eh/type_info.cpp has the same for x64.
#include <dlls/crt/crt.h>

CRT_EXPORT int strcmp(const char* a, const char* b);

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

TYPE_INFO_MEMBER(void, oriel_type_info_destroy, (TypeInfo* self), "??1type_info@@UEAA@XZ", "??1type_info@@UAE@XZ") {
    free(self->readable);
    self->readable = nullptr;
}

TYPE_INFO_MEMBER(int, oriel_type_info_equal, (const TypeInfo* self, const TypeInfo& other),
                 "??8type_info@@QEBAHAEBV0@@Z", "??8type_info@@QBEHABV0@@Z") {
    return strcmp(self->decorated + 1, other.decorated + 1) == 0;
}
TYPE_INFO_MEMBER(int, oriel_type_info_unequal, (const TypeInfo* self, const TypeInfo& other),
                 "??9type_info@@QEBAHAEBV0@@Z", "??9type_info@@QBEHABV0@@Z") {
    return strcmp(self->decorated + 1, other.decorated + 1) != 0;
}
TYPE_INFO_MEMBER(int, oriel_type_info_before, (const TypeInfo* self, const TypeInfo& other),
                 "?before@type_info@@QEBAHAEBV1@@Z", "?before@type_info@@QBEHABV1@@Z") {
    return strcmp(self->decorated + 1, other.decorated + 1) < 0;
}
TYPE_INFO_MEMBER(const char*, oriel_type_info_raw_name, (const TypeInfo* self), "?raw_name@type_info@@QEBAPEBDXZ",
                 "?raw_name@type_info@@QBEPBDXZ") {
    return self->decorated;
}
