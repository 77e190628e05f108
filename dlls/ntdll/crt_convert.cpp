// SPDX-License-Identifier: MIT
// crt_convert.cpp: the C library's conversions between text and integers that ntdll exports, and sorting.
#include <nt/export.h>
#include <ntdll-emu/rtl/strings/text.h>

#include <cstddef>
#include <cstdint>

namespace {

template<class C> bool is_blank(C c) { return c == C(' ') || (c >= C('\t') && c <= C('\r')); }
template<class C> unsigned digit_of(C c) {
    if (c >= C('0') && c <= C('9')) return static_cast<unsigned>(c - C('0'));
    const C small = static_cast<C>(c | 0x20);
    return small >= C('a') && small <= C('z') ? static_cast<unsigned>(small - C('a')) + 10 : 99;
}

struct Parsed {
    std::uint64_t magnitude = 0;
    bool negative = false, overflow = false;
};

/// strtol's grammar; `end` is set to the text's begin if there is no number.
template<class C>
Parsed parse(const C* text, C** end, int base, std::uint64_t limit) {
    Parsed result;
    const C* at = text;
    while (is_blank(*at)) ++at;
    if (*at == C('+') || *at == C('-')) result.negative = *at++ == C('-');
    const bool hex_prefix = at[0] == C('0') && (at[1] | 0x20) == C('x') && digit_of(at[2]) < 16;
    if ((base == 0 || base == 16) && hex_prefix) {
        base = 16;
        at += 2;
    } else if (base == 0) {
        base = *at == C('0') ? 8 : 10;
    }
    const C* const first = at;
    for (; digit_of(*at) < static_cast<unsigned>(base); ++at) {
        const unsigned digit = digit_of(*at);
        if (result.magnitude > (limit - digit) / static_cast<unsigned>(base)) result.overflow = true;
        else result.magnitude = result.magnitude * static_cast<unsigned>(base) + digit;
    }
    if (end != nullptr) *end = const_cast<C*>(at == first ? text : at);
    return result;
}

template<class C> std::int32_t to_long(const C* text, C** end, int base) {
    const Parsed parsed = parse(text, end, base, 0x80000000u);
    const std::uint32_t most = parsed.negative ? 0x80000000u : 0x7FFFFFFFu;
    const auto value =
        parsed.overflow || parsed.magnitude > most ? most : static_cast<std::uint32_t>(parsed.magnitude);
    return static_cast<std::int32_t>(parsed.negative ? 0u - value : value);
}
template<class C> std::uint32_t to_unsigned_long(const C* text, C** end, int base) {
    const Parsed parsed = parse(text, end, base, 0xFFFFFFFFu);
    const auto value = parsed.overflow ? 0xFFFFFFFFu : static_cast<std::uint32_t>(parsed.magnitude);
    return parsed.negative && !parsed.overflow ? 0u - value : value;
}
template<class C> std::int64_t to_int64(const C* text) {
    const Parsed parsed = parse<C>(text, nullptr, 10, ~std::uint64_t{0} >> 1);
    return static_cast<std::int64_t>(parsed.negative ? 0 - parsed.magnitude : parsed.magnitude);
}

template<class C> C* from_integer(std::uint64_t value, bool negative, C* to, int base) {
    C digits[66];
    C* const end = digits + 65;
    *end = 0;
    C* at = end;
    do {
        const auto digit = static_cast<unsigned>(value % static_cast<unsigned>(base));
        *--at = static_cast<C>(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= static_cast<unsigned>(base);
    } while (value != 0);
    C* out = to;
    if (negative) *out++ = C('-');
    while ((*out++ = *at++) != 0) {}
    return to;
}
template<class C> C* from_signed(std::int64_t value, std::uint64_t bits, C* to, int base) {
    const bool negative = base == 10 && value < 0; // other bases show the bits
    return from_integer<C>(negative ? 0 - static_cast<std::uint64_t>(value) : bits, negative, to, base);
}

} // namespace

NT_EXPORT long strtol(const char* Text, char** End, int Base) { return to_long(Text, End, Base); }
NT_EXPORT unsigned long strtoul(const char* Text, char** End, int Base) { return to_unsigned_long(Text, End, Base); }
NT_EXPORT long wcstol(const wchar_t* Text, wchar_t** End, int Base) { return to_long(Text, End, Base); }
NT_EXPORT unsigned long wcstoul(const wchar_t* Text, wchar_t** End, int Base) {
    return to_unsigned_long(Text, End, Base);
}
NT_EXPORT int atoi(const char* Text) { return static_cast<int>(to_int64(Text)); }
NT_EXPORT long atol(const char* Text) { return static_cast<std::int32_t>(to_int64(Text)); }
NT_EXPORT std::int64_t _atoi64(const char* Text) { return to_int64(Text); }
NT_EXPORT int _wtoi(const wchar_t* Text) { return static_cast<int>(to_int64(Text)); }
NT_EXPORT long _wtol(const wchar_t* Text) { return static_cast<std::int32_t>(to_int64(Text)); }
NT_EXPORT std::int64_t _wtoi64(const wchar_t* Text) { return to_int64(Text); }
NT_EXPORT char* _itoa(int Value, char* To, int Base) {
    return from_signed(Value, static_cast<std::uint32_t>(Value), To, Base);
}
NT_EXPORT char* _ltoa(long Value, char* To, int Base) {
    return from_signed(Value, static_cast<std::uint32_t>(Value), To, Base);
}
NT_EXPORT char* _ultoa(unsigned long Value, char* To, int Base) { return from_integer(Value, false, To, Base); }
NT_EXPORT char* _i64toa(std::int64_t Value, char* To, int Base) {
    return from_signed(Value, static_cast<std::uint64_t>(Value), To, Base);
}
NT_EXPORT char* _ui64toa(std::uint64_t Value, char* To, int Base) { return from_integer(Value, false, To, Base); }
NT_EXPORT wchar_t* _itow(int Value, wchar_t* To, int Base) {
    return from_signed(Value, static_cast<std::uint32_t>(Value), To, Base);
}
NT_EXPORT wchar_t* _ltow(long Value, wchar_t* To, int Base) {
    return from_signed(Value, static_cast<std::uint32_t>(Value), To, Base);
}
NT_EXPORT wchar_t* _ultow(unsigned long Value, wchar_t* To, int Base) { return from_integer(Value, false, To, Base); }
NT_EXPORT wchar_t* _i64tow(std::int64_t Value, wchar_t* To, int Base) {
    return from_signed(Value, static_cast<std::uint64_t>(Value), To, Base);
}
NT_EXPORT int abs(int Value) { return Value < 0 ? static_cast<int>(0u - static_cast<unsigned>(Value)) : Value; }
NT_EXPORT long labs(long Value) {
    return Value < 0 ? static_cast<long>(0ul - static_cast<unsigned long>(Value)) : Value;
}

// ------------------------------------------------------------------------------------- sorting

namespace {

using Compare = int (*)(const void*, const void*);

void exchange(std::uint8_t* a, std::uint8_t* b, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint8_t kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/// Restores the heap order below `root`.
void sift_down(std::uint8_t* base, std::size_t root, std::size_t count, std::size_t size, Compare compare) {
    for (std::size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0) ++child;
        if (compare(base + root * size, base + child * size) >= 0) return;
        exchange(base + root * size, base + child * size, size);
    }
}

} // namespace

/// Heapsort: no recursion, no worst case, no memory.
NT_EXPORT void qsort(void* Base, std::size_t Count, std::size_t Size, Compare Compare) {
    auto* const base = static_cast<std::uint8_t*>(Base);
    for (std::size_t root = Count / 2; root-- != 0;) sift_down(base, root, Count, Size, Compare);
    for (std::size_t last = Count; last > 1;) {
        --last;
        exchange(base, base + last * Size, Size);
        sift_down(base, 0, last, Size, Compare);
    }
}

NT_EXPORT void* bsearch(const void* Key, const void* Base, std::size_t Count, std::size_t Size, Compare Compare) {
    const auto* base = static_cast<const std::uint8_t*>(Base);
    while (Count != 0) {
        const std::uint8_t* const middle = base + Count / 2 * Size;
        const int order = Compare(Key, middle);
        if (order == 0) return const_cast<std::uint8_t*>(middle);
        if (order > 0) {
            base = middle + Size;
            Count -= Count / 2 + 1;
        } else {
            Count /= 2;
        }
    }
    return nullptr;
}
