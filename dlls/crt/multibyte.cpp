// SPDX-License-Identifier: MIT
// multibyte.cpp: mbtowc, wctomb and the conversions of whole strings.
//
// In the "C" locale a byte is the wide character of the same number, and a wide character above 255 has no
// byte. In any other locale the code page of LC_CTYPE decides, through kernel32. A character above the
// basic plane is a surrogate pair on the wide side; msvcrt converts unit by unit and fails on it.
// Source: "mbtowc", "wctomb", "mbstowcs", "wcstombs" and their _s versions.
#include <dlls/crt/multibyte.h>

#include <dlls/crt/locale_data.h>
#include <dlls/crt/win32.h>

namespace oriel::crt {

int wide_to_multibyte(char* out, wchar_t character) {
    unsigned code_page = current_locale().code_page;
    if (!code_page) {
        if (character > 0xFF)
            return -1;
        *out = char(character);
        return 1;
    }
    BOOL defaulted = FALSE;
    BOOL* reports = code_page == CP_UTF8 ? nullptr : &defaulted;
    DWORD flags = code_page == CP_UTF8 ? WC_ERR_INVALID_CHARS : 0;
    int bytes = WideCharToMultiByte(code_page, flags, &character, 1, out, multibyte_longest, nullptr, reports);
    return bytes > 0 && !defaulted ? bytes : -1;
}

int multibyte_to_wide(wchar_t* out, const char* text, size_t available) {
    if (!available)
        return -1;
    unsigned code_page = current_locale().code_page;
    auto first = static_cast<unsigned char>(*text);
    if (!code_page || first < 0x80) {
        *out = first;
        return 1;
    }
    int bytes = 1;
    if (code_page == CP_UTF8)
        bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
    else if (IsDBCSLeadByteEx(code_page, first))
        bytes = 2;
    if (size_t(bytes) > available)
        return -1;
    return MultiByteToWideChar(code_page, MB_ERR_INVALID_CHARS, text, bytes, out, 1) == 1 ? bytes : -1;
}

/// Converts up to and with the NUL, at most `count` wide characters; -1 and EILSEQ for invalid text.
static size_t widen(wchar_t* out, const char* text, size_t count) {
    size_t available = strlen(text), units = 0;
    for (;; ++units) {
        if (out && units == count)
            return units;
        if (!available) {
            if (out)
                out[units] = 0;
            return units;
        }
        wchar_t character;
        int used = multibyte_to_wide(&character, text, available);
        if (used < 0) {
            set_errno(e_ilseq);
            return size_t(-1);
        }
        if (out)
            out[units] = character;
        text += used;
        available -= size_t(used);
    }
}

/// Converts up to and with the NUL, at most `count` bytes, whole characters only.
static size_t narrow(char* out, const wchar_t* text, size_t count) {
    size_t bytes = 0;
    for (;; ++text) {
        char piece[multibyte_longest];
        if (!*text) {
            if (out && bytes < count)
                out[bytes] = 0;
            return bytes;
        }
        int used = wide_to_multibyte(piece, *text);
        if (used < 0) {
            set_errno(e_ilseq);
            return size_t(-1);
        }
        if (out) {
            if (bytes + size_t(used) > count)
                return bytes;
            memcpy(out + bytes, piece, size_t(used));
        }
        bytes += size_t(used);
    }
}

/// The rules that mbstowcs_s and wcstombs_s share.
template<class To, class From, class Convert>
static int convert_s(size_t* converted, To* out, size_t room, const From* text, size_t count, Convert convert) {
    if (converted)
        *converted = 0;
    if ((!out && room) || (out && !room) || !text) {
        if (out && room)
            *out = 0;
        return invalid_parameter();
    }
    bool truncate = count == size_t(-1);
    if (!out) {
        size_t needed = convert(nullptr, text, 0);
        if (needed == size_t(-1))
            return *_errno();
        if (converted)
            *converted = needed + 1;
        return 0;
    }
    size_t most = truncate ? room - 1 : smaller(count, room);
    size_t done = convert(out, text, most);
    if (done == size_t(-1)) {
        *out = 0;
        return *_errno();
    }
    int result = 0;
    if (done >= room) {
        *out = 0;
        return invalid_parameter(e_range);
    }
    if (truncate && done == room - 1 && convert(nullptr, text, 0) > done)
        result = s_truncate;
    out[done] = 0;
    if (converted)
        *converted = done + 1;
    return result;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT int mbtowc(wchar_t* out, const char* text, size_t available) {
    if (!text || !available)
        return 0;
    wchar_t character;
    int used = multibyte_to_wide(&character, text, available);
    if (used < 0)
        return fail(e_ilseq);
    if (out)
        *out = character;
    return character ? used : 0;
}

CRT_EXPORT int wctomb(char* out, wchar_t character) {
    if (!out)
        return 0;
    int bytes = wide_to_multibyte(out, character);
    return bytes < 0 ? fail(e_ilseq) : bytes;
}

CRT_EXPORT int wctomb_s(int* written, char* out, size_t room, wchar_t character) {
    char piece[multibyte_longest];
    if (!out) {
        if (written)
            *written = 0;
        return 0;
    }
    int bytes = wide_to_multibyte(piece, character);
    if (written)
        *written = bytes;
    if (bytes < 0)
        return *_errno() = e_ilseq;
    if (size_t(bytes) > room) {
        if (room)
            memset(out, 0, room);
        return invalid_parameter(e_range);
    }
    memcpy(out, piece, size_t(bytes));
    return 0;
}

CRT_EXPORT int mblen(const char* text, size_t available) { return mbtowc(nullptr, text, available); }

CRT_EXPORT size_t mbstowcs(wchar_t* out, const char* text, size_t count) { return widen(out, text, count); }
CRT_EXPORT size_t wcstombs(char* out, const wchar_t* text, size_t count) { return narrow(out, text, count); }
CRT_EXPORT int mbstowcs_s(size_t* converted, wchar_t* out, size_t room, const char* text, size_t count) {
    return convert_s(converted, out, room, text, count, widen);
}
CRT_EXPORT int wcstombs_s(size_t* converted, char* out, size_t room, const wchar_t* text, size_t count) {
    return convert_s(converted, out, room, text, count, narrow);
}

/// The number of characters, without an end: -1 for invalid text.
CRT_EXPORT size_t _mbstrlen(const char* text) { return widen(nullptr, text, 0); }

CRT_EXPORT wchar_t btowc(int c) {
    char byte = char(c);
    wchar_t character;
    return c != -1 && multibyte_to_wide(&character, &byte, 1) == 1 ? character : wchar_t(0xFFFF);
}
