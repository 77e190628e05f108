// SPDX-License-Identifier: MIT
// string_secure.cpp: strcpy_s and its kin: the caller tells how much room there is.
//
// On failure the target becomes the empty string and errno's value is the answer: EINVAL for null pointers
// or no room at all, ERANGE for too little. _TRUNCATE as the count cuts instead and answers STRUNCATE.
// Source: "strcpy_s", "strncpy_s", "strcat_s", "strncat_s", "_strset_s", "_strlwr_s".
#include <dlls/crt/crt.h>

namespace oriel::crt {

namespace {

constexpr size_t truncate = size_t(-1);

template<class Char> int refuse(Char* to, int error) {
    *to = 0;
    return invalid_parameter(error);
}

/// Puts at most `count` characters at `used` in a buffer of `room`.
template<class Char> int place(Char* to, size_t used, size_t room, const Char* from, size_t count) {
    size_t i = used;
    for (; count && *from; ++from, ++i) {
        if (i + 1 >= room) {
            if (count == truncate) {
                to[room - 1] = 0;
                return s_truncate;
            }
            return refuse(to, e_range);
        }
        to[i] = *from;
        if (count != truncate)
            --count;
    }
    to[i] = 0;
    return 0;
}

template<class Char> int copy(Char* to, size_t room, const Char* from) {
    if (!to || !room)
        return invalid_parameter();
    if (!from)
        return refuse(to, e_inval);
    size_t length = length_of(from);
    return length < room ? place(to, 0, room, from, length) : refuse(to, e_range);
}

template<class Char> int copy(Char* to, size_t room, const Char* from, size_t count) {
    if (!to && !room && !count)
        return 0;
    if (!to || !room)
        return invalid_parameter();
    if (!count) {
        *to = 0;
        return 0;
    }
    return from ? place(to, 0, room, from, count) : refuse(to, e_inval);
}

/// The length of what is there, or `room` if it has no end.
template<class Char> size_t length_within(const Char* text, size_t room) {
    size_t used = 0;
    while (used < room && text[used])
        ++used;
    return used;
}

template<class Char> int join(Char* to, size_t room, const Char* from, size_t count, bool all) {
    if (!to || !room)
        return invalid_parameter();
    size_t used = length_within(to, room);
    if (used == room)
        return refuse(to, e_inval);
    if (!from)
        return count ? refuse(to, e_inval) : 0;
    return place(to, used, room, from, all ? length_of(from) : count);
}

template<class Char> int change(Char* text, size_t room, Char (*with)(Char)) {
    if (!text)
        return invalid_parameter();
    size_t used = length_within(text, room);
    if (used == room) {
        if (room)
            *text = 0;
        return invalid_parameter();
    }
    for (size_t i = 0; i < used; ++i)
        text[i] = with(text[i]);
    return 0;
}

template<class Char> int fill(Char* text, size_t room, Char c, size_t count) {
    if (!text || !room || length_within(text, room) == room)
        return text && room ? refuse(text, e_inval) : invalid_parameter();
    for (size_t i = 0; i < count && text[i]; ++i)
        text[i] = c;
    return 0;
}

} // namespace

} // namespace oriel::crt

CRT_EXPORT int tolower(int c);
CRT_EXPORT int toupper(int c);
CRT_EXPORT unsigned short towlower(unsigned short c);
CRT_EXPORT unsigned short towupper(unsigned short c);

using namespace oriel::crt;

static char lower(char c) { return char(tolower(static_cast<unsigned char>(c))); }
static char upper(char c) { return char(toupper(static_cast<unsigned char>(c))); }
static wchar_t wide_lower(wchar_t c) { return wchar_t(towlower(c)); }
static wchar_t wide_upper(wchar_t c) { return wchar_t(towupper(c)); }

CRT_EXPORT int strcpy_s(char* to, size_t room, const char* from) { return copy(to, room, from); }
CRT_EXPORT int wcscpy_s(wchar_t* to, size_t room, const wchar_t* from) { return copy(to, room, from); }
CRT_EXPORT int strncpy_s(char* to, size_t room, const char* from, size_t count) {
    return copy(to, room, from, count);
}
CRT_EXPORT int wcsncpy_s(wchar_t* to, size_t room, const wchar_t* from, size_t count) {
    return copy(to, room, from, count);
}
CRT_EXPORT int strcat_s(char* to, size_t room, const char* from) { return join(to, room, from, 1, true); }
CRT_EXPORT int wcscat_s(wchar_t* to, size_t room, const wchar_t* from) { return join(to, room, from, 1, true); }
CRT_EXPORT int strncat_s(char* to, size_t room, const char* from, size_t count) {
    return join(to, room, from, count, false);
}
CRT_EXPORT int wcsncat_s(wchar_t* to, size_t room, const wchar_t* from, size_t count) {
    return join(to, room, from, count, false);
}
CRT_EXPORT int _strlwr_s(char* text, size_t room) { return change(text, room, lower); }
CRT_EXPORT int _strupr_s(char* text, size_t room) { return change(text, room, upper); }
CRT_EXPORT int _wcslwr_s(wchar_t* text, size_t room) { return change(text, room, wide_lower); }
CRT_EXPORT int _wcsupr_s(wchar_t* text, size_t room) { return change(text, room, wide_upper); }
CRT_EXPORT int _strset_s(char* text, size_t room, int c) { return fill(text, room, char(c), SIZE_MAX); }
CRT_EXPORT int _wcsset_s(wchar_t* text, size_t room, wchar_t c) { return fill(text, room, c, SIZE_MAX); }
CRT_EXPORT int _strnset_s(char* text, size_t room, int c, size_t count) { return fill(text, room, char(c), count); }
CRT_EXPORT int _wcsnset_s(wchar_t* text, size_t room, wchar_t c, size_t count) {
    return fill(text, room, c, count);
}

CRT_EXPORT int _strlwr_s_l(char* text, size_t room, void*) { return change(text, room, lower); }
CRT_EXPORT int _strupr_s_l(char* text, size_t room, void*) { return change(text, room, upper); }
CRT_EXPORT int _wcslwr_s_l(wchar_t* text, size_t room, void*) { return change(text, room, wide_lower); }
CRT_EXPORT int _wcsupr_s_l(wchar_t* text, size_t room, void*) { return change(text, room, wide_upper); }
