// SPDX-License-Identifier: MIT
// crt_string.cpp: the C library's string functions that ntdll exports, narrow and wide from one text.
//
// They know only ASCII case, as in the C locale; names are compared with RtlCompareUnicodeString.
#include <nt/export.h>

#include <cstddef>
#include <cstdint>

#define NO_BUILTIN __attribute__((no_builtin))

namespace {

template<class C> constexpr std::uint32_t code(C c) {
    return sizeof(C) == 1 ? static_cast<std::uint8_t>(c) : static_cast<std::uint16_t>(c);
}
template<class C> constexpr C lower(C c) { return c >= C('A') && c <= C('Z') ? static_cast<C>(c + 0x20) : c; }
template<class C> constexpr C upper(C c) { return c >= C('a') && c <= C('z') ? static_cast<C>(c - 0x20) : c; }
template<class C> constexpr C same(C c) { return c; }

template<class C> NO_BUILTIN std::size_t length(const C* text) {
    std::size_t count = 0;
    while (text[count] != 0) ++count;
    return count;
}
template<class C> NO_BUILTIN std::size_t length(const C* text, std::size_t limit) {
    std::size_t count = 0;
    while (count < limit && text[count] != 0) ++count;
    return count;
}
template<class C> NO_BUILTIN C* copy(C* to, const C* from) {
    for (C* at = to; (*at = *from) != 0; ++at, ++from) {}
    return to;
}
/// strncpy: fills up with NULs, ends with none if the source is too long.
template<class C> NO_BUILTIN C* copy(C* to, const C* from, std::size_t count) {
    std::size_t i = 0;
    for (; i < count && from[i] != 0; ++i) to[i] = from[i];
    for (; i < count; ++i) to[i] = 0;
    return to;
}
template<class C> NO_BUILTIN C* append(C* to, const C* from, std::size_t count) {
    C* end = to + length(to);
    for (; count != 0 && *from != 0; --count) *end++ = *from++;
    *end = 0;
    return to;
}
template<class C, C map(C)> NO_BUILTIN int compare(const C* left, const C* right, std::size_t count) {
    for (; count != 0; --count, ++left, ++right) {
        const std::uint32_t a = code(map(*left)), b = code(map(*right));
        if (a != b) return a < b ? -1 : 1;
        if (a == 0) break;
    }
    return 0;
}
template<class C> NO_BUILTIN C* find(const C* text, C wanted) {
    for (;; ++text) {
        if (*text == wanted) return const_cast<C*>(text);
        if (*text == 0) return nullptr;
    }
}
template<class C> NO_BUILTIN C* find_last(const C* text, C wanted) {
    C* found = nullptr;
    for (;; ++text) {
        if (*text == wanted) found = const_cast<C*>(text);
        if (*text == 0) return found;
    }
}
template<class C> NO_BUILTIN C* find_text(const C* text, const C* wanted) {
    const std::size_t size = length(wanted);
    for (;; ++text) {
        if (compare<C, same<C>>(text, wanted, size) == 0) return const_cast<C*>(text);
        if (*text == 0) return nullptr;
    }
}
template<class C> NO_BUILTIN std::size_t span(const C* text, const C* set, bool members) {
    std::size_t count = 0;
    while (text[count] != 0 && (find(set, text[count]) != nullptr) == members) ++count;
    return count;
}
template<class C, C map(C)> NO_BUILTIN C* transform(C* text) {
    for (C* at = text; *at != 0; ++at) *at = map(*at);
    return text;
}
constexpr std::size_t all = ~std::size_t{0};

} // namespace

NT_EXPORT NO_BUILTIN std::size_t strlen(const char* Text) { return length(Text); }
NT_EXPORT std::size_t strnlen(const char* Text, std::size_t Count) { return length(Text, Count); }
NT_EXPORT char* strcpy(char* To, const char* From) { return copy(To, From); }
NT_EXPORT char* strncpy(char* To, const char* From, std::size_t Count) { return copy(To, From, Count); }
NT_EXPORT char* strcat(char* To, const char* From) { return append(To, From, all); }
NT_EXPORT char* strncat(char* To, const char* From, std::size_t Count) { return append(To, From, Count); }
NT_EXPORT int strcmp(const char* Left, const char* Right) { return compare<char, same<char>>(Left, Right, all); }
NT_EXPORT int strncmp(const char* Left, const char* Right, std::size_t Count) {
    return compare<char, same<char>>(Left, Right, Count);
}
NT_EXPORT int _stricmp(const char* Left, const char* Right) { return compare<char, lower<char>>(Left, Right, all); }
NT_EXPORT int _strcmpi(const char* Left, const char* Right) { return compare<char, lower<char>>(Left, Right, all); }
NT_EXPORT int _strnicmp(const char* Left, const char* Right, std::size_t Count) {
    return compare<char, lower<char>>(Left, Right, Count);
}
NT_EXPORT char* strchr(const char* Text, int Wanted) { return find(Text, static_cast<char>(Wanted)); }
NT_EXPORT char* strrchr(const char* Text, int Wanted) { return find_last(Text, static_cast<char>(Wanted)); }
NT_EXPORT char* strstr(const char* Text, const char* Wanted) { return find_text(Text, Wanted); }
NT_EXPORT std::size_t strspn(const char* Text, const char* Set) { return span(Text, Set, true); }
NT_EXPORT std::size_t strcspn(const char* Text, const char* Set) { return span(Text, Set, false); }
NT_EXPORT char* strpbrk(const char* Text, const char* Set) {
    Text += span(Text, Set, false);
    return *Text != 0 ? const_cast<char*>(Text) : nullptr;
}
NT_EXPORT char* _strlwr(char* Text) { return transform<char, lower<char>>(Text); }
NT_EXPORT char* _strupr(char* Text) { return transform<char, upper<char>>(Text); }

