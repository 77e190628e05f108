// SPDX-License-Identifier: MIT
// abi.h: the two Windows ABIs, as types that structures are declared over.
//
// Every structure that crosses the gate is a template on its ABI and is declared once; its sizes and
// offsets are asserted for both (DESIGN 2). Guest code uses the ABI that it is compiled for
// (nt::Native); host code says which guest it serves.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nt {

struct Nt64 {
    using uptr = std::uint64_t; ///< ULONG_PTR, SIZE_T, a pointer or a HANDLE as a number
    using iptr = std::int64_t;
    static constexpr bool is_64 = true;
};
struct Nt32 {
    using uptr = std::uint32_t;
    using iptr = std::int32_t;
    static constexpr bool is_64 = false;
};

#if defined(__i386__)
using Native = Nt32;
#else
using Native = Nt64;
#endif

template<class Abi> using uptr = typename Abi::uptr;

/// A pointer inside a guest structure. To the host it is a number (it may be captured through
/// oriel::UserPtr); to guest code of the same ABI, and to native tests of it, it is a pointer.
template<class Abi, class T>
struct Ptr {
    uptr<Abi> value;

    constexpr bool operator==(const Ptr&) const = default;
    constexpr explicit operator bool() const { return value != 0; }
#if defined(ORIEL_GUEST)
    Ptr() = default;
    constexpr Ptr(std::nullptr_t) : value(0) {}
    Ptr(T* pointer) : value(reinterpret_cast<std::uintptr_t>(pointer)) {}
    operator T*() const { return reinterpret_cast<T*>(static_cast<std::uintptr_t>(value)); }
    T* operator->() const { return *this; }
    T* get() const { return *this; }
#endif
};

/// A HANDLE as the host sees it: a number, sign-extended from 32-bit guests (so that the pseudo
/// handles -1 and -2 are the same for both).
enum class Handle : std::uint64_t {};
inline constexpr Handle null_handle{0};
inline constexpr Handle current_process_handle{~std::uint64_t{0}};
inline constexpr Handle current_thread_handle{~std::uint64_t{0} - 1};

// Asserts a structure's size and offsets for both ABIs in one line each:
//     NT_ASSERT_SIZE(UNICODE_STRING, 16, 8);
//     NT_ASSERT_OFFSET(UNICODE_STRING, Buffer, 8, 4);
#define NT_ASSERT_SIZE(Struct, size64, size32)                                                              \
    static_assert(sizeof(Struct<::nt::Nt64>) == (size64));                                                  \
    static_assert(sizeof(Struct<::nt::Nt32>) == (size32))
#define NT_ASSERT_OFFSET(Struct, member, offset64, offset32)                                                \
    static_assert(offsetof(Struct<::nt::Nt64>, member) == (offset64));                                      \
    static_assert(offsetof(Struct<::nt::Nt32>, member) == (offset32))

// The calling convention of NT's exported functions: stdcall on i386; on x64 there is one convention.
#if defined(__i386__) && defined(_WIN32)
#define NT_API __stdcall
#else
#define NT_API
#endif

} // namespace nt
