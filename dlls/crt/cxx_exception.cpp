// SPDX-License-Identifier: MIT
// cxx_exception.cpp: class exception and its three children, as msvcrt.dll exports them.
//
// An exception holds its vtable, its text, and whether the text is its own copy. bad_cast, bad_typeid and
// __non_rtti_object add nothing but their type; the library throws them from __RTDynamicCast and __RTtypeid
// (cxx_rtti.cpp). Source: "exception class", "bad_cast exception", "bad_typeid exception".
#include <dlls/crt/cxx_class_data.h>
#include <dlls/crt/cxx_exception.h>

using namespace oriel::crt;

namespace oriel::crt {

void construct_exception(Exception* self, const void* vtable, const char* text, bool copy) {
    self->vtable = vtable;
    self->text = text;
    self->owns = 0;
    if (text && copy) {
        size_t length = strlen(text) + 1;
        char* own = Owned<char>::allocate(length);
        self->text = own ? static_cast<char*>(memcpy(own, text, length)) : nullptr;
        self->owns = own != nullptr;
    }
}

void copy_exception(Exception* self, const void* vtable, const Exception& other) {
    construct_exception(self, vtable, other.text, other.owns);
}

} // namespace oriel::crt

static void destroy(Exception* self) {
    if (self->owns)
        free(const_cast<char*>(self->text));
}

static Exception* assign(Exception* self, const Exception& other) {
    if (self != &other) {
        destroy(self);
        copy_exception(self, self->vtable, other);
    }
    return self;
}

/// Bit 0: free the memory; bit 1: an array, whose length stands before it.
static void* destroy_and_free(Exception* self, unsigned flags) {
    if (flags & 2) {
        auto* count = reinterpret_cast<size_t*>(self) - 1;
        for (size_t i = *count; i--;)
            destroy(self + i);
        if (flags & 1)
            free(count);
        return count;
    }
    destroy(self);
    if (flags & 1)
        free(self);
    return self;
}

#define MEMBER(result, name, arguments, x64, x86)                                                           \
    CRT_EXPORT result CRT_THISCALL name arguments CRT_MANGLED(x64, x86);                                    \
    CRT_EXPORT result CRT_THISCALL name arguments

MEMBER(Exception*, exception_default, (Exception* self), "??0exception@@QEAA@XZ", "??0exception@@QAE@XZ") {
    construct_exception(self, exception_vtable, nullptr, false);
    return self;
}
MEMBER(Exception*, exception_text, (Exception* self, const char* const& text), "??0exception@@QEAA@AEBQEBD@Z",
       "??0exception@@QAE@ABQBD@Z") {
    construct_exception(self, exception_vtable, text, true);
    return self;
}
MEMBER(Exception*, exception_borrowed, (Exception* self, const char* const& text, int),
       "??0exception@@QEAA@AEBQEBDH@Z", "??0exception@@QAE@ABQBDH@Z") {
    construct_exception(self, exception_vtable, text, false);
    return self;
}
MEMBER(const char*, exception_what, (const Exception* self), "?what@exception@@UEBAPEBDXZ",
       "?what@exception@@UBEPBDXZ") {
    return self->text ? self->text : "Unknown exception";
}

/// What every one of the four classes has: copying, assigning, ending, and the deleting destructor.
#define COMMON_MEMBERS(type, copy_x64, copy_x86)                                                            \
    MEMBER(Exception*, type##_copy, (Exception* self, const Exception& other), copy_x64, copy_x86) {        \
        copy_exception(self, type##_vtable, other);                                                         \
        return self;                                                                                        \
    }                                                                                                       \
    MEMBER(void, type##_destroy, (Exception* self), "??1" #type "@@UEAA@XZ", "??1" #type "@@UAE@XZ") {      \
        destroy(self);                                                                                      \
    }                                                                                                       \
    MEMBER(Exception*, type##_assign, (Exception* self, const Exception& other),                            \
           "??4" #type "@@QEAAAEAV0@AEBV0@@Z", "??4" #type "@@QAEAAV0@ABV0@@Z") {                            \
        return assign(self, other);                                                                         \
    }                                                                                                       \
    extern "C" void* CRT_THISCALL type##_delete(Exception* self, unsigned flags) asm("oriel_" #type "_delete"); \
    extern "C" void* CRT_THISCALL type##_delete(Exception* self, unsigned flags) {                          \
        return destroy_and_free(self, flags);                                                               \
    }

