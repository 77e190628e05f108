// SPDX-License-Identifier: MIT
// cxx_rtti.cpp: dynamic_cast and typeid of Microsoft's compiler: __RTDynamicCast, __RTtypeid, __RTCastToVoid.
//
// The word before an object's vtable leads to its locator: where in the complete object this vtable's part
// lies, and the list of all base classes. A cast looks for the wanted type in that list; a base that may
// not be reached (private) or that is there twice (ambiguous) does not count. A reference that cannot be
// cast throws bad_cast, a null or damaged object bad_typeid or __non_rtti_object.
// Source: "dynamic_cast operator", "typeid operator"; layouts as debuggers' symbols show them.
#include <dlls/crt/cxx_class_data.h>
#include <dlls/crt/cxx_exception.h>

CRT_EXPORT int strcmp(const char* a, const char* b);

namespace oriel::crt {

namespace {

struct TypeDescriptor {
    const void* vtable;
    char* readable;
    char decorated[1];
};

/// A reference inside the type information: an offset from the image on x64, an address on x86.
using Reference = uint32_t;

struct Displacement {
    int member, vbtable, in_vbtable; ///< vbtable is -1 without a virtual base
};

enum BaseAttribute : unsigned { base_not_visible = 1, base_ambiguous = 2, base_private = 4 };

struct BaseClass {
    Reference type;
    unsigned contained;
    Displacement where;
    unsigned attributes;
};

struct Hierarchy {
    unsigned signature, attributes, count;
    Reference bases; ///< of an array of references to BaseClass
};

struct Locator {
    unsigned signature; ///< 1 where there are offsets
    unsigned offset;    ///< of this vtable's part in the complete object
    unsigned constructor_offset;
    Reference type, hierarchy, self;
};

/// An object by its locator.
class Object {
public:
    explicit Object(void* object) : m_object(static_cast<char*>(object)) {
        auto** vtable = *reinterpret_cast<void***>(object);
        m_locator = static_cast<const Locator*>(vtable[-1]);
        m_base = 0;
        if constexpr (sizeof(void*) == 8)
            m_base = reinterpret_cast<uintptr_t>(m_locator) - m_locator->self;
    }

    char* complete() const {
        char* whole = m_object - m_locator->offset;
        if (m_locator->constructor_offset)
            whole -= *reinterpret_cast<int*>(m_object - m_locator->constructor_offset);
        return whole;
    }
    template<class T> T* follow(Reference reference) const { return reinterpret_cast<T*>(m_base + reference); }
    TypeDescriptor* type() const { return follow<TypeDescriptor>(m_locator->type); }
    const Hierarchy& hierarchy() const { return *follow<const Hierarchy>(m_locator->hierarchy); }
    const BaseClass& base(unsigned index) const {
        auto* list = follow<const Reference>(hierarchy().bases);
        return *follow<const BaseClass>(list[index]);
    }
    void* part(const BaseClass& base) const {
        char* where = complete() + base.where.member;
        if (base.where.vbtable >= 0) {
            auto* vbtable = *reinterpret_cast<char**>(complete() + base.where.vbtable);
            where += base.where.vbtable + *reinterpret_cast<int*>(vbtable + base.where.in_vbtable);
        }
        return where;
    }

private:
    char* m_object;
    const Locator* m_locator;
    uintptr_t m_base;
};

bool same_type(const TypeDescriptor* a, const TypeDescriptor* b) {
    return a == b || strcmp(a->decorated, b->decorated) == 0;
}

void* cast(const Object& object, const TypeDescriptor* target) {
    for (unsigned i = 0; i < object.hierarchy().count; ++i) {
        const BaseClass& base = object.base(i);
        if (same_type(object.follow<TypeDescriptor>(base.type), target))
            return base.attributes & (base_not_visible | base_ambiguous | base_private) ? nullptr : object.part(base);
    }
    return nullptr;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

/// What can be thrown: the type with its bases, the copy constructor and the destructor.
extern "C" const char bad_cast_throw[] asm("_TI2?AV" CXX_STD("bad_cast") "@@");
extern "C" const char bad_typeid_throw[] asm("_TI2?AV" CXX_STD("bad_typeid") "@@");

#if defined(__i386__)
extern "C" void __stdcall _CxxThrowException(void* object, const void* info) asm("_oriel_cxx_throw");
#else
CRT_EXPORT void _CxxThrowException(void* object, const void* info);
#endif

static void throw_exception(const void* vtable, const void* info, const char* text) {
    Exception exception;
    construct_exception(&exception, vtable, text, false);
    _CxxThrowException(&exception, info);
}

CRT_EXPORT void* __RTCastToVoid(void* object) { return object ? Object(object).complete() : nullptr; }

CRT_EXPORT TypeDescriptor* __RTtypeid(void* object) {
    if (!object)
        throw_exception(bad_typeid_vtable, bad_typeid_throw, is_ucrt ? "Attempted a typeid of nullptr pointer!" : "Attempted a typeid of NULL pointer!");
    return Object(object).type();
}

CRT_EXPORT void* __RTDynamicCast(void* object, long, TypeDescriptor*, TypeDescriptor* target,
                                 int is_reference) {
    if (!object)
        return nullptr;
    void* result = cast(Object(object), target);
    if (!result && is_reference)
        throw_exception(bad_cast_vtable, bad_cast_throw, "Bad dynamic_cast!");
    return result;
}

#if defined(__i386__)
#define DESTROY(name) "\"??1" name "@@UAE@XZ\""
#define COPY(name) "\"??0" name "@@QAE@ABV0@@Z\""
#define SIZE "12"
#else
#define DESTROY(name) "\"??1" name "@@UEAA@XZ\""
#define COPY(name) "\"??0" name "@@QEAA@AEBV0@@Z\""
#define SIZE "24"
#endif
#define CATCHABLE(name)                                                                                     \
    "\n\t.balign 8\nL_catchable_" name ":\n\t.long 0\n\t" CXX_REFERENCE "\"??_R0?AV" CXX_STD(name) "@@@8\"\n\t" \
    ".long 0, -1, 0, " SIZE "\n\t" CXX_REFERENCE COPY(name)
#define THROW_INFO(name)                                                                                    \
    CATCHABLE(name) "\n\t.balign 8\nL_array_" name ":\n\t.long 2\n\t" CXX_REFERENCE "L_catchable_" name     \
    "\n\t" CXX_REFERENCE "L_catchable_exception\n\t.balign 8" CXX_SYMBOL("_TI2?AV" CXX_STD(name) "@@")        \
    ".long 0\n\t" CXX_REFERENCE DESTROY(name) "\n\t.long 0\n\t" CXX_REFERENCE "L_array_" name

asm(".section .rdata,\"dr\"" CATCHABLE("exception") THROW_INFO("bad_cast") THROW_INFO("bad_typeid") "\n\t.text");
