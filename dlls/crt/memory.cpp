// SPDX-License-Identifier: MIT
// memory.cpp: memcpy, memset and their kin, which every program leans on.
//
// Short blocks move in one or two overlapping SSE2 halves without a loop; middling ones in 64-byte steps;
// long ones by `rep movsb`/`rep stosb`, which processors of the last decade turn into whole cache lines.
// All loads of a step come before its stores, so memmove shares the short paths with memcpy. The target
// has no alignment to rely on, in either ABI.
#include <dlls/crt/crt.h>

namespace oriel::crt {

namespace {

/// A value at any address; a structure, because a template argument would lose a plain type's alignment.
template<class T> struct [[gnu::packed, gnu::may_alias]] Unaligned {
    T value;
};
using Vector [[gnu::vector_size(16)]] = long long;
using Bytes [[gnu::vector_size(16)]] = char;

template<class T> T load(const void* from) { return static_cast<const Unaligned<T>*>(from)->value; }
template<class T> void store(void* to, T value) { static_cast<Unaligned<T>*>(to)->value = value; }

constexpr size_t long_block = 4096;

template<class T> void move_ends(char* to, const char* from, size_t bytes) {
    T first = load<T>(from), last = load<T>(from + bytes - sizeof(T));
    store(to, first);
    store(to + bytes - sizeof(T), last);
}

/// Up to 32 bytes, overlapping or not.
void move_short(char* to, const char* from, size_t bytes) {
    if (bytes >= 16)
        move_ends<Vector>(to, from, bytes);
    else if (bytes >= 8)
        move_ends<uint64_t>(to, from, bytes);
    else if (bytes >= 4)
        move_ends<uint32_t>(to, from, bytes);
    else if (bytes >= 2)
        move_ends<uint16_t>(to, from, bytes);
    else if (bytes)
        *to = *from;
}

/// 33 bytes or more, towards higher addresses. The end is loaded first: it may be overwritten on the way.
void move_up(char* to, const char* from, size_t bytes) {
    Vector tail0 = load<Vector>(from + bytes - 16), tail1 = load<Vector>(from + bytes - 32);
    char* end = to + bytes;
    for (; bytes > 64; to += 64, from += 64, bytes -= 64) {
        Vector a = load<Vector>(from), b = load<Vector>(from + 16), c = load<Vector>(from + 32),
               d = load<Vector>(from + 48);
        store(to, a);
        store(to + 16, b);
        store(to + 32, c);
        store(to + 48, d);
    }
    if (bytes > 32) {
        Vector a = load<Vector>(from), b = load<Vector>(from + 16);
        store(to, a);
        store(to + 16, b);
    }
    store(end - 32, tail1);
    store(end - 16, tail0);
}

/// The same towards lower addresses, for a target above an overlapping source.
void move_down(char* to, const char* from, size_t bytes) {
    Vector head0 = load<Vector>(from), head1 = load<Vector>(from + 16);
    char* begin = to;
    to += bytes;
    from += bytes;
    for (; bytes > 64; bytes -= 64) {
        to -= 64;
        from -= 64;
        Vector a = load<Vector>(from), b = load<Vector>(from + 16), c = load<Vector>(from + 32),
               d = load<Vector>(from + 48);
        store(to, a);
        store(to + 16, b);
        store(to + 32, c);
        store(to + 48, d);
    }
    if (bytes > 32) {
        Vector a = load<Vector>(from - 16), b = load<Vector>(from - 32);
        store(to - 16, a);
        store(to - 32, b);
    }
    store(begin + 16, head1);
    store(begin, head0);
}

void move_long(char* to, const char* from, size_t bytes) {
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT void* memmove(void* target, const void* source, size_t bytes) {
    auto* to = static_cast<char*>(target);
    auto* from = static_cast<const char*>(source);
    if (bytes <= 32)
        move_short(to, from, bytes);
    else if (size_t(to - from) >= bytes)
        bytes >= long_block ? move_long(to, from, bytes) : move_up(to, from, bytes);
    else
        move_down(to, from, bytes);
    return target;
}

/// Programs that call memcpy on overlapping blocks work on Windows: msvcrt's is memmove.
CRT_EXPORT void* memcpy(void* target, const void* source, size_t bytes) { return memmove(target, source, bytes); }

CRT_EXPORT void* memset(void* target, int value, size_t bytes) {
    auto* to = static_cast<char*>(target);
    uint64_t word = 0x0101010101010101ull * static_cast<unsigned char>(value);
    if (bytes < 16) {
        if (bytes >= 8) {
            store(to, word);
            store(to + bytes - 8, word);
        } else if (bytes >= 4) {
            store(to, uint32_t(word));
            store(to + bytes - 4, uint32_t(word));
        } else if (bytes) {
            to[0] = to[bytes - 1] = to[bytes / 2] = char(value);
        }
        return target;
    }
    if (bytes >= long_block) {
        asm volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
        return target;
    }
    Vector vector = {static_cast<long long>(word), static_cast<long long>(word)};
    char* end = to + bytes;
    for (; bytes > 16; to += 16, bytes -= 16)
        store(to, vector);
    store(end - 16, vector);
    return target;
}

CRT_EXPORT int memcmp(const void* a, const void* b, size_t bytes) {
    auto* x = static_cast<const unsigned char*>(a);
    auto* y = static_cast<const unsigned char*>(b);
    for (; bytes >= 8; x += 8, y += 8, bytes -= 8)
        if (load<uint64_t>(x) != load<uint64_t>(y))
            break;
    for (; bytes; ++x, ++y, --bytes)
        if (*x != *y)
            return *x < *y ? -1 : 1;
    return 0;
}

CRT_EXPORT void* memchr(const void* block, int value, size_t bytes) {
    auto* p = static_cast<const unsigned char*>(block);
    char wanted = char(value);
    Bytes pattern = {wanted, wanted, wanted, wanted, wanted, wanted, wanted, wanted,
                     wanted, wanted, wanted, wanted, wanted, wanted, wanted, wanted};
    for (; bytes >= 16; p += 16, bytes -= 16) {
        Bytes same = load<Bytes>(p) == pattern;
        if (int mask = __builtin_ia32_pmovmskb128(same))
            return const_cast<unsigned char*>(p) + __builtin_ctz(unsigned(mask));
    }
    for (; bytes; ++p, --bytes)
        if (*p == static_cast<unsigned char>(value))
            return const_cast<unsigned char*>(p);
    return nullptr;
}

/// Copies up to and with the first `value`; answers the byte after it in the target, or null.
CRT_EXPORT void* _memccpy(void* target, const void* source, int value, size_t bytes) {
    auto* end = static_cast<const char*>(memchr(source, value, bytes));
    size_t count = end ? size_t(end - static_cast<const char*>(source)) + 1 : bytes;
    memmove(target, source, count);
    return end ? static_cast<char*>(target) + count : nullptr;
}

CRT_EXPORT int _memicmp(const void* a, const void* b, size_t bytes) {
    auto* x = static_cast<const unsigned char*>(a);
    auto* y = static_cast<const unsigned char*>(b);
    for (; bytes; ++x, ++y, --bytes)
        if (int difference = ascii_lower(int(*x)) - ascii_lower(int(*y)))
            return difference;
    return 0;
}
CRT_EXPORT int _memicmp_l(const void* a, const void* b, size_t bytes, void*) { return _memicmp(a, b, bytes); }

/// On failure the target is zeroed, so that nobody reads half of it ("memcpy_s").
CRT_EXPORT int memcpy_s(void* target, size_t room, const void* source, size_t bytes) {
    if (!bytes)
        return 0;
    if (!target)
        return invalid_parameter();
    if (!source || room < bytes) {
        memset(target, 0, room);
        return invalid_parameter(source ? e_range : e_inval);
    }
    memmove(target, source, bytes);
    return 0;
}

CRT_EXPORT int memmove_s(void* target, size_t room, const void* source, size_t bytes) {
    if (!bytes)
        return 0;
    if (!target || !source)
        return invalid_parameter();
    if (room < bytes)
        return invalid_parameter(e_range);
    memmove(target, source, bytes);
    return 0;
}

/// Exchanges neighbouring bytes; an odd last byte is left out.
CRT_EXPORT void _swab(char* from, char* to, int bytes) {
    for (int i = 0; i + 1 < bytes; i += 2) {
        char first = from[i], second = from[i + 1];
        to[i] = second;
        to[i + 1] = first;
    }
}
