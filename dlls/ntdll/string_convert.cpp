// SPDX-License-Identifier: MIT
// string_convert.cpp: counted strings to other cases, other encodings, numbers and GUIDs.
//
// These functions allocate the target where the caller asks for it; otherwise they check its size first, and
// a target that is too small stays untouched (STATUS_BUFFER_OVERFLOW).
#include <nt/rtl_string.h>

#include <ntdll-emu/rtl/memory_block.h>
#include <ntdll-emu/rtl/strings/text.h>

#include <algorithm>
#include <cstring>

using namespace oriel::rtl;
using nt::Status;

namespace {

template<class String>
Status prepare_target(String& to, std::size_t bytes, std::size_t terminator, bool allocate) {
    if (bytes + terminator > max_string_bytes + 1) return Status::InvalidParameter2;
    if (!allocate) return bytes > to.MaximumLength ? Status::BufferOverflow : Status::Success;
    void* const block = allocate_memory(bytes + terminator);
    if (block == nullptr) return Status::NoMemory;
    to.Buffer = static_cast<decltype(to.Buffer.get())>(block);
    to.MaximumLength = static_cast<std::uint16_t>(bytes + terminator);
    return Status::Success;
}

template<class Map>
Status mapped(NtUnicodeString* to, const NtUnicodeString* from, bool allocate, Map&& map) {
    const Status status = prepare_target(*to, from->Length, 0, allocate);
    if (status != Status::Success) return status;
    const Text source = text_of(*from);
    std::transform(source.begin(), source.end(), to->Buffer.get(), map);
    to->Length = from->Length;
    return Status::Success;
}

Status to_bytes(const CodePage& page, NtAnsiString* to, const NtUnicodeString* from, bool allocate) {
    const Text source = text_of(*from);
    Status status = Status::Success;
    if (allocate) {
        status = prepare_target(*to, source.size(), 1, true);
        if (status != Status::Success) return status;
    } else if (to->MaximumLength == 0) {
        return Status::BufferOverflow;
    }
    // Without allocation, what fits is converted, and the NUL always has its place.
    std::size_t count = source.size();
    if (count >= to->MaximumLength) {
        count = to->MaximumLength - 1u;
        status = Status::BufferOverflow;
    }
    std::transform(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(count), to->Buffer.get(),
                   [&](char16_t c) { return page.encode(c); });
    to->Buffer.get()[count] = 0;
    to->Length = static_cast<std::uint16_t>(count);
    return status;
}

Status to_unicode(const CodePage& page, NtUnicodeString* to, const NtAnsiString* from, bool allocate) {
    const std::string_view source = text_of(*from);
    const std::size_t bytes = source.size() * sizeof(char16_t);
    if (bytes + sizeof(char16_t) > 0xFFFF) return Status::InvalidParameter2;
    if (!allocate && bytes + sizeof(char16_t) > to->MaximumLength) return Status::BufferOverflow;
    const Status status = prepare_target(*to, bytes, sizeof(char16_t), allocate);
    if (status != Status::Success) return status;
    std::transform(source.begin(), source.end(), to->Buffer.get(), [&](char c) { return page.decode(c); });
    to->Buffer.get()[source.size()] = 0;
    to->Length = static_cast<std::uint16_t>(bytes);
    return Status::Success;
}

} // namespace

NT_EXPORT Status NT_API RtlUpcaseUnicodeString(NtUnicodeString* DestinationString,
                                               const NtUnicodeString* SourceString,
                                               std::uint8_t AllocateDestinationString) {
    return mapped(DestinationString, SourceString, AllocateDestinationString, upcase);
}
NT_EXPORT Status NT_API RtlDowncaseUnicodeString(NtUnicodeString* DestinationString,
                                                 const NtUnicodeString* SourceString,
                                                 std::uint8_t AllocateDestinationString) {
    return mapped(DestinationString, SourceString, AllocateDestinationString, downcase);
}
NT_EXPORT void NT_API RtlUpperString(NtAnsiString* DestinationString, const NtAnsiString* SourceString) {
    DestinationString->Length = std::min(SourceString->Length, DestinationString->MaximumLength);
    std::transform(SourceString->Buffer.get(), SourceString->Buffer.get() + DestinationString->Length,
                   DestinationString->Buffer.get(), RtlUpperChar);
}

