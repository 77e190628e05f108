// SPDX-License-Identifier: MIT
// environment.cpp: getenv, _putenv and the tables behind _environ and _wenviron.
//
// Win32 keeps the environment as one block; the C library copies it into a table of strings when it
// starts, and again as wide strings when a program first asks for those. _putenv changes the tables and
// the block. The hidden variables of cmd ("=C:=C:\dir") are not in the tables. Names have no case.
// A string that a program got from getenv stays readable after _putenv replaces it: like Microsoft's
// library, which keeps what the initial block pointed to, we never free a replaced string.
// Source: "getenv, _wgetenv", "_putenv, _wputenv", "_environ, _wenviron".
#include <dlls/crt/environment.h>

#include <dlls/crt/locks.h>
#include <dlls/crt/win32.h>

CRT_EXPORT char** _environ = nullptr;
CRT_EXPORT wchar_t** _wenviron = nullptr;
CRT_EXPORT char** __initenv = nullptr;
CRT_EXPORT wchar_t** __winitenv = nullptr;

namespace oriel::crt {

namespace {

char* system_block(char) { return GetEnvironmentStringsA(); }
wchar_t* system_block(wchar_t) { return GetEnvironmentStringsW(); }
void free_system_block(char* block) { FreeEnvironmentStringsA(block); }
void free_system_block(wchar_t* block) { FreeEnvironmentStringsW(block); }
bool set_system(const char* name, const char* value) { return SetEnvironmentVariableA(name, value); }
bool set_system(const wchar_t* name, const wchar_t* value) { return SetEnvironmentVariableW(name, value); }

/// The table of one width: null-terminated, in malloc'ed memory of exactly that size.
template<class Char> Char** make_table() {
    Char* block = system_block(Char());
    if (!block)
        return nullptr;
    size_t count = 0;
    for (Char* text = block; *text; text += length_of(text) + 1)
        count += *text != '=';
    auto** table = Owned<Char*>::allocate(count + 1);
    size_t filled = 0;
    for (Char* text = block; table && *text; text += length_of(text) + 1) {
        if (*text == '=')
            continue;
        size_t length = length_of(text) + 1;
        Char* copy = Owned<Char>::allocate(length);
        if (!copy)
            break;
        memcpy(copy, text, length * sizeof(Char));
        table[filled++] = copy;
    }
    if (table)
        table[filled] = nullptr;
    free_system_block(block);
    return table;
}

template<class Char> bool same_name(const Char* entry, const Char* name, size_t length) {
    for (size_t i = 0; i < length; ++i)
        if (!entry[i] || ascii_upper(entry[i]) != ascii_upper(name[i]))
            return false;
    return entry[length] == '=';
}

template<class Char> Char** find(Char** table, const Char* name, size_t length) {
    for (; table && *table; ++table)
        if (same_name(*table, name, length))
            return table;
    return nullptr;
}

/// Puts `entry` ("NAME=value", malloc'ed) in place of what has its name; a null entry removes that.
template<class Char> bool store(Char**& table, const Char* name, size_t length, Char* entry) {
    Char** slot = find(table, name, length);
    if (!entry) {
        for (; slot && *slot; ++slot)
            slot[0] = slot[1];
        return true;
    }
    if (slot) {
        *slot = entry;
        return true;
    }
    size_t count = 0;
    while (table && table[count])
        ++count;
    auto** grown = static_cast<Char**>(realloc(table, (count + 2) * sizeof(Char*)));
    if (!grown)
        return false;
    grown[count] = entry;
    grown[count + 1] = nullptr;
    table = grown;
    return true;
}

/// A copy of "NAME=value" in the other width.
wchar_t* convert(const char* text) {
    int length = MultiByteToWideChar(CP_ACP, 0, text, -1, nullptr, 0);
    auto* copy = Owned<wchar_t>::allocate(size_t(length));
    if (copy)
        MultiByteToWideChar(CP_ACP, 0, text, -1, copy, length);
    return copy;
}
char* convert(const wchar_t* text) {
    int length = WideCharToMultiByte(CP_ACP, 0, text, -1, nullptr, 0, nullptr, nullptr);
    auto* copy = Owned<char>::allocate(size_t(length));
    if (copy)
        WideCharToMultiByte(CP_ACP, 0, text, -1, copy, length, nullptr, nullptr);
    return copy;
}

template<class Char> Char**& table_of();
template<> char**& table_of<char>() { return _environ; }
template<> wchar_t**& table_of<wchar_t>() {
    if (!_wenviron)
        __winitenv = _wenviron = make_table<wchar_t>();
    return _wenviron;
}

template<class Char> size_t name_length(const Char* option) {
    size_t length = 0;
    while (option[length] && option[length] != '=')
        ++length;
    return length;
}

template<class Char> bool store_copy(Char**& table, const Char* option) {
    size_t name = name_length(option), length = length_of(option) + 1;
    Char* entry = nullptr;
    if (option[name] && option[name + 1]) {
        entry = Owned<Char>::allocate(length);
        if (!entry)
            return false;
        memcpy(entry, option, length * sizeof(Char));
    }
    return store(table, option, name, entry);
}

/// `option` is "NAME=value"; "NAME=" removes. 0, or -1 with errno.
template<class Char, class Other> int put(const Char* option, Other**& other_table) {
    size_t length = option ? name_length(option) : 0;
    if (!length || !option[length])
        return invalid_parameter(), -1;
    LockScope lock(lock_environment);
    Owned<Char> name(Owned<Char>::allocate(length + 1));
    Owned<Other> other(convert(option));
    if (!name || !other || !store_copy(table_of<Char>(), option))
        return fail(e_nomem);
    if (other_table && !store_copy(other_table, const_cast<const Other*>(other.get())))
        return fail(e_nomem);
    memcpy(name.get(), option, length * sizeof(Char));
    name[length] = 0;
    const Char* value = option + length + 1;
    set_system(name.get(), *value ? value : nullptr);
    return 0;
}

template<class Char> Char* get(const Char* name) {
    if (!name)
        return nullptr;
    LockScope lock(lock_environment);
    size_t length = length_of(name);
    Char** slot = find(table_of<Char>(), name, length);
    return slot ? *slot + length + 1 : nullptr;
}

/// getenv_s: ERANGE if the buffer is too small, with the size needed in `needed` either way.
template<class Char> int get_s(size_t* needed, Char* buffer, size_t size, const Char* name) {
    if (!needed || (!buffer && size) || !name)
        return invalid_parameter();
    if (buffer && size)
        buffer[0] = 0;
    const Char* value = get(name);
    *needed = value ? length_of(value) + 1 : 0;
    if (!value || !size)
        return 0;
    if (*needed > size) {
        set_errno(e_range);
        return e_range;
    }
    memcpy(buffer, value, *needed * sizeof(Char));
    return 0;
}

template<class Char> int put_s(const Char* name, const Char* value, int (*putter)(const Char*)) {
    if (!name || !value)
        return invalid_parameter();
    size_t a = length_of(name), b = length_of(value);
    Owned<Char> option(Owned<Char>::allocate(a + b + 2));
    if (!option)
        return e_nomem;
    memcpy(option.get(), name, a * sizeof(Char));
    option[a] = '=';
    memcpy(option.get() + a + 1, value, (b + 1) * sizeof(Char));
    return putter(option.get()) == 0 ? 0 : *_errno();
}

} // namespace

bool open_environment() {
    __initenv = _environ = make_table<char>();
    return _environ != nullptr;
}

char** initial_environment() { return __initenv = _environ; }
wchar_t** initial_wide_environment() { return __winitenv = table_of<wchar_t>(); }

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT char* getenv(const char* name) { return get(name); }
CRT_EXPORT wchar_t* _wgetenv(const wchar_t* name) { return get(name); }
CRT_EXPORT int _putenv(const char* option) { return put(option, _wenviron); }
CRT_EXPORT int _wputenv(const wchar_t* option) {
    char**& narrow = _environ;
    return put(option, narrow);
}
CRT_EXPORT int getenv_s(size_t* needed, char* buffer, size_t size, const char* name) {
    return get_s(needed, buffer, size, name);
}
CRT_EXPORT int _wgetenv_s(size_t* needed, wchar_t* buffer, size_t size, const wchar_t* name) {
    return get_s(needed, buffer, size, name);
}
CRT_EXPORT int _putenv_s(const char* name, const char* value) { return put_s(name, value, _putenv); }
CRT_EXPORT int _wputenv_s(const wchar_t* name, const wchar_t* value) { return put_s(name, value, _wputenv); }

CRT_EXPORT char*** __p__environ() { return &_environ; }
CRT_EXPORT wchar_t*** __p__wenviron() { return &_wenviron; }
CRT_EXPORT char*** __p___initenv() { return &__initenv; }
CRT_EXPORT wchar_t*** __p___winitenv() { return &__winitenv; }
CRT_EXPORT int _get_environ(char*** table) {
    *table = _environ;
    return 0;
}
CRT_EXPORT int _get_wenviron(wchar_t*** table) {
    *table = table_of<wchar_t>();
    return 0;
}
