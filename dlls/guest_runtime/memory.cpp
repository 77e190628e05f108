// SPDX-License-Identifier: MIT
// memory.cpp: memcpy, memmove, memset, memcmp: what every compiler calls without being asked.
//
// A builtin DLL is linked with -nostdlib, but the compiler still turns structure copies and loops into
// calls of these four, so each DLL carries its own copy (an archive member is linked only where it is
// needed). They are plain C++ on 16-byte vectors; long runs go to `rep movsb` / `rep stosb`, which every
// x86-64 processor since 2012 executes a cache line at a time (ERMSB; "Intel 64 and IA-32 Architectures
// Optimization Reference Manual", "Enhanced REP MOVSB and STOSB").
//
// Always: none of these may call itself through the compiler's loop recognition, hence no_builtin. They are
// weak, so that a DLL that exports its own (ntdll, the C library) wins.
#include <cstddef>
#include <cstdint>

// Windows 10 does not start on a processor without SSE2, so i386 guests have it too.
#if defined(__i386__)
#define NO_BUILTIN __attribute__((no_builtin, target("sse2")))
#else
#define NO_BUILTIN __attribute__((no_builtin))
#endif
#define WEAK __attribute__((weak))

namespace {

typedef std::uint8_t Vector __attribute__((vector_size(16)));
using Quad = std::uint64_t;
using Long = std::uint32_t;
using Short = std::uint16_t;
using Byte = std::uint8_t;

constexpr std::size_t vector_bytes = sizeof(Vector);
constexpr std::size_t rep_threshold = 768; ///< below this the start-up of `rep` costs more than it saves

/// A T at any address. (An alignment attribute on a type is lost when it becomes a template's argument.)
template<class T>
struct __attribute__((packed, may_alias)) Loose {
    T value;
};
template<class T> NO_BUILTIN inline Loose<T>& at(void* p) { return *static_cast<Loose<T>*>(p); }
template<class T> NO_BUILTIN inline const Loose<T>& at(const void* p) { return *static_cast<const Loose<T>*>(p); }

/// Up to 32 bytes, overlapping or not: everything is loaded before anything is stored.
NO_BUILTIN inline void copy_small(Byte* to, const Byte* from, std::size_t bytes) {
    if (bytes >= 16) {
        const Vector head = at<Vector>(from).value, tail = at<Vector>(from + bytes - 16).value;
        at<Vector>(to).value = head;
        at<Vector>(to + bytes - 16).value = tail;
    } else if (bytes >= 8) {
        const Quad head = at<Quad>(from).value, tail = at<Quad>(from + bytes - 8).value;
        at<Quad>(to).value = head;
        at<Quad>(to + bytes - 8).value = tail;
    } else if (bytes >= 4) {
        const Long head = at<Long>(from).value, tail = at<Long>(from + bytes - 4).value;
        at<Long>(to).value = head;
        at<Long>(to + bytes - 4).value = tail;
    } else if (bytes >= 2) {
        const Short head = at<Short>(from).value, tail = at<Short>(from + bytes - 2).value;
        at<Short>(to).value = head;
        at<Short>(to + bytes - 2).value = tail;
    } else if (bytes == 1) {
        *to = *from;
    }
}

/// Upwards, for to < from or no overlap; more than 32 bytes.
NO_BUILTIN inline void copy_up(Byte* to, const Byte* from, std::size_t bytes) {
    const Vector tail = at<Vector>(from + bytes - vector_bytes).value;
    Byte* const last = to + bytes - vector_bytes;
    while (bytes > vector_bytes) {
        at<Vector>(to).value = at<Vector>(from).value;
        to += vector_bytes;
        from += vector_bytes;
        bytes -= vector_bytes;
    }
    at<Vector>(last).value = tail;
}

/// Downwards, for to > from with overlap; more than 32 bytes.
NO_BUILTIN inline void copy_down(Byte* to, const Byte* from, std::size_t bytes) {
    const Vector head = at<Vector>(from).value;
    Byte* const first = to;
    while (bytes > vector_bytes) {
        bytes -= vector_bytes;
        at<Vector>(to + bytes).value = at<Vector>(from + bytes).value;
    }
    at<Vector>(first).value = head;
}

NO_BUILTIN void* move(void* to, const void* from, std::size_t bytes) {
    auto* const target = static_cast<Byte*>(to);
    const auto* const source = static_cast<const Byte*>(from);
    if (bytes <= 2 * vector_bytes) copy_small(target, source, bytes);
    else if (static_cast<std::size_t>(target - source) < bytes) copy_down(target, source, bytes);
    else copy_up(target, source, bytes);
    return to;
}

} // namespace

extern "C" {

NO_BUILTIN WEAK void* memmove(void* to, const void* from, std::size_t bytes) { return move(to, from, bytes); }

NO_BUILTIN WEAK void* memcpy(void* to, const void* from, std::size_t bytes) {
    if (bytes < rep_threshold) return move(to, from, bytes);
    // Programs pass overlapping blocks to memcpy and got away with it on Windows, where it is memmove.
    if (static_cast<std::size_t>(static_cast<Byte*>(to) - static_cast<const Byte*>(from)) < bytes) {
        return move(to, from, bytes);
    }
    void* target = to;
    asm volatile("rep movsb" : "+D"(target), "+S"(from), "+c"(bytes) : : "memory");
    return to;
}

NO_BUILTIN WEAK void* memset(void* to, int value, std::size_t bytes) {
    auto* target = static_cast<Byte*>(to);
    const auto byte = static_cast<Byte>(value);
    if (bytes < vector_bytes) {
        for (std::size_t i = 0; i < bytes; ++i) target[i] = byte;
        return to;
    }
    if (bytes >= rep_threshold) {
        asm volatile("rep stosb" : "+D"(target), "+c"(bytes) : "a"(byte) : "memory");
        return to;
    }
    Vector fill;
    for (std::size_t i = 0; i < vector_bytes; ++i) fill[i] = byte;
    for (std::size_t i = 0; i + vector_bytes <= bytes; i += vector_bytes) at<Vector>(target + i).value = fill;
    at<Vector>(target + bytes - vector_bytes).value = fill;
    return to;
}

NO_BUILTIN WEAK int memcmp(const void* left, const void* right, std::size_t bytes) {
    const auto* a = static_cast<const Byte*>(left);
    const auto* b = static_cast<const Byte*>(right);
    while (bytes >= 8 && at<Quad>(a).value == at<Quad>(b).value) {
        a += 8;
        b += 8;
        bytes -= 8;
    }
    for (; bytes != 0; ++a, ++b, --bytes) {
        if (*a != *b) return *a < *b ? -1 : 1;
    }
    return 0;
}

} // extern "C"
