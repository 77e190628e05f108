// SPDX-License-Identifier: MIT
// file_search.cpp: _findfirst and its kin.
//
// They are FindFirstFile with the C library's times and a structure for each width of size and time.
// FILE_ATTRIBUTE_NORMAL reads 0. The search handle is the Win32 one. Source: "_findfirst functions".
#include <dlls/crt/time_data.h>
#include <dlls/crt/win32.h>

namespace oriel::crt {

namespace {

template<class Char, class Size, class Time> struct Found {
    unsigned attrib;
    Time time_create, time_access, time_write;
    Size size;
    Char name[260];
};

HANDLE find_first(const char* pattern, WIN32_FIND_DATAA& data) { return FindFirstFileA(pattern, &data); }
HANDLE find_first(const wchar_t* pattern, WIN32_FIND_DATAW& data) { return FindFirstFileW(pattern, &data); }
BOOL find_next(HANDLE find, WIN32_FIND_DATAA& data) { return FindNextFileA(find, &data); }
BOOL find_next(HANDLE find, WIN32_FIND_DATAW& data) { return FindNextFileW(find, &data); }
template<class Char> struct SystemData;
template<> struct SystemData<char> { using type = WIN32_FIND_DATAA; };
template<> struct SystemData<wchar_t> { using type = WIN32_FIND_DATAW; };

template<class Time> Time convert(FILETIME time) {
    if (!time.dwLowDateTime && !time.dwHighDateTime)
        return -1;
    return Time(time_of_filetime(time.dwLowDateTime, time.dwHighDateTime));
}

template<class Data, class Char, class Size, class Time> void fill(Found<Char, Size, Time>* found, const Data& data) {
    found->attrib = data.dwFileAttributes == FILE_ATTRIBUTE_NORMAL ? 0 : data.dwFileAttributes;
    found->time_create = convert<Time>(data.ftCreationTime);
    found->time_access = convert<Time>(data.ftLastAccessTime);
    found->time_write = convert<Time>(data.ftLastWriteTime);
    found->size = Size((static_cast<unsigned long long>(data.nFileSizeHigh) << 32) | data.nFileSizeLow);
    memcpy(found->name, data.cFileName, sizeof found->name);
}

/// errno as the search functions have it: no match, no memory, or a bad pattern.
int search_failed() {
    DWORD error = GetLastError();
    fail_with_win32(error);
    if (error == ERROR_NO_MORE_FILES || error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return fail(e_noent);
    return fail(error == ERROR_NOT_ENOUGH_MEMORY ? e_nomem : e_inval);
}

template<class Char, class Size, class Time> intptr_t first(const Char* pattern, Found<Char, Size, Time>* found) {
    if (!pattern || !found)
        return invalid_parameter(), -1;
    typename SystemData<Char>::type data;
    HANDLE find = find_first(pattern, data);
    if (find == INVALID_HANDLE_VALUE)
        return search_failed();
    fill(found, data);
    return reinterpret_cast<intptr_t>(find);
}

template<class Char, class Size, class Time> int next(intptr_t find, Found<Char, Size, Time>* found) {
    if (find == -1 || !found)
        return invalid_parameter(), -1;
    typename SystemData<Char>::type data;
    if (!find_next(reinterpret_cast<HANDLE>(find), data))
        return search_failed();
    fill(found, data);
    return 0;
}

using Size32 = unsigned long;
using Size64 = long long;

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

#define FIND_FUNCTIONS(suffix, Size, Time)                                                                  \
    CRT_EXPORT intptr_t _findfirst##suffix(const char* p, Found<char, Size, Time>* f) { return first(p, f); } \
    CRT_EXPORT int _findnext##suffix(intptr_t h, Found<char, Size, Time>* f) { return next(h, f); }         \
    CRT_EXPORT intptr_t _wfindfirst##suffix(const wchar_t* p, Found<wchar_t, Size, Time>* f) {              \
        return first(p, f);                                                                                 \
    }                                                                                                       \
    CRT_EXPORT int _wfindnext##suffix(intptr_t h, Found<wchar_t, Size, Time>* f) { return next(h, f); }

FIND_FUNCTIONS(, Size32, TimeDefault)
FIND_FUNCTIONS(32, Size32, Time32)
FIND_FUNCTIONS(64, Size64, Time64)
FIND_FUNCTIONS(i64, Size64, TimeDefault)
FIND_FUNCTIONS(32i64, Size64, Time32)
FIND_FUNCTIONS(64i32, Size32, Time64)

CRT_EXPORT int _findclose(intptr_t find) {
    if (FindClose(reinterpret_cast<HANDLE>(find)))
        return 0;
    fail_with_last_error();
    return fail(e_inval);
}
