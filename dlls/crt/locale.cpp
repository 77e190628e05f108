// SPDX-License-Identifier: MIT
// locale.cpp: setlocale and what it changes.
//
// A category's name is "C", or "Language_Country.codepage" after Microsoft's fashion. The names that are
// taken: "C"; "" (the user's: English_United States with the ANSI code page); "English" and
// "English_United States", with or without a code page; and a code page alone (".1252", ".ACP", ".OCP",
// ".65001", ".utf8"). LC_CTYPE's code page rules the classes and cases of bytes and the conversions to wide
// characters; the other categories behave as in "C" under every name, and localeconv tells so.
// Source: "setlocale, _wsetlocale", "Locale Names, Languages, and Country-Region Strings".
#include <dlls/crt/locale_data.h>

#include <dlls/crt/ctype.h>
#include <dlls/crt/locale_tables.h>
#include <dlls/crt/locks.h>
#include <dlls/crt/win32.h>

CRT_EXPORT int __mb_cur_max = 1;
CRT_EXPORT unsigned __lc_codepage = 0;
CRT_EXPORT unsigned __lc_collate_cp = 0;
CRT_EXPORT unsigned long __lc_handle[6] = {};
CRT_EXPORT int __setlc_active = 0;
CRT_EXPORT int __unguarded_readlc_active = 0;

