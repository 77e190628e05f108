// SPDX-License-Identifier: MIT
// string_search.cpp: lengths, comparisons and searches of NUL-terminated text, narrow and wide.
//
// strlen and strchr look at 16 bytes at a time from an aligned address: such a load never crosses into a
// page that the string does not reach. Comparisons are of unsigned values. Source: C standard, 7.24, 7.29.
#include <dlls/crt/crt.h>

namespace oriel::crt {

namespace {

using Bytes [[gnu::vector_size(16), gnu::may_alias]] = char;
using Units [[gnu::vector_size(16), gnu::may_alias]] = short;

unsigned mask_of(Bytes same) { return unsigned(__builtin_ia32_pmovmskb128(same)); }

unsigned value_of(char c) { return static_cast<unsigned char>(c); }
unsigned value_of(wchar_t c) { return c; }

template<class Char> int compare(const Char* a, const Char* b) {
    for (; *a == *b; ++a, ++b)
        if (!*a)
            return 0;
    return value_of(*a) < value_of(*b) ? -1 : 1;
}

template<class Char> int compare(const Char* a, const Char* b, size_t count) {
    for (; count; ++a, ++b, --count) {
        if (*a != *b)
            return value_of(*a) < value_of(*b) ? -1 : 1;
        if (!*a)
            break;
    }
    return 0;
}

template<class Char> const Char* find(const Char* text, Char c) {
    for (;; ++text) {
        if (*text == c)
            return text;
        if (!*text)
            return nullptr;
    }
}

template<class Char> const Char* find_last(const Char* text, Char c) {
    const Char* last = nullptr;
    do
        if (*text == c)
            last = text;
    while (*text++);
    return last;
}

template<class Char> bool contains(const Char* set, Char c) {
    for (; *set; ++set)
        if (*set == c)
            return true;
    return false;
}

/// How many characters at the beginning are in the set, or are not.
template<class Char> size_t span(const Char* text, const Char* set, bool in_set) {
    size_t count = 0;
    while (text[count] && contains(set, text[count]) == in_set)
        ++count;
    return count;
}

template<class Char> const Char* find_text(const Char* text, const Char* wanted) {
    size_t length = length_of(wanted);
    if (!length)
        return text;
    for (; (text = find(text, *wanted)); ++text)
        if (compare(text, wanted, length) == 0)
            return text;
    return nullptr;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT size_t strlen(const char* text) {
    auto address = reinterpret_cast<uintptr_t>(text);
    auto* block = reinterpret_cast<const Bytes*>(address & ~uintptr_t(15));
    unsigned mask = mask_of(*block == Bytes{}) >> (address & 15);
    if (mask)
        return size_t(__builtin_ctz(mask));
    for (;;)
        if ((mask = mask_of(*++block == Bytes{})))
            return size_t(reinterpret_cast<const char*>(block) - text) + size_t(__builtin_ctz(mask));
}

CRT_EXPORT size_t wcslen(const wchar_t* text) {
    auto address = reinterpret_cast<uintptr_t>(text);
    if (address & 1) { // legal for the CPU, useless for the blocks below
        size_t count = 0;
        while (text[count])
            ++count;
        return count;
    }
    auto* block = reinterpret_cast<const Units*>(address & ~uintptr_t(15));
    unsigned mask = mask_of(Bytes(*block == Units{})) >> (address & 15);
    if (mask)
        return size_t(__builtin_ctz(mask)) / 2;
    for (;;)
        if ((mask = mask_of(Bytes(*++block == Units{}))))
            return size_t(reinterpret_cast<const wchar_t*>(block) - text) + size_t(__builtin_ctz(mask)) / 2;
}

CRT_EXPORT size_t strnlen(const char* text, size_t most) {
    auto* end = static_cast<const char*>(memchr(text, 0, most));
    return end ? size_t(end - text) : most;
}
CRT_EXPORT size_t wcsnlen(const wchar_t* text, size_t most) {
    size_t count = 0;
    while (count < most && text[count])
        ++count;
    return count;
}
CRT_ALIAS(__strncnt, strnlen);

CRT_EXPORT int strcmp(const char* a, const char* b) { return compare(a, b); }
CRT_EXPORT int wcscmp(const wchar_t* a, const wchar_t* b) { return compare(a, b); }
CRT_EXPORT int strncmp(const char* a, const char* b, size_t count) { return compare(a, b, count); }
CRT_EXPORT int wcsncmp(const wchar_t* a, const wchar_t* b, size_t count) { return compare(a, b, count); }

CRT_EXPORT char* strchr(const char* text, int c) { return const_cast<char*>(find(text, char(c))); }
CRT_EXPORT wchar_t* wcschr(const wchar_t* text, wchar_t c) { return const_cast<wchar_t*>(find(text, c)); }
CRT_EXPORT char* strrchr(const char* text, int c) { return const_cast<char*>(find_last(text, char(c))); }
CRT_EXPORT wchar_t* wcsrchr(const wchar_t* text, wchar_t c) { return const_cast<wchar_t*>(find_last(text, c)); }
CRT_EXPORT char* strstr(const char* text, const char* wanted) {
    return const_cast<char*>(find_text(text, wanted));
}
CRT_EXPORT wchar_t* wcsstr(const wchar_t* text, const wchar_t* wanted) {
    return const_cast<wchar_t*>(find_text(text, wanted));
}

CRT_EXPORT size_t strspn(const char* text, const char* set) { return span(text, set, true); }
CRT_EXPORT size_t wcsspn(const wchar_t* text, const wchar_t* set) { return span(text, set, true); }
CRT_EXPORT size_t strcspn(const char* text, const char* set) { return span(text, set, false); }
CRT_EXPORT size_t wcscspn(const wchar_t* text, const wchar_t* set) { return span(text, set, false); }

CRT_EXPORT char* strpbrk(const char* text, const char* set) {
    text += span(text, set, false);
    return *text ? const_cast<char*>(text) : nullptr;
}
CRT_EXPORT wchar_t* wcspbrk(const wchar_t* text, const wchar_t* set) {
    text += span(text, set, false);
    return *text ? const_cast<wchar_t*>(text) : nullptr;
}
