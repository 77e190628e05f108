// SPDX-License-Identifier: MIT
// std_type_info.cpp: std::type_info's work, for the compilers since 2015, whose class is in the program.
//
// The functions get the object without its vtable pointer. name() wants readable text that lives as long as the
// program: it is kept in the object, and all such texts of one image are on a list whose head is the image's, which
// its start-up code frees in the end. Source: <vcruntime_typeinfo.h>.
#include <dlls/crt/cxx_names.h>
#include <dlls/crt/win32.h>

CRT_EXPORT int strcmp(const char* a, const char* b);

namespace {

struct TypeInfoData {
    char* readable;
    char decorated[1]; ///< begins with a dot that only tells it from a function's name
};

/// A text on the image's list.
struct Node {
    SLIST_ENTRY entry;
    char text[1];
};

Node* make_node(const char* text) {
    size_t length = strlen(text) + 1;
    auto* node = static_cast<Node*>(malloc(offsetof(Node, text) + length));
    if (node)
        memcpy(node->text, text, length);
    return node;
}

} // namespace

UCRT_EXPORT int __std_type_info_compare(const TypeInfoData* a, const TypeInfoData* b) {
    return a == b ? 0 : strcmp(a->decorated + 1, b->decorated + 1);
}

/// FNV-1a of the decorated name.
UCRT_EXPORT size_t __std_type_info_hash(const TypeInfoData* data) {
    constexpr bool wide = sizeof(size_t) == 8;
    constexpr auto basis = size_t(wide ? 14695981039346656037ull : 2166136261u);
    constexpr auto prime = size_t(wide ? 1099511628211ull : 16777619u);
    size_t value = basis;
    for (const char* p = data->decorated + 1; *p; ++p)
        value = (value ^ static_cast<unsigned char>(*p)) * prime;
    if constexpr (wide)
        value ^= size_t(static_cast<unsigned long long>(value) >> 32);
    return value;
}

/// Null without memory.
UCRT_EXPORT const char* __std_type_info_name(TypeInfoData* data, SLIST_HEADER* list) {
    if (char* made = __atomic_load_n(&data->readable, __ATOMIC_ACQUIRE))
        return made;
    char* text = oriel::crt::readable_type_name(data->decorated);
    Node* node = text ? make_node(text) : nullptr;
    free(text);
    if (!node)
        return nullptr;
    char* none = nullptr;
    if (!__atomic_compare_exchange_n(&data->readable, &none, node->text, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        free(node); // another thread was first
        return none;
    }
    InterlockedPushEntrySList(list, &node->entry);
    return node->text;
}

UCRT_EXPORT void __std_type_info_destroy_list(SLIST_HEADER* list) {
    SLIST_ENTRY* entry = InterlockedFlushSList(list);
    while (entry) {
        SLIST_ENTRY* next = entry->Next;
        free(entry);
        entry = next;
    }
}
