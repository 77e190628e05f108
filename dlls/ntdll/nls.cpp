// SPDX-License-Identifier: MIT
// nls.cpp: ntdll's conversions between bytes and UTF-16.
#include <nt/rtl_nls.h>

#include <ntdll-emu/rtl/nls.h>

#include <algorithm>

using namespace oriel::rtl;
using nt::Status;

namespace {

Status page_to_unicode(const CodePage& page, char16_t* to, std::uint32_t room_bytes, std::uint32_t* written,
                       const char* from, std::uint32_t bytes) {
    const std::uint32_t count = std::min(bytes, room_bytes / 2);
    for (std::uint32_t i = 0; i < count; ++i) to[i] = page.decode(from[i]);
    if (written != nullptr) *written = count * 2;
    return bytes > count ? Status::BufferOverflow : Status::Success;
}

template<class Map>
Status unicode_to_page(const CodePage& page, char* to, std::uint32_t room, std::uint32_t* written,
                       const char16_t* from, std::uint32_t bytes, Map&& map) {
    const std::uint32_t count = std::min(bytes / 2, room);
    for (std::uint32_t i = 0; i < count; ++i) to[i] = page.encode(map(from[i]));
    if (written != nullptr) *written = count;
    return bytes / 2 > count ? Status::BufferOverflow : Status::Success;
}

constexpr auto as_it_is = [](char16_t c) { return c; };

} // namespace

NT_EXPORT char16_t NT_API RtlUpcaseUnicodeChar(char16_t SourceCharacter) { return upcase(SourceCharacter); }
NT_EXPORT char16_t NT_API RtlDowncaseUnicodeChar(char16_t SourceCharacter) { return downcase(SourceCharacter); }
NT_EXPORT std::uint16_t NT_API RtlOrielCharacterType(std::uint32_t Which, char16_t Character) {
    return character_type(Which, Character);
}

NT_EXPORT Status NT_API RtlMultiByteToUnicodeN(char16_t* UnicodeString, std::uint32_t MaxBytesInUnicodeString,
                                               std::uint32_t* BytesInUnicodeString, const char* MultiByteString,
                                               std::uint32_t BytesInMultiByteString) {
    return page_to_unicode(ansi_page, UnicodeString, MaxBytesInUnicodeString, BytesInUnicodeString, MultiByteString,
                           BytesInMultiByteString);
}

NT_EXPORT Status NT_API RtlUnicodeToMultiByteN(char* MultiByteString, std::uint32_t MaxBytesInMultiByteString,
                                               std::uint32_t* BytesInMultiByteString, const char16_t* UnicodeString,
                                               std::uint32_t BytesInUnicodeString) {
    return unicode_to_page(ansi_page, MultiByteString, MaxBytesInMultiByteString, BytesInMultiByteString,
                           UnicodeString, BytesInUnicodeString, as_it_is);
}

NT_EXPORT Status NT_API RtlUpcaseUnicodeToMultiByteN(char* MultiByteString, std::uint32_t MaxBytesInMultiByteString,
                                                     std::uint32_t* BytesInMultiByteString,
                                                     const char16_t* UnicodeString,
                                                     std::uint32_t BytesInUnicodeString) {
    return unicode_to_page(ansi_page, MultiByteString, MaxBytesInMultiByteString, BytesInMultiByteString,
                           UnicodeString, BytesInUnicodeString, upcase);
}

NT_EXPORT Status NT_API RtlOemToUnicodeN(char16_t* UnicodeString, std::uint32_t MaxBytesInUnicodeString,
                                         std::uint32_t* BytesInUnicodeString, const char* OemString,
                                         std::uint32_t BytesInOemString) {
    return page_to_unicode(oem_page, UnicodeString, MaxBytesInUnicodeString, BytesInUnicodeString, OemString,
                           BytesInOemString);
}

NT_EXPORT Status NT_API RtlUnicodeToOemN(char* OemString, std::uint32_t MaxBytesInOemString,
                                         std::uint32_t* BytesInOemString, const char16_t* UnicodeString,
                                         std::uint32_t BytesInUnicodeString) {
    return unicode_to_page(oem_page, OemString, MaxBytesInOemString, BytesInOemString, UnicodeString,
                           BytesInUnicodeString, as_it_is);
}

NT_EXPORT Status NT_API RtlMultiByteToUnicodeSize(std::uint32_t* BytesInUnicodeString, const char*,
                                                  std::uint32_t BytesInMultiByteString) {
    *BytesInUnicodeString = BytesInMultiByteString * 2;
    return Status::Success;
}

NT_EXPORT Status NT_API RtlUnicodeToMultiByteSize(std::uint32_t* BytesInMultiByteString, const char16_t*,
                                                  std::uint32_t BytesInUnicodeString) {
    *BytesInMultiByteString = BytesInUnicodeString / 2;
    return Status::Success;
}

NT_EXPORT Status NT_API RtlUTF8ToUnicodeN(char16_t* UnicodeString, std::uint32_t MaxBytesInUnicodeString,
                                          std::uint32_t* BytesInUnicodeString, const char* Utf8String,
                                          std::uint32_t BytesInUtf8String) {
    if (Utf8String == nullptr) return Status::InvalidParameter4;
    if (UnicodeString == nullptr && BytesInUnicodeString == nullptr) return Status::InvalidParameter;
    const Converted done = utf8_to_utf16(Utf8String, BytesInUtf8String, UnicodeString, MaxBytesInUnicodeString / 2);
    if (BytesInUnicodeString != nullptr) *BytesInUnicodeString = static_cast<std::uint32_t>(done.units * 2);
    if (done.truncated) return Status::BufferTooSmall;
    return done.replaced ? Status::SomeNotMapped : Status::Success;
}

NT_EXPORT Status NT_API RtlUnicodeToUTF8N(char* Utf8String, std::uint32_t MaxBytesInUtf8String,
                                          std::uint32_t* BytesInUtf8String, const char16_t* UnicodeString,
                                          std::uint32_t BytesInUnicodeString) {
    if (UnicodeString == nullptr) return Status::InvalidParameter4;
    if (BytesInUtf8String == nullptr && Utf8String == nullptr) return Status::InvalidParameter;
    if (BytesInUnicodeString % 2 != 0) return Status::InvalidParameter5;
    const Converted done = utf16_to_utf8(UnicodeString, BytesInUnicodeString / 2, Utf8String, MaxBytesInUtf8String);
    if (BytesInUtf8String != nullptr) *BytesInUtf8String = static_cast<std::uint32_t>(done.units);
    if (done.truncated) return Status::BufferTooSmall;
    return done.replaced ? Status::SomeNotMapped : Status::Success;
}
