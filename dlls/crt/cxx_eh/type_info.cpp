// SPDX-License-Identifier: MIT
// type_info.cpp: std::type_info's members, as msvcrt exports them (x64).
//
// The object is the compiler's TypeDescriptor. Two are the same type if their decorated names are, for every
// image has its own. The first character of the name is a dot that only tells it from a function's.
#include <dlls/crt/cxx_eh/type_match.h>
#include <dlls/crt/crt.h>

using oriel::crt::cxx::TypeDescriptor;

/// The destructor: frees the text that name() may have made.
CRT_EXPORT void oriel_type_info_end(TypeDescriptor* self) CRT_MANGLED("??1type_info@@UEAA@XZ", "??1type_info@@UAE@XZ");
CRT_EXPORT void oriel_type_info_end(TypeDescriptor* self) {
    free(self->demangled);
    self->demangled = nullptr;
}

CRT_EXPORT int oriel_type_info_equal(const TypeDescriptor* self, const TypeDescriptor* other)
    CRT_MANGLED("??8type_info@@QEBAHAEBV0@@Z", "??8type_info@@QBEHABV0@@Z");
CRT_EXPORT int oriel_type_info_equal(const TypeDescriptor* self, const TypeDescriptor* other) {
    return oriel::crt::cxx::same_text(self->name + 1, other->name + 1);
}

CRT_EXPORT int oriel_type_info_differ(const TypeDescriptor* self, const TypeDescriptor* other)
    CRT_MANGLED("??9type_info@@QEBAHAEBV0@@Z", "??9type_info@@QBEHABV0@@Z");
CRT_EXPORT int oriel_type_info_differ(const TypeDescriptor* self, const TypeDescriptor* other) {
    return !oriel::crt::cxx::same_text(self->name + 1, other->name + 1);
}

/// Some order of all types: that of their names.
CRT_EXPORT int oriel_type_info_before(const TypeDescriptor* self, const TypeDescriptor* other)
    CRT_MANGLED("?before@type_info@@QEBAHAEBV1@@Z", "?before@type_info@@QBEHABV1@@Z");
CRT_EXPORT int oriel_type_info_before(const TypeDescriptor* self, const TypeDescriptor* other) {
    const char* a = self->name + 1;
    const char* b = other->name + 1;
    while (*a != 0 && *a == *b) {
        ++a;
        ++b;
    }
    return static_cast<unsigned char>(*a) < static_cast<unsigned char>(*b);
}

CRT_EXPORT const char* oriel_type_info_raw_name(const TypeDescriptor* self)
    CRT_MANGLED("?raw_name@type_info@@QEBAPEBDXZ", "?raw_name@type_info@@QBEPBDXZ");
CRT_EXPORT const char* oriel_type_info_raw_name(const TypeDescriptor* self) { return self->name; }
