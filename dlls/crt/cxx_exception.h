// SPDX-License-Identifier: MIT
// cxx_exception.h: objects of the library's exception classes, for the code that throws them.
#pragma once

#include <dlls/crt/cxx_class_data.h>

namespace oriel::crt {

struct Exception {
    const void* vtable;
    const char* text;
    int owns; ///< the text is a copy of its own
};
static_assert(sizeof(Exception) == 3 * sizeof(void*));

extern "C" const void* const exception_vtable[] asm("??_7" CXX_STD("exception") "@@6B@");
extern "C" const void* const bad_cast_vtable[] asm("??_7" CXX_STD("bad_cast") "@@6B@");
extern "C" const void* const bad_typeid_vtable[] asm("??_7" CXX_STD("bad_typeid") "@@6B@");
extern "C" const void* const __non_rtti_object_vtable[] asm("??_7" CXX_STD("__non_rtti_object") "@@6B@");

void construct_exception(Exception* self, const void* vtable, const char* text, bool copy);

} // namespace oriel::crt