COMMON_MEMBERS(exception, "??0exception@@QEAA@AEBV0@@Z", "??0exception@@QAE@ABV0@@Z")
COMMON_MEMBERS(bad_cast, "??0bad_cast@@QEAA@AEBV0@@Z", "??0bad_cast@@QAE@ABV0@@Z")
COMMON_MEMBERS(bad_typeid, "??0bad_typeid@@QEAA@AEBV0@@Z", "??0bad_typeid@@QAE@ABV0@@Z")
COMMON_MEMBERS(__non_rtti_object, "??0__non_rtti_object@@QEAA@AEBV0@@Z", "??0__non_rtti_object@@QAE@ABV0@@Z")

/// A constructor from a text.
#define TEXT_CONSTRUCTOR(type, x64, x86)                                                                    \
    MEMBER(Exception*, type##_text, (Exception* self, const char* text), x64, x86) {                        \
        construct_exception(self, type##_vtable, text, true);                                               \
        return self;                                                                                        \
    }
TEXT_CONSTRUCTOR(bad_cast, "??0bad_cast@@QEAA@PEBD@Z", "??0bad_cast@@QAE@PBD@Z")
TEXT_CONSTRUCTOR(bad_typeid, "??0bad_typeid@@QEAA@PEBD@Z", "??0bad_typeid@@QAE@PBD@Z")
TEXT_CONSTRUCTOR(__non_rtti_object, "??0__non_rtti_object@@QEAA@PEBD@Z", "??0__non_rtti_object@@QAE@PBD@Z")

MEMBER(Exception*, bad_cast_text_reference, (Exception* self, const char* const& text),
       "??0bad_cast@@QEAA@AEBQEBD@Z", "??0bad_cast@@QAE@ABQBD@Z") {
    return bad_cast_text(self, text);
}
MEMBER(Exception*, bad_cast_text_pointer, (Exception* self, const char* const* text), "??0bad_cast@@AEAA@PEBQEBD@Z",
       "??0bad_cast@@AAE@PBQBD@Z") {
    return bad_cast_text(self, *text);
}
MEMBER(void, bad_cast_default, (Exception* self), "??_Fbad_cast@@QEAAXXZ", "??_Fbad_cast@@QAEXXZ") {
    bad_cast_text(self, "bad cast");
}
MEMBER(void, bad_typeid_default, (Exception* self), "??_Fbad_typeid@@QEAAXXZ", "??_Fbad_typeid@@QAEXXZ") {
    bad_typeid_text(self, "bad typeid");
}

#if defined(__i386__)
#define WHAT "\"?what@exception@@UBEPBDXZ\""
#else
#define WHAT "\"?what@exception@@UEBAPEBDXZ\""
#endif
#define MEMBERS_OF(name) CXX_POINTER "oriel_" name "_delete\n\t" CXX_POINTER WHAT "\n\t"

#define EXCEPTION CXX_STD("exception")
#define BAD_CAST CXX_STD("bad_cast")
#define BAD_TYPEID CXX_STD("bad_typeid")
#define NON_RTTI CXX_STD("__non_rtti_object")
asm(CXX_TYPE(EXCEPTION, "0") CXX_HIERARCHY(EXCEPTION, "1", CXX_BASE(EXCEPTION))
        CXX_VTABLE(EXCEPTION, MEMBERS_OF("exception")));
asm(CXX_TYPE(BAD_CAST, "1") CXX_HIERARCHY(BAD_CAST, "2", CXX_BASE(BAD_CAST) CXX_BASE(EXCEPTION))
        CXX_VTABLE(BAD_CAST, MEMBERS_OF("bad_cast")));
asm(CXX_TYPE(BAD_TYPEID, "1") CXX_HIERARCHY(BAD_TYPEID, "2", CXX_BASE(BAD_TYPEID) CXX_BASE(EXCEPTION))
        CXX_VTABLE(BAD_TYPEID, MEMBERS_OF("bad_typeid")));
asm(CXX_TYPE(NON_RTTI, "2") CXX_HIERARCHY(NON_RTTI, "3", CXX_BASE(NON_RTTI) CXX_BASE(BAD_TYPEID) CXX_BASE(EXCEPTION))
        CXX_VTABLE(NON_RTTI, MEMBERS_OF("__non_rtti_object")));
