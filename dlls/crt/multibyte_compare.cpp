// SPDX-License-Identifier: MIT
// multibyte_compare.cpp: <mbstring.h>, second half: comparing, copying and changing.
//
// "n" counts characters, "nb" bytes. Copying and joining whole strings need no look at characters, so those
// are the functions of plain strings. Source: "_mbscmp", "_mbsnbcmp", "_mbsncpy", "_mbslwr".
#include <dlls/crt/multibyte_string.h>

using namespace oriel::crt;

CRT_ALIAS_ELSEWHERE(_mbscpy, strcpy);
CRT_ALIAS_ELSEWHERE(_mbscat, strcat);
CRT_ALIAS_ELSEWHERE(_mbsdup, _strdup);
CRT_ALIAS_ELSEWHERE(_mbscpy_s, strcpy_s);
CRT_ALIAS_ELSEWHERE(_mbscat_s, strcat_s);

static unsigned folded(const MbChar* c) {
    unsigned character = value(c);
    return character < 256 ? unsigned(ascii_lower(int(character))) : character;
}

/// At most so many characters and so many bytes.
static int compare(const MbChar* a, const MbChar* b, size_t characters, size_t bytes, bool fold) {
    const MbChar* begin = a;
    for (; characters && size_t(a - begin) < bytes; --characters, a = next(a), b = next(b)) {
        unsigned x = fold ? folded(a) : value(a), y = fold ? folded(b) : value(b);
        if (x != y)
            return x < y ? -1 : 1;
        if (!x)
            break;
    }
    return 0;
}

CRT_EXPORT int _mbscmp(const MbChar* a, const MbChar* b) { return compare(a, b, SIZE_MAX, SIZE_MAX, false); }
CRT_EXPORT int _mbsicmp(const MbChar* a, const MbChar* b) { return compare(a, b, SIZE_MAX, SIZE_MAX, true); }
CRT_EXPORT int _mbsncmp(const MbChar* a, const MbChar* b, size_t n) { return compare(a, b, n, SIZE_MAX, false); }
CRT_EXPORT int _mbsnicmp(const MbChar* a, const MbChar* b, size_t n) { return compare(a, b, n, SIZE_MAX, true); }
CRT_EXPORT int _mbsnbcmp(const MbChar* a, const MbChar* b, size_t n) { return compare(a, b, SIZE_MAX, n, false); }
CRT_EXPORT int _mbsnbicmp(const MbChar* a, const MbChar* b, size_t n) { return compare(a, b, SIZE_MAX, n, true); }
CRT_ALIAS(_mbscoll, _mbscmp);
CRT_ALIAS(_mbsicoll, _mbsicmp);
CRT_ALIAS(_mbsncoll, _mbsncmp);
CRT_ALIAS(_mbsnicoll, _mbsnicmp);
CRT_ALIAS(_mbsnbcoll, _mbsnbcmp);
CRT_ALIAS(_mbsnbicoll, _mbsnbicmp);

/// Copies whole characters within both limits and fills `fill_to` bytes with NULs.
static MbChar* copy(MbChar* to, const MbChar* from, size_t characters, size_t bytes, bool fill) {
    size_t used = 0;
    for (; characters && *from; --characters) {
        size_t length = size_t(next(from) - from);
        if (used + length > bytes)
            break;
        memcpy(to + used, from, length);
        used += length;
        from += length;
    }
    for (; fill && characters && used < bytes; ++used, --characters)
        to[used] = 0;
    if (!fill)
        to[used] = 0;
    return to;
}
CRT_EXPORT MbChar* _mbsncpy(MbChar* to, const MbChar* from, size_t n) { return copy(to, from, n, SIZE_MAX, true); }
CRT_EXPORT MbChar* _mbsnbcpy(MbChar* to, const MbChar* from, size_t n) { return copy(to, from, SIZE_MAX, n, true); }
CRT_EXPORT MbChar* _mbsncat(MbChar* to, const MbChar* from, size_t n) {
    copy(to + strlen(reinterpret_cast<char*>(to)), from, n, SIZE_MAX, false);
    return to;
}
CRT_EXPORT MbChar* _mbsnbcat(MbChar* to, const MbChar* from, size_t n) {
    copy(to + strlen(reinterpret_cast<char*>(to)), from, SIZE_MAX, n, false);
    return to;
}

template<class Change> static MbChar* change(MbChar* text, Change change_byte) {
    for (MbChar* p = text; *p; p = const_cast<MbChar*>(next(p)))
        if (!is_lead(*p))
            *p = MbChar(change_byte(int(*p)));
    return text;
}
CRT_EXPORT MbChar* _mbslwr(MbChar* text) { return change(text, ascii_lower<int>); }
CRT_EXPORT MbChar* _mbsupr(MbChar* text) { return change(text, ascii_upper<int>); }
CRT_EXPORT unsigned _mbctolower(unsigned c) { return c < 256 ? unsigned(ascii_lower(int(c))) : c; }
CRT_EXPORT unsigned _mbctoupper(unsigned c) { return c < 256 ? unsigned(ascii_upper(int(c))) : c; }

/// Reverses the order of characters, not of bytes.
CRT_EXPORT MbChar* _mbsrev(MbChar* text) {
    size_t length = strlen(reinterpret_cast<char*>(text));
    Owned<MbChar> reversed(Owned<MbChar>::allocate(length + 1));
    if (!reversed)
        return text;
    MbChar* out = reversed.get() + length;
    for (const MbChar* p = text; *p; p = next(p)) {
        size_t bytes = size_t(next(p) - p);
        out -= bytes;
        memcpy(out, p, bytes);
    }
    memcpy(text, reversed.get(), length);
    return text;
}

CRT_EXPORT MbChar* _mbsset(MbChar* text, unsigned c) { return change(text, [=](int) { return int(c & 0xFF); }); }