NT_EXPORT NO_BUILTIN std::size_t wcslen(const wchar_t* Text) { return length(Text); }
NT_EXPORT std::size_t wcsnlen(const wchar_t* Text, std::size_t Count) { return length(Text, Count); }
NT_EXPORT wchar_t* wcscpy(wchar_t* To, const wchar_t* From) { return copy(To, From); }
NT_EXPORT wchar_t* wcsncpy(wchar_t* To, const wchar_t* From, std::size_t Count) { return copy(To, From, Count); }
NT_EXPORT wchar_t* wcscat(wchar_t* To, const wchar_t* From) { return append(To, From, all); }
NT_EXPORT wchar_t* wcsncat(wchar_t* To, const wchar_t* From, std::size_t Count) { return append(To, From, Count); }
NT_EXPORT int wcscmp(const wchar_t* Left, const wchar_t* Right) {
    return compare<wchar_t, same<wchar_t>>(Left, Right, all);
}
NT_EXPORT int wcsncmp(const wchar_t* Left, const wchar_t* Right, std::size_t Count) {
    return compare<wchar_t, same<wchar_t>>(Left, Right, Count);
}
NT_EXPORT int _wcsicmp(const wchar_t* Left, const wchar_t* Right) {
    return compare<wchar_t, lower<wchar_t>>(Left, Right, all);
}
NT_EXPORT int _wcsnicmp(const wchar_t* Left, const wchar_t* Right, std::size_t Count) {
    return compare<wchar_t, lower<wchar_t>>(Left, Right, Count);
}
NT_EXPORT wchar_t* wcschr(const wchar_t* Text, wchar_t Wanted) { return find(Text, Wanted); }
NT_EXPORT wchar_t* wcsrchr(const wchar_t* Text, wchar_t Wanted) { return find_last(Text, Wanted); }
NT_EXPORT wchar_t* wcsstr(const wchar_t* Text, const wchar_t* Wanted) { return find_text(Text, Wanted); }
NT_EXPORT std::size_t wcsspn(const wchar_t* Text, const wchar_t* Set) { return span(Text, Set, true); }
NT_EXPORT std::size_t wcscspn(const wchar_t* Text, const wchar_t* Set) { return span(Text, Set, false); }
NT_EXPORT wchar_t* wcspbrk(const wchar_t* Text, const wchar_t* Set) {
    Text += span(Text, Set, false);
    return *Text != 0 ? const_cast<wchar_t*>(Text) : nullptr;
}
NT_EXPORT wchar_t* _wcslwr(wchar_t* Text) { return transform<wchar_t, lower<wchar_t>>(Text); }
NT_EXPORT wchar_t* _wcsupr(wchar_t* Text) { return transform<wchar_t, upper<wchar_t>>(Text); }

// ------------------------------------------------------------------------------------- classes of characters

NT_EXPORT int tolower(int Character) { return Character >= 'A' && Character <= 'Z' ? Character + 0x20 : Character; }
NT_EXPORT int toupper(int Character) { return Character >= 'a' && Character <= 'z' ? Character - 0x20 : Character; }
NT_EXPORT int islower(int Character) { return Character >= 'a' && Character <= 'z'; }
NT_EXPORT int isupper(int Character) { return Character >= 'A' && Character <= 'Z'; }
NT_EXPORT int isdigit(int Character) { return Character >= '0' && Character <= '9'; }
NT_EXPORT int isalpha(int Character) {
    const int small = Character | 0x20;
    return small >= 'a' && small <= 'z';
}
NT_EXPORT int isalnum(int Character) {
    const int small = Character | 0x20;
    return (small >= 'a' && small <= 'z') || (Character >= '0' && Character <= '9');
}
NT_EXPORT int isxdigit(int Character) {
    const int small = Character | 0x20;
    return (small >= 'a' && small <= 'f') || (Character >= '0' && Character <= '9');
}
NT_EXPORT int isspace(int Character) { return Character == ' ' || (Character >= '\t' && Character <= '\r'); }
NT_EXPORT int isprint(int Character) { return Character >= ' ' && Character < 0x7F; }
NT_EXPORT int isgraph(int Character) { return Character > ' ' && Character < 0x7F; }
NT_EXPORT int iscntrl(int Character) { return (Character >= 0 && Character < ' ') || Character == 0x7F; }
NT_EXPORT int ispunct(int Character) {
    const int small = Character | 0x20;
    const bool word = (small >= 'a' && small <= 'z') || (Character >= '0' && Character <= '9');
    return Character > ' ' && Character < 0x7F && !word;
}