namespace oriel::crt {

namespace {

LocaleData locale;
char joined_names[6 * 80];

bool equal_word(const char* text, size_t length, const char* word) {
    for (size_t i = 0; i < length; ++i)
        if (!word[i] || ascii_lower(text[i]) != ascii_lower(word[i]))
            return false;
    return !word[length];
}

/// 0 if the text names no code page.
unsigned decode_code_page(const char* text) {
    size_t length = strlen(text);
    if (equal_word(text, length, "acp"))
        return GetACP();
    if (equal_word(text, length, "ocp"))
        return GetOEMCP();
    if (equal_word(text, length, "utf8") || equal_word(text, length, "utf-8"))
        return CP_UTF8;
    unsigned value = 0;
    for (; is_ascii_digit(*text); ++text)
        value = value * 10 + unsigned(*text - '0');
    return *text || value > 0xFFFF || !IsValidCodePage(value) ? 0 : value;
}

struct Choice {
    bool valid;
    unsigned code_page; ///< 0 for "C"
};

Choice decode_name(const char* name) {
    if (name[0] == 'C' && !name[1])
        return {true, 0};
    size_t length = 0;
    while (name[length] && name[length] != '.')
        ++length;
    bool known = !length || equal_word(name, length, "English") ||
                 equal_word(name, length, "English_United States") || equal_word(name, length, "american") ||
                 equal_word(name, length, "enu");
    unsigned code_page = name[length] ? decode_code_page(name + length + 1) : GetACP();
    return {known && code_page, code_page};
}

void write_name(char* out, unsigned code_page) {
    if (!code_page) {
        memcpy(out, "C", 2);
        return;
    }
    constexpr char prefix[] = "English_United States.";
    memcpy(out, prefix, sizeof prefix - 1);
    char* p = out + sizeof prefix - 1;
    char digits[8];
    int count = 0;
    do
        digits[count++] = char('0' + code_page % 10);
    while (code_page /= 10);
    while (count)
        *p++ = digits[--count];
    *p = 0;
}

bool apply(LocaleData& data, int category, unsigned code_page) {
    if (category == lc_ctype) {
        const CodePageTables* tables = code_page ? tables_of(code_page) : nullptr;
        if (code_page && !tables)
            return false;
        CPINFO info{};
        data.code_page = code_page;
        data.language = code_page ? english_us : 0;
        data.longest_character = code_page && GetCPInfo(code_page, &info) ? int(info.MaxCharSize) : 1;
        data.types = tables ? tables->types + 1 : ascii_type_table();
        data.lower = tables ? tables->lower : ascii_lower_map.bytes;
        data.upper = tables ? tables->upper : ascii_upper_map.bytes;
    }
    write_name(data.names[category], code_page);
    return true;
}

/// Tells the exported variables what the current locale has become.
void publish() {
    use_type_table(locale.types);
    __mb_cur_max = locale.longest_character;
    __lc_codepage = locale.code_page;
    __lc_handle[lc_ctype] = locale.language;
}

bool apply_all(LocaleData& data, int category, Choice choice) {
    if (category != lc_all)
        return apply(data, category, choice.code_page);
    for (int each = lc_collate; each < lc_count; ++each)
        if (!apply(data, each, choice.code_page))
            return false;
    return true;
}

/// "LC_COLLATE=C;LC_CTYPE=...": what setlocale(LC_ALL, NULL) answered for a mixed locale, given back.
bool apply_joined(LocaleData& data, const char* names) {
    static constexpr const char* words[] = {"", "LC_COLLATE", "LC_CTYPE", "LC_MONETARY", "LC_NUMERIC", "LC_TIME"};
    while (*names) {
        size_t key = 0, value = 0;
        char name[64];
        while (names[key] && names[key] != '=')
            ++key;
        if (!names[key])
            return false;
        while (names[key + 1 + value] && names[key + 1 + value] != ';')
            ++value;
        if (value >= sizeof name)
            return false;
        memcpy(name, names + key + 1, value);
        name[value] = 0;
        Choice choice = decode_name(name);
        bool done = false;
        for (int each = lc_collate; each < lc_count && choice.valid; ++each)
            if (equal_word(names, key, words[each]))
                done = apply(data, each, choice.code_page);
        if (!done)
            return false;
        names += key + 1 + value;
        names += *names == ';';
    }
    return true;
}

/// One name if all categories agree, else the list of pairs.
char* name_of(LocaleData& data, int category) {
    if (category != lc_all)
        return data.names[category];
    bool same = true;
    for (int each = lc_collate + 1; each < lc_count; ++each)
        same = same && equal_word(data.names[each], strlen(data.names[each]), data.names[lc_collate]);
    if (same)
        return data.names[lc_collate];
    static constexpr const char* words[] = {
        "", "LC_COLLATE=", "LC_CTYPE=", "LC_MONETARY=", "LC_NUMERIC=", "LC_TIME="};
    char* out = joined_names;
    for (int each = lc_collate; each < lc_count; ++each) {
        if (each > lc_collate)
            *out++ = ';';
        const char* parts[] = {words[each], data.names[each]};
        for (const char* part : parts) {
            memcpy(out, part, strlen(part));
            out += strlen(part);
        }
    }
    *out = 0;
    return joined_names;
}

} // namespace

LocaleData& current_locale() { return locale; }

void open_locale() {
    apply_all(locale, lc_all, {true, 0});
    publish();
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT char* setlocale(int category, const char* name) {
    if (category < lc_all || category >= lc_count) {
        invalid_parameter();
        return nullptr;
    }
    LockScope lock(lock_locale);
    if (name) {
        LocaleData changed = locale;
        bool joined = category == lc_all && name[0] == 'L' && name[1] == 'C' && name[2] == '_';
        Choice choice = joined ? Choice{} : decode_name(name);
        if (joined ? !apply_joined(changed, name) : !choice.valid || !apply_all(changed, category, choice))
            return nullptr;
        locale = changed;
        publish();
    }
    return name_of(locale, category);
}

CRT_EXPORT wchar_t* _wsetlocale(int category, const wchar_t* name) {
    static wchar_t answer[sizeof joined_names];
    char narrow[sizeof joined_names];
    size_t length = name ? wcslen(name) : 0;
    if (length >= sizeof narrow)
        return nullptr;
    for (size_t i = 0; name && i <= length; ++i)
        narrow[i] = char(name[i]);
    char* result = setlocale(category, name ? narrow : nullptr);
    if (!result)
        return nullptr;
    for (size_t i = 0; i <= strlen(result); ++i)
        answer[i] = static_cast<unsigned char>(result[i]);
    return answer;
}

CRT_EXPORT LocaleHandle* _create_locale(int category, const char* name) {
    Choice choice = name ? decode_name(name) : Choice{};
    if (category < lc_all || category >= lc_count || !choice.valid)
        return nullptr;
    Owned<LocaleData> data(Owned<LocaleData>::allocate(1));
    auto* handle = Owned<LocaleHandle>::allocate(1);
    if (!data || !handle || !apply_all(*data.get(), lc_all, {true, 0}) || !apply_all(*data.get(), category, choice)) {
        free(handle);
        return nullptr;
    }
    handle->multibyte_data = nullptr;
    handle->data = data.give_away();
    return handle;
}

CRT_EXPORT LocaleHandle* _get_current_locale() {
    Owned<LocaleData> data(Owned<LocaleData>::allocate(1));
    auto* handle = Owned<LocaleHandle>::allocate(1);
    if (!data || !handle) {
        free(handle);
        return nullptr;
    }
    *data.get() = locale;
    *handle = {data.give_away(), nullptr};
    return handle;
}

CRT_EXPORT void _free_locale(LocaleHandle* handle) {
    if (handle)
        free(handle->data);
    free(handle);
}

CRT_EXPORT unsigned ___lc_codepage_func() { return locale.code_page; }
CRT_EXPORT unsigned ___lc_collate_cp_func() { return __lc_collate_cp; }
CRT_EXPORT unsigned long* ___lc_handle_func() { return __lc_handle; }
CRT_EXPORT int ___mb_cur_max_func() { return locale.longest_character; }
CRT_EXPORT int* __p___mb_cur_max() { return &__mb_cur_max; }
CRT_EXPORT int ___setlc_active_func() { return __setlc_active; }
CRT_EXPORT int* ___unguarded_readlc_active_add_func() { return &__unguarded_readlc_active; }
