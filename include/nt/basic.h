// SPDX-License-Identifier: MIT
// basic.h: the small structures that every service speaks in.
//
// Names and layouts as in Microsoft's ntdef.h and wdm.h ("UNICODE_STRING structure",
// "OBJECT_ATTRIBUTES structure", "IO_STATUS_BLOCK structure").
#pragma once

#include <nt/abi.h>
#include <nt/status.h>

namespace nt {

/// Counted UTF-16. Lengths are in bytes; the buffer need not end in NUL.
template<class Abi>
struct UNICODE_STRING {
    std::uint16_t Length;
    std::uint16_t MaximumLength;
    Ptr<Abi, char16_t> Buffer;
};
NT_ASSERT_SIZE(UNICODE_STRING, 16, 8);
NT_ASSERT_OFFSET(UNICODE_STRING, Buffer, 8, 4);

template<class Abi>
struct ANSI_STRING {
    std::uint16_t Length;
    std::uint16_t MaximumLength;
    Ptr<Abi, char> Buffer;
};
NT_ASSERT_SIZE(ANSI_STRING, 16, 8);

template<class Abi>
struct LIST_ENTRY {
    Ptr<Abi, LIST_ENTRY> Flink;
    Ptr<Abi, LIST_ENTRY> Blink;
};
NT_ASSERT_SIZE(LIST_ENTRY, 16, 8);

template<class Abi>
struct OBJECT_ATTRIBUTES {
    std::uint32_t Length;
    uptr<Abi> RootDirectory; ///< a handle, or 0
    Ptr<Abi, UNICODE_STRING<Abi>> ObjectName;
    std::uint32_t Attributes; ///< OBJ_*
    Ptr<Abi, void> SecurityDescriptor;
    Ptr<Abi, void> SecurityQualityOfService;
};
NT_ASSERT_SIZE(OBJECT_ATTRIBUTES, 48, 24);

inline constexpr std::uint32_t OBJ_INHERIT = 0x2;
inline constexpr std::uint32_t OBJ_PERMANENT = 0x10;
inline constexpr std::uint32_t OBJ_EXCLUSIVE = 0x20;
inline constexpr std::uint32_t OBJ_CASE_INSENSITIVE = 0x40;
inline constexpr std::uint32_t OBJ_OPENIF = 0x80;
inline constexpr std::uint32_t OBJ_OPENLINK = 0x100;

template<class Abi>
struct IO_STATUS_BLOCK {
    union {
        Status StatusCode;
        uptr<Abi> Pointer;
    };
    uptr<Abi> Information;
};
NT_ASSERT_SIZE(IO_STATUS_BLOCK, 16, 8);

template<class Abi>
struct CLIENT_ID {
    uptr<Abi> UniqueProcess;
    uptr<Abi> UniqueThread;
};
NT_ASSERT_SIZE(CLIENT_ID, 16, 8);

} // namespace nt
