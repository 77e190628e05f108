// SPDX-License-Identifier: MIT
// multibyte_string.cpp: <mbstring.h>: strings in which a character has one or two bytes.
//
// The code pages of East Asia have lead bytes that begin a character of two. _setmbcp chooses such a page;
// its lead bytes are marked in _mbctype. A program starts with the system's ANSI page, which has none here,
// so a character is a byte until somebody asks for 932, 936, 949 or 950.
// Source: "_setmbcp", "_mbctype", "_mbsrchr", "_mbsinc", "_ismbblead" and their pages.
#include <dlls/crt/multibyte_string.h>

#include <dlls/crt/thread_data.h>
#include <dlls/crt/win32.h>

using namespace oriel::crt;

CRT_EXPORT unsigned char _mbctype[257] = {};

namespace oriel::crt {

static int code_page;

bool is_lead(unsigned char c) { return _mbctype[c + 1] & mb_lead; }
bool is_trail(unsigned char c) { return _mbctype[c + 1] & mb_trail; }

} // namespace oriel::crt

/// _MB_CP_SBCS 0, _MB_CP_OEM -2, _MB_CP_ANSI -3, _MB_CP_LOCALE -4, or a code page. 0, or -1.
CRT_EXPORT int _setmbcp(int which) {
    unsigned page = which == -2 ? GetOEMCP() : which == -3 || which == -4 ? GetACP() : unsigned(which);
    CPINFO info{};
    if (page && !GetCPInfo(page, &info))
        return fail(e_inval);
    memset(_mbctype, 0, sizeof _mbctype);
    code_page = 0;
    if (info.MaxCharSize != 2)
        return 0; // a page of single bytes, or UTF-8, which these functions do not know
    code_page = int(page);
    for (int i = 0; i + 1 < MAX_LEADBYTES && info.LeadByte[i]; i += 2)
        for (int c = info.LeadByte[i]; c <= info.LeadByte[i + 1]; ++c)
            _mbctype[c + 1] |= mb_lead;
    for (int c = 0x40; c <= 0xFE; ++c)
        if (c != 0x7F)
            _mbctype[c + 1] |= mb_trail;
    return 0;
}
CRT_EXPORT int _getmbcp() { return code_page; }
CRT_EXPORT unsigned char* __p__mbctype() { return _mbctype; }

CRT_EXPORT int _ismbblead(unsigned c) { return is_lead(static_cast<unsigned char>(c)); }
CRT_EXPORT int _ismbbtrail(unsigned c) { return is_trail(static_cast<unsigned char>(c)); }
CRT_EXPORT int _ismbblead_l(unsigned c, void*) { return _ismbblead(c); }
CRT_EXPORT int _ismbbtrail_l(unsigned c, void*) { return _ismbbtrail(c); }

/// Whether the byte at `position` is the first (or the second) of a character that begins at `text` or later.
static int place_in_character(const MbChar* text, const MbChar* position, bool wants_lead) {
    while (text < position) {
        if (is_lead(*text)) {
            if (text + 1 == position)
                return wants_lead ? 0 : -1;
            ++text;
        }
        ++text;
    }
    return wants_lead && text == position && is_lead(*text) ? -1 : 0;
}
CRT_EXPORT int _ismbslead(const MbChar* text, const MbChar* p) { return place_in_character(text, p, true); }
CRT_EXPORT int _ismbstrail(const MbChar* text, const MbChar* p) { return place_in_character(text, p, false); }

CRT_EXPORT size_t _mbclen(const MbChar* c) { return is_lead(c[0]) && c[1] ? 2 : 1; }
CRT_EXPORT MbChar* _mbsinc(const MbChar* c) { return const_cast<MbChar*>(next(c)); }
CRT_EXPORT unsigned _mbsnextc(const MbChar* c) { return value(c); }
CRT_EXPORT void _mbccpy(MbChar* to, const MbChar* from) { memcpy(to, from, _mbclen(from)); }