NT_EXPORT Status NT_API RtlUnicodeStringToAnsiString(NtAnsiString* DestinationString,
                                                     const NtUnicodeString* SourceString,
                                                     std::uint8_t AllocateDestinationString) {
    return to_bytes(ansi_page, DestinationString, SourceString, AllocateDestinationString);
}
NT_EXPORT Status NT_API RtlUnicodeStringToOemString(NtAnsiString* DestinationString,
                                                    const NtUnicodeString* SourceString,
                                                    std::uint8_t AllocateDestinationString) {
    return to_bytes(oem_page, DestinationString, SourceString, AllocateDestinationString);
}
NT_EXPORT Status NT_API RtlAnsiStringToUnicodeString(NtUnicodeString* DestinationString,
                                                     const NtAnsiString* SourceString,
                                                     std::uint8_t AllocateDestinationString) {
    return to_unicode(ansi_page, DestinationString, SourceString, AllocateDestinationString);
}
NT_EXPORT Status NT_API RtlOemStringToUnicodeString(NtUnicodeString* DestinationString,
                                                    const NtAnsiString* SourceString,
                                                    std::uint8_t AllocateDestinationString) {
    return to_unicode(oem_page, DestinationString, SourceString, AllocateDestinationString);
}
NT_EXPORT std::uint32_t NT_API RtlxUnicodeStringToAnsiSize(const NtUnicodeString* UnicodeString) {
    return UnicodeString->Length / 2u + 1;
}
NT_EXPORT std::uint32_t NT_API RtlxAnsiStringToUnicodeSize(const NtAnsiString* AnsiString) {
    return AnsiString->Length * 2u + 2;
}
NT_EXPORT char16_t NT_API RtlAnsiCharToUnicodeChar(char** SourceCharacter) {
    return ansi_page.decode(*(*SourceCharacter)++);
}

NT_EXPORT std::uint8_t NT_API RtlIsTextUnicode(const void* Buffer, std::uint32_t Size, std::uint32_t* Result) {
    // Tests of winnt.h's IS_TEXT_UNICODE_*: signature 8, reverse signature 0x80, odd length 0x200, NULs 0x1000,
    // ASCII 1, statistics 2 ("IsTextUnicode function", Microsoft documentation).
    const auto* text = static_cast<const char16_t*>(Buffer);
    const std::uint32_t count = Size / 2;
    std::uint32_t found = Size % 2 != 0 ? 0x200u : 0u;
    std::uint32_t ascii = 0, nulls = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        ascii += text[i] < 0x100;
        nulls += text[i] == 0 || (text[i] & 0xFF) == 0 || text[i] < 0x100;
    }
    if (count > 0 && text[0] == 0xFEFF) found |= 8;
    if (count > 0 && text[0] == 0xFFFE) found |= 0x80;
    if (count > 0 && ascii == count) found |= 1;
    if (count > 0 && ascii * 3 > count * 2) found |= 2;
    if (nulls != 0) found |= 0x1000;
    const std::uint32_t asked = Result != nullptr ? *Result : ~0u;
    if (Result != nullptr) *Result = found & asked;
    return (found & asked & 0xB) != 0 && !(found & 0x200);
}

// ------------------------------------------------------------------------------------- numbers

namespace {

Status number_to_string(std::uint64_t value, std::uint32_t base, NtUnicodeString* string) {
    if (base == 0) base = 10;
    if (base != 2 && base != 8 && base != 10 && base != 16) return Status::InvalidParameter;
    char16_t digits[65];
    char16_t* const end = digits + 64;
    *end = 0;
    const char16_t* const begin = format_integer(value, base, end);
    const auto bytes = static_cast<std::size_t>(end - begin) * sizeof(char16_t);
    // The length is told also where there is no room, and there must be room for a NUL (observed on Windows).
    string->Length = static_cast<std::uint16_t>(bytes);
    if (bytes + sizeof(char16_t) > string->MaximumLength) return Status::BufferOverflow;
    std::memcpy(string->Buffer.get(), begin, bytes + sizeof(char16_t));
    return Status::Success;
}

} // namespace

NT_EXPORT Status NT_API RtlIntegerToUnicodeString(std::uint32_t Value, std::uint32_t Base, NtUnicodeString* String) {
    return number_to_string(Value, Base, String);
}
NT_EXPORT Status NT_API RtlInt64ToUnicodeString(std::uint64_t Value, std::uint32_t Base, NtUnicodeString* String) {
    return number_to_string(Value, Base, String);
}

