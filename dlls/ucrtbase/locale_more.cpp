// SPDX-License-Identifier: MIT
// locale_more.cpp: what the C++ library asks of the locale: names of days and months, and locks.
//
// _Getdays answers ":Sun:Sunday:Mon:Monday...", _Getmonths the like, malloc'ed; the caller frees them. Names are
// English in every locale (time_format.cpp). _configthreadlocale knows one way: all threads share the locale.
// Source: <xlocinfo.h>'s use of them; "_configthreadlocale".
#include <dlls/crt/locale_data.h>
#include <dlls/crt/locks.h>
#include <dlls/crt/time_data.h>

CRT_EXPORT size_t _wcsftime_l(wchar_t* out, size_t room, const wchar_t* format, const oriel::crt::Tm* tm, void*);

namespace oriel::crt {

namespace {

constexpr char days[] = ":Sun:Sunday:Mon:Monday:Tue:Tuesday:Wed:Wednesday:Thu:Thursday:Fri:Friday:Sat:Saturday";
constexpr char months[] = ":Jan:January:Feb:February:Mar:March:Apr:April:May:May:Jun:June:Jul:July:Aug:August"
                          ":Sep:September:Oct:October:Nov:November:Dec:December";

template<class Char> Char* copy_of(const char* text) {
    size_t length = strlen(text) + 1;
    Char* copy = Owned<Char>::allocate(length);
    for (size_t i = 0; copy && i < length; ++i)
        copy[i] = Char(text[i]);
    return copy;
}

constexpr int disable_per_thread = 2;

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

UCRT_EXPORT char* _Getdays() { return copy_of<char>(days); }
UCRT_EXPORT char* _Getmonths() { return copy_of<char>(months); }
UCRT_EXPORT wchar_t* _W_Getdays() { return copy_of<wchar_t>(days); }
UCRT_EXPORT wchar_t* _W_Getmonths() { return copy_of<wchar_t>(months); }
/// All that _Strftime and _Wcsftime need of a locale, for the caller to keep, pass and free. They need nothing of ours.
UCRT_EXPORT void* _Gettnames() { return calloc(1, sizeof(LocaleData)); }
UCRT_EXPORT void* _W_Gettnames() { return _Gettnames(); }
UCRT_EXPORT size_t _Wcsftime(wchar_t* out, size_t room, const wchar_t* format, const Tm* tm, void*) {
    return _wcsftime_l(out, room, format, tm, nullptr);
}

UCRT_EXPORT void _lock_locales() { _lock(lock_locale); }
UCRT_EXPORT void _unlock_locales() { _unlock(lock_locale); }

/// 0 only asks. A locale for each thread cannot be had: -1.
UCRT_EXPORT int _configthreadlocale(int type) {
    if (type == 0 || type == disable_per_thread)
        return disable_per_thread;
    return fail(type == 1 || type == -1 ? e_nosys : e_inval);
}

/// The names of the categories, by LC_ number; null means "C".
UCRT_EXPORT wchar_t** ___lc_locale_name_func() {
    static wchar_t english[] = L"en-US";
    static wchar_t* names[lc_count];
    for (int each = lc_collate; each < lc_count; ++each) {
        const char* name = current_locale().names[each];
        names[each] = name[0] == 'C' && !name[1] ? nullptr : english;
    }
    return names;
}