/// The character before `position`, or null at the beginning.
CRT_EXPORT MbChar* _mbsdec(const MbChar* text, const MbChar* position) {
    if (position <= text)
        return nullptr;
    const MbChar* before = text;
    while (next(text) < position) {
        text = next(text);
        before = text;
    }
    return const_cast<MbChar*>(before);
}

CRT_EXPORT MbChar* _mbsninc(const MbChar* text, size_t count) {
    for (; count && *text; --count)
        text = next(text);
    return const_cast<MbChar*>(text);
}

CRT_EXPORT size_t _mbslen(const MbChar* text) {
    size_t count = 0;
    for (; *text; text = next(text))
        ++count;
    return count;
}

CRT_EXPORT size_t _mbsnlen(const MbChar* text, size_t bytes) {
    size_t count = 0;
    for (const MbChar* p = text; size_t(p - text) < bytes && *p; p = next(p))
        ++count;
    return count;
}

/// The characters in the first `bytes`, and the bytes of the first `count` characters.
CRT_EXPORT size_t _mbsnccnt(const MbChar* text, size_t bytes) { return _mbsnlen(text, bytes); }
CRT_EXPORT size_t _mbsnbcnt(const MbChar* text, size_t count) { return size_t(_mbsninc(text, count) - text); }

CRT_EXPORT MbChar* _mbschr(const MbChar* text, unsigned c) {
    for (;; text = next(text)) {
        if (value(text) == c)
            return const_cast<MbChar*>(text);
        if (!*text)
            return nullptr;
    }
}

CRT_EXPORT MbChar* _mbsrchr(const MbChar* text, unsigned c) {
    const MbChar* last = nullptr;
    for (;; text = next(text)) {
        if (value(text) == c)
            last = text;
        if (!*text)
            return const_cast<MbChar*>(last);
    }
}

/// How far the characters at the beginning are in the set, or are not.
static const MbChar* span(const MbChar* text, const MbChar* set, bool in_set) {
    while (*text && (_mbschr(set, value(text)) != nullptr) == in_set)
        text = next(text);
    return text;
}
CRT_EXPORT size_t _mbsspn(const MbChar* text, const MbChar* set) { return size_t(span(text, set, true) - text); }
CRT_EXPORT size_t _mbscspn(const MbChar* text, const MbChar* set) { return size_t(span(text, set, false) - text); }
CRT_EXPORT MbChar* _mbsspnp(const MbChar* text, const MbChar* set) {
    const MbChar* end = span(text, set, true);
    return *end ? const_cast<MbChar*>(end) : nullptr;
}
CRT_EXPORT MbChar* _mbspbrk(const MbChar* text, const MbChar* set) {
    const MbChar* end = span(text, set, false);
    return *end ? const_cast<MbChar*>(end) : nullptr;
}

CRT_EXPORT MbChar* _mbsstr(const MbChar* text, const MbChar* wanted) {
    size_t length = strlen(reinterpret_cast<const char*>(wanted));
    for (;; text = next(text)) {
        size_t i = 0;
        while (i < length && text[i] == wanted[i])
            ++i;
        if (i == length)
            return const_cast<MbChar*>(text);
        if (!*text)
            return nullptr;
    }
}

static MbChar* next_token(MbChar* text, const MbChar* set, MbChar** position) {
    if (!text)
        text = *position;
    if (!text)
        return nullptr;
    auto* token = const_cast<MbChar*>(span(text, set, true));
    auto* end = const_cast<MbChar*>(span(token, set, false));
    *position = end;
    if (*end) {
        *position = const_cast<MbChar*>(next(end));
        *end = 0;
    }
    return *token ? token : nullptr;
}
CRT_EXPORT MbChar* _mbstok(MbChar* text, const MbChar* set) {
    return next_token(text, set, &this_thread().mbstok_next);
}
CRT_EXPORT MbChar* _mbstok_s(MbChar* text, const MbChar* set, MbChar** position) {
    if (!set || !position || (!text && !*position))
        return invalid_parameter(), nullptr;
    return next_token(text, set, position);
}