NT_EXPORT Status NT_API RtlUnicodeStringToInteger(const NtUnicodeString* String, std::uint32_t Base,
                                                  std::uint32_t* Value) {
    const ParsedInteger parsed = parse_integer<char16_t>(text_of(*String), Base);
    if (parsed.status != Status::Success) return parsed.status;
    if (Value == nullptr) return Status::AccessViolation;
    *Value = parsed.value;
    return Status::Success;
}

NT_EXPORT Status NT_API RtlCharToInteger(const char* String, std::uint32_t Base, std::uint32_t* Value) {
    const ParsedInteger parsed = parse_integer<char>(std::string_view(String), Base);
    if (parsed.status != Status::Success) return parsed.status;
    if (Value == nullptr) return Status::AccessViolation;
    *Value = parsed.value;
    return Status::Success;
}

NT_EXPORT Status NT_API RtlIntegerToChar(std::uint32_t Value, std::uint32_t Base, std::int32_t OutputLength,
                                         char* String) {
    if (Base == 0) Base = 10;
    if (Base != 2 && Base != 8 && Base != 10 && Base != 16) return Status::InvalidParameter;
    char digits[33];
    char* const end = digits + 32;
    *end = 0;
    const char* begin = format_integer(Value, Base, end);
    const auto length = static_cast<std::int32_t>(end - begin);
    const bool padded = OutputLength < 0; // a negative length asks for leading zeroes
    const std::int32_t room = padded ? -OutputLength : OutputLength;
    if (length > room) return Status::BufferOverflow;
    if (String == nullptr) return Status::AccessViolation;
    if (padded) {
        std::memset(String, '0', static_cast<std::size_t>(room - length));
        std::memcpy(String + room - length, begin, static_cast<std::size_t>(length));
        return Status::Success;
    }
    std::memcpy(String, begin, static_cast<std::size_t>(length + (length < room ? 1 : 0)));
    return Status::Success;
}

// ------------------------------------------------------------------------------------- GUIDs

namespace {

// {01234567-89AB-CDEF-0123-456789ABCDEF}; which bytes of the structure the pairs of digits are.
constexpr std::size_t guid_characters = 38;
constexpr std::uint8_t guid_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr bool dash_before(std::size_t pair) { return pair == 4 || pair == 6 || pair == 8 || pair == 10; }

int hex_digit(char16_t c) {
    if (c >= u'0' && c <= u'9') return c - u'0';
    if (c >= u'A' && c <= u'F') return c - u'A' + 10;
    if (c >= u'a' && c <= u'f') return c - u'a' + 10;
    return -1;
}

} // namespace

NT_EXPORT Status NT_API RtlStringFromGUID(const NtGuid* Guid, NtUnicodeString* GuidString) {
    const Status status = prepare_target(*GuidString, guid_characters * 2, 2, true);
    if (status != Status::Success) return status;
    std::uint8_t bytes[16];
    std::memcpy(bytes, Guid, sizeof bytes);
    char16_t* to = GuidString->Buffer.get();
    *to++ = u'{';
    for (std::size_t pair = 0; pair < 16; ++pair) {
        if (dash_before(pair)) *to++ = u'-';
        const std::uint8_t byte = bytes[guid_order[pair]];
        *to++ = static_cast<char16_t>("0123456789ABCDEF"[byte >> 4]);
        *to++ = static_cast<char16_t>("0123456789ABCDEF"[byte & 15]);
    }
    *to++ = u'}';
    *to = 0;
    GuidString->Length = guid_characters * 2;
    return Status::Success;
}

NT_EXPORT Status NT_API RtlGUIDFromString(const NtUnicodeString* GuidString, NtGuid* Guid) {
    const Text text = text_of(*GuidString);
    if (text.size() < guid_characters || text[0] != u'{' || text[guid_characters - 1] != u'}')
        return Status::InvalidParameter;
    std::uint8_t bytes[16];
    std::size_t at = 1;
    for (std::size_t pair = 0; pair < 16; ++pair) {
        if (dash_before(pair) && text[at++] != u'-') return Status::InvalidParameter;
        const int high = hex_digit(text[at++]), low = hex_digit(text[at++]);
        if (high < 0 || low < 0) return Status::InvalidParameter;
        bytes[guid_order[pair]] = static_cast<std::uint8_t>(high << 4 | low);
    }
    std::memcpy(Guid, bytes, sizeof bytes);
    return Status::Success;
}
