// SPDX-License-Identifier: MIT
// argv_wildcards.cpp: replacing `*.c` by the names that match.
//
// Windows' command interpreter does not expand wildcards; a program that wants them links setargv.obj,
// and its startup code then calls __getmainargs with the flag set. Names keep the directory part of the
// pattern and come sorted; "." and ".." are left out; a pattern without a match stays as it is.
// Source: "Expanding Wildcard Arguments".
#include <dlls/crt/argv.h>

#include <dlls/crt/win32.h>

namespace oriel::crt {

template<class Char> bool NameList<Char>::add(Char* name) {
    // Room is kept for the null pointer that ends argv.
    if ((count & (count + 1)) == 0) {
        auto* grown = static_cast<Char**>(realloc(names, (count * 2 + 2) * sizeof(Char*)));
        if (!grown)
            return false;
        names = grown;
    }
    names[count++] = name;
    names[count] = nullptr;
    return true;
}

namespace {

HANDLE find_first(const char* pattern, WIN32_FIND_DATAA& data) { return FindFirstFileA(pattern, &data); }
HANDLE find_first(const wchar_t* pattern, WIN32_FIND_DATAW& data) { return FindFirstFileW(pattern, &data); }
bool find_next(HANDLE find, WIN32_FIND_DATAA& data) { return FindNextFileA(find, &data); }
bool find_next(HANDLE find, WIN32_FIND_DATAW& data) { return FindNextFileW(find, &data); }
template<class Char> struct FindData;
template<> struct FindData<char> { using type = WIN32_FIND_DATAA; };
template<> struct FindData<wchar_t> { using type = WIN32_FIND_DATAW; };

template<class Char> bool is_dot_entry(const Char* name) {
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

template<class Char> int compare_names(const Char* a, const Char* b) {
    for (;; ++a, ++b) {
        Char x = ascii_lower(*a), y = ascii_lower(*b);
        if (x != y)
            return x < y ? -1 : 1;
        if (!x)
            return 0;
    }
}

template<class Char> void sort_names(Char** names, size_t count) {
    for (size_t gap = count / 2; gap; gap /= 2)
        for (size_t i = gap; i < count; ++i)
            for (size_t j = i; j >= gap && compare_names(names[j - gap], names[j]) > 0; j -= gap) {
                Char* moved = names[j];
                names[j] = names[j - gap];
                names[j - gap] = moved;
            }
}

} // namespace

template<class Char> bool add_matches(NameList<Char>& list, const Char* pattern) {
    size_t directory = 0;
    for (size_t i = 0; pattern[i]; ++i)
        if (pattern[i] == '\\' || pattern[i] == '/' || pattern[i] == ':')
            directory = i + 1;
    typename FindData<Char>::type data;
    HANDLE find = find_first(pattern, data);
    if (find == INVALID_HANDLE_VALUE)
        return true;
    size_t first = list.count;
    bool ok = true;
    do {
        if (is_dot_entry(data.cFileName))
            continue;
        size_t length = length_of(data.cFileName);
        auto* name = Owned<Char>::allocate(directory + length + 1);
        ok = name && list.add(name);
        if (!ok)
            break;
        memcpy(name, pattern, directory * sizeof(Char));
        memcpy(name + directory, data.cFileName, (length + 1) * sizeof(Char));
    } while (find_next(find, data));
    FindClose(find);
    sort_names(list.names + first, list.count - first);
    return ok;
}

template struct NameList<char>;
template struct NameList<wchar_t>;
template bool add_matches(NameList<char>&, const char*);
template bool add_matches(NameList<wchar_t>&, const wchar_t*);

} // namespace oriel::crt
