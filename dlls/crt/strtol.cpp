// SPDX-License-Identifier: MIT
// strtol.cpp: text to integers.
//
// A value out of range becomes the nearest limit with errno = ERANGE; a bad base is EINVAL and 0. strtoul
// takes a minus sign and negates modulo 2^32. long has 32 bits. atoi and its kin wrap silently.
// Source: "strtol", "strtoul", "_strtoi64", "_strtoui64", "atoi".
#include <dlls/crt/number_parse.h>

namespace oriel::crt {

namespace {

template<class Char> bool check_arguments(const Char* text, Char** end, int base) {
    if (end)
        *end = const_cast<Char*>(text);
    if (text && (base == 0 || (base >= 2 && base <= 36)))
        return true;
    invalid_parameter();
    return false;
}

template<class Integer, class Char> Integer to_signed(const Char* text, Char** end, int base) {
    if (!check_arguments(text, end, base))
        return 0;
    const Char* stop;
    auto parsed = parse_integer(text, &stop, base);
    if (end)
        *end = const_cast<Char*>(stop);
    unsigned long long most = (1ull << (sizeof(Integer) * 8 - 1)) - (parsed.negative ? 0 : 1);
    if (parsed.overflow || parsed.magnitude > most) {
        set_errno(e_range);
        parsed.magnitude = most;
    }
    return Integer(parsed.negative ? 0 - parsed.magnitude : parsed.magnitude);
}

template<class Integer, class Char> Integer to_unsigned(const Char* text, Char** end, int base) {
    if (!check_arguments(text, end, base))
        return 0;
    const Char* stop;
    auto parsed = parse_integer(text, &stop, base);
    if (end)
        *end = const_cast<Char*>(stop);
    if (parsed.overflow || parsed.magnitude > Integer(-1)) {
        set_errno(e_range);
        return Integer(-1);
    }
    return Integer(parsed.negative ? 0 - parsed.magnitude : parsed.magnitude);
}

template<class Char> long long to_wrapped(const Char* text) {
    const Char* end;
    auto parsed = parse_integer(text, &end, 10);
    return static_cast<long long>(parsed.negative ? 0 - parsed.magnitude : parsed.magnitude);
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT long strtol(const char* t, char** e, int b) { return to_signed<long>(t, e, b); }
CRT_EXPORT long wcstol(const wchar_t* t, wchar_t** e, int b) { return to_signed<long>(t, e, b); }
CRT_EXPORT unsigned long strtoul(const char* t, char** e, int b) { return to_unsigned<unsigned long>(t, e, b); }
CRT_EXPORT unsigned long wcstoul(const wchar_t* t, wchar_t** e, int b) { return to_unsigned<unsigned long>(t, e, b); }
CRT_EXPORT long long _strtoi64(const char* t, char** e, int b) { return to_signed<long long>(t, e, b); }
CRT_EXPORT long long _wcstoi64(const wchar_t* t, wchar_t** e, int b) { return to_signed<long long>(t, e, b); }
CRT_EXPORT unsigned long long _strtoui64(const char* t, char** e, int b) {
    return to_unsigned<unsigned long long>(t, e, b);
}
CRT_EXPORT unsigned long long _wcstoui64(const wchar_t* t, wchar_t** e, int b) {
    return to_unsigned<unsigned long long>(t, e, b);
}

CRT_EXPORT long _strtol_l(const char* t, char** e, int b, void*) { return strtol(t, e, b); }
CRT_EXPORT long _wcstol_l(const wchar_t* t, wchar_t** e, int b, void*) { return wcstol(t, e, b); }
CRT_EXPORT unsigned long _strtoul_l(const char* t, char** e, int b, void*) { return strtoul(t, e, b); }
CRT_EXPORT unsigned long _wcstoul_l(const wchar_t* t, wchar_t** e, int b, void*) { return wcstoul(t, e, b); }
CRT_EXPORT long long _strtoi64_l(const char* t, char** e, int b, void*) { return _strtoi64(t, e, b); }
CRT_EXPORT long long _wcstoi64_l(const wchar_t* t, wchar_t** e, int b, void*) { return _wcstoi64(t, e, b); }
CRT_EXPORT unsigned long long _strtoui64_l(const char* t, char** e, int b, void*) { return _strtoui64(t, e, b); }
CRT_EXPORT unsigned long long _wcstoui64_l(const wchar_t* t, wchar_t** e, int b, void*) {
    return _wcstoui64(t, e, b);
}

CRT_EXPORT int atoi(const char* text) { return int(to_wrapped(text)); }
CRT_EXPORT long atol(const char* text) { return long(to_wrapped(text)); }
CRT_EXPORT long long _atoi64(const char* text) { return to_wrapped(text); }
CRT_EXPORT int _wtoi(const wchar_t* text) { return int(to_wrapped(text)); }
CRT_EXPORT long _wtol(const wchar_t* text) { return long(to_wrapped(text)); }
CRT_EXPORT long long _wtoi64(const wchar_t* text) { return to_wrapped(text); }
CRT_EXPORT int _atoi_l(const char* text, void*) { return atoi(text); }
CRT_EXPORT long _atol_l(const char* text, void*) { return atol(text); }
CRT_EXPORT long long _atoi64_l(const char* text, void*) { return _atoi64(text); }
CRT_EXPORT int _wtoi_l(const wchar_t* text, void*) { return _wtoi(text); }
CRT_EXPORT long _wtol_l(const wchar_t* text, void*) { return _wtol(text); }
CRT_EXPORT long long _wtoi64_l(const wchar_t* text, void*) { return _wtoi64(text); }
