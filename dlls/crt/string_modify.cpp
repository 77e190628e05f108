// SPDX-License-Identifier: MIT
// string_modify.cpp: copying, joining and changing NUL-terminated text, narrow and wide.
//
// Source: C standard, 7.24 and 7.29; "strncpy", "_strrev", "_strset", "_strdup" in Microsoft's reference.
#include <dlls/crt/crt.h>

namespace oriel::crt {

namespace {

template<class Char> Char* copy(Char* to, const Char* from) {
    memcpy(to, from, (length_of(from) + 1) * sizeof(Char));
    return to;
}

/// Fills what is left with NULs, and writes none if the text is too long.
template<class Char> Char* copy(Char* to, const Char* from, size_t count) {
    size_t i = 0;
    for (; i < count && from[i]; ++i)
        to[i] = from[i];
    for (; i < count; ++i)
        to[i] = 0;
    return to;
}

template<class Char> Char* join(Char* to, const Char* from, size_t count) {
    Char* end = to + length_of(to);
    for (; count && *from; --count)
        *end++ = *from++;
    *end = 0;
    return to;
}

template<class Char> Char* reverse(Char* text) {
    size_t length = length_of(text);
    for (size_t i = 0; i < length / 2; ++i) {
        Char kept = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = kept;
    }
    return text;
}

template<class Char> Char* fill(Char* text, Char c, size_t count) {
    for (size_t i = 0; i < count && text[i]; ++i)
        text[i] = c;
    return text;
}

template<class Char> Char* duplicate(const Char* text) {
    if (!text)
        return nullptr;
    size_t length = length_of(text) + 1;
    Char* block = Owned<Char>::allocate(length);
    return block ? static_cast<Char*>(memcpy(block, text, length * sizeof(Char))) : nullptr;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT char* strcpy(char* to, const char* from) { return copy(to, from); }
CRT_EXPORT wchar_t* wcscpy(wchar_t* to, const wchar_t* from) { return copy(to, from); }
CRT_EXPORT char* strncpy(char* to, const char* from, size_t count) { return copy(to, from, count); }
CRT_EXPORT wchar_t* wcsncpy(wchar_t* to, const wchar_t* from, size_t count) { return copy(to, from, count); }
CRT_EXPORT char* strcat(char* to, const char* from) {
    copy(to + strlen(to), from);
    return to;
}
CRT_EXPORT wchar_t* wcscat(wchar_t* to, const wchar_t* from) {
    copy(to + wcslen(to), from);
    return to;
}
CRT_EXPORT char* strncat(char* to, const char* from, size_t count) { return join(to, from, count); }
CRT_EXPORT wchar_t* wcsncat(wchar_t* to, const wchar_t* from, size_t count) { return join(to, from, count); }

CRT_EXPORT char* _strrev(char* text) { return reverse(text); }
CRT_EXPORT wchar_t* _wcsrev(wchar_t* text) { return reverse(text); }
CRT_EXPORT char* _strset(char* text, int c) { return fill(text, char(c), SIZE_MAX); }
CRT_EXPORT wchar_t* _wcsset(wchar_t* text, wchar_t c) { return fill(text, c, SIZE_MAX); }
CRT_EXPORT char* _strnset(char* text, int c, size_t count) { return fill(text, char(c), count); }
CRT_EXPORT wchar_t* _wcsnset(wchar_t* text, wchar_t c, size_t count) { return fill(text, c, count); }
CRT_EXPORT char* _strdup(const char* text) { return duplicate(text); }
CRT_EXPORT wchar_t* _wcsdup(const wchar_t* text) { return duplicate(text); }
