// SPDX-License-Identifier: MIT
// cxx_new.cpp: C++'s operator new and delete, and the handlers of a failing new.
//
// msvcrt.dll exports them under Microsoft's mangled names, so programs of any age of that compiler find
// them. The old operator new answers null when there is no memory and no handler; it throws nothing.
// Source: "operator new (CRT)", "_set_new_handler", "_query_new_mode".
#include <dlls/crt/heap.h>

using namespace oriel::crt;

#define CRT_CXX(result, name, arguments, x64, x86)                                                          \
    CRT_EXPORT result name arguments CRT_MANGLED(x64, x86);                                                 \
    CRT_EXPORT result name arguments

CRT_CXX(void*, oriel_new, (size_t bytes), "??2@YAPEAX_K@Z", "??2@YAPAXI@Z") {
    for (;;) {
        if (void* block = malloc(bytes))
            return block;
        NewHandler handler = current_new_handler();
        if (!handler || !handler(bytes))
            return nullptr;
    }
}
CRT_CXX(void, oriel_delete, (void* block), "??3@YAXPEAX@Z", "??3@YAXPAX@Z") { free(block); }
CRT_CXX(void*, oriel_new_array, (size_t bytes), "??_U@YAPEAX_K@Z", "??_U@YAPAXI@Z") { return oriel_new(bytes); }
CRT_CXX(void, oriel_delete_array, (void* block), "??_V@YAXPEAX@Z", "??_V@YAXPAX@Z") { free(block); }
// The debugging versions say where they were called; nobody listens.
CRT_CXX(void*, oriel_new_debug, (size_t bytes, int, const char*, int), "??2@YAPEAX_KHPEBDH@Z", "??2@YAPAXIHPBDH@Z") {
    return oriel_new(bytes);
}
CRT_CXX(void*, oriel_new_array_debug, (size_t bytes, int, const char*, int), "??_U@YAPEAX_KHPEBDH@Z",
        "??_U@YAPAXIHPBDH@Z") {
    return oriel_new(bytes);
}

CRT_CXX(NewHandler, oriel_query_new_handler, (), "?_query_new_handler@@YAP6AH_K@ZXZ",
        "?_query_new_handler@@YAP6AHI@ZXZ") {
    return current_new_handler();
}
CRT_CXX(NewHandler, oriel_set_new_handler, (NewHandler handler), "?_set_new_handler@@YAP6AH_K@ZP6AH0@Z@Z",
        "?_set_new_handler@@YAP6AHI@ZP6AHI@Z@Z") {
    return exchange_new_handler(handler);
}
CRT_CXX(int, oriel_query_new_mode, (), "?_query_new_mode@@YAHXZ", "?_query_new_mode@@YAHXZ") {
    return current_new_mode();
}
CRT_CXX(int, oriel_set_new_mode, (int mode), "?_set_new_mode@@YAHH@Z", "?_set_new_mode@@YAHH@Z") {
    if (mode != 0 && mode != 1)
        return invalid_parameter(), -1;
    return exchange_new_mode(mode);
}

/// The standard's handler takes nothing; this library has no place for it and takes only "none".
CRT_CXX(void*, oriel_standard_set_new_handler, (void* handler), "?set_new_handler@@YAP6AXXZP6AXXZ@Z",
        "?set_new_handler@@YAP6AXXZP6AXXZ@Z") {
    if (!handler)
        exchange_new_handler(nullptr);
    return nullptr;
}
