// SPDX-License-Identifier: MIT
// string.cpp: ntdll's counted strings: making, copying, comparing.
//
// A string that is too long for its 16-bit length is cut where the function cannot fail (RtlInitUnicodeString
// caps at 0xFFFC bytes) and refused where it can (STATUS_NAME_TOO_LONG).
#include <nt/rtl_string.h>

#include <ntdll-emu/rtl/memory_block.h>
#include <ntdll-emu/rtl/strings/text.h>

#include <algorithm>
#include <cstring>

using namespace oriel::rtl;
using nt::Status;

namespace {

constexpr std::size_t init_limit = 0xFFFC; ///< RtlInitUnicodeString: the NUL must fit too

Case sensitivity(std::uint8_t insensitive) { return insensitive ? Case::Insensitive : Case::Sensitive; }

void set(NtUnicodeString& string, const char16_t* text, std::size_t bytes) {
    string.Length = static_cast<std::uint16_t>(bytes);
    string.MaximumLength = static_cast<std::uint16_t>(bytes + sizeof(char16_t));
    string.Buffer = const_cast<char16_t*>(text);
}
void set(NtAnsiString& string, const char* text, std::size_t bytes) {
    string.Length = static_cast<std::uint16_t>(bytes);
    string.MaximumLength = static_cast<std::uint16_t>(bytes + 1);
    string.Buffer = const_cast<char*>(text);
}

/// An allocated copy with a NUL behind it.
Status copy_of(Text text, NtUnicodeString& string) {
    const std::size_t bytes = text.size() * sizeof(char16_t);
    if (bytes + sizeof(char16_t) > max_string_bytes) return Status::NameTooLong;
    auto* buffer = static_cast<char16_t*>(allocate_memory(bytes + sizeof(char16_t)));
    if (buffer == nullptr) return Status::NoMemory;
    std::copy(text.begin(), text.end(), buffer);
    buffer[text.size()] = 0;
    set(string, buffer, bytes);
    return Status::Success;
}

/// Nothing changes nothing, not even a target without room. Wide strings get a NUL where there is room, others none
/// (observed on Windows).
template<class String, class View>
Status append(String& to, View tail) {
    using Unit = typename View::value_type;
    const std::size_t bytes = tail.size() * sizeof(Unit);
    if (bytes == 0) return Status::Success;
    if (to.Length + bytes > to.MaximumLength) return Status::BufferTooSmall;
    Unit* const end = to.Buffer.get() + to.Length / sizeof(Unit);
    std::memmove(end, tail.data(), bytes);
    to.Length = static_cast<std::uint16_t>(to.Length + bytes);
    if constexpr (sizeof(Unit) == sizeof(char16_t)) {
        if (to.Length + sizeof(Unit) <= to.MaximumLength) end[tail.size()] = 0;
    }
    return Status::Success;
}

} // namespace

// ------------------------------------------------------------------------------------- making

NT_EXPORT void NT_API RtlInitUnicodeString(NtUnicodeString* DestinationString, const char16_t* SourceString) {
    if (SourceString == nullptr) {
        *DestinationString = {};
        return;
    }
    set(*DestinationString, SourceString, std::min(Text(SourceString).size() * sizeof(char16_t), init_limit));
}

NT_EXPORT Status NT_API RtlInitUnicodeStringEx(NtUnicodeString* DestinationString, const char16_t* SourceString) {
    *DestinationString = {};
    if (SourceString == nullptr) return Status::Success;
    const std::size_t bytes = Text(SourceString).size() * sizeof(char16_t);
    if (bytes > init_limit) return Status::NameTooLong;
    set(*DestinationString, SourceString, bytes);
    return Status::Success;
}

NT_EXPORT void NT_API RtlInitAnsiString(NtAnsiString* DestinationString, const char* SourceString) {
    *DestinationString = {};
    if (SourceString == nullptr) return;
    set(*DestinationString, SourceString, std::min(std::strlen(SourceString), std::size_t{0xFFFE}));
}

NT_EXPORT Status NT_API RtlInitAnsiStringEx(NtAnsiString* DestinationString, const char* SourceString) {
    *DestinationString = {};
    if (SourceString == nullptr) return Status::Success;
    const std::size_t bytes = std::strlen(SourceString);
    if (bytes > 0xFFFE) return Status::NameTooLong;
    set(*DestinationString, SourceString, bytes);
    return Status::Success;
}

NT_EXPORT void NT_API RtlInitString(NtAnsiString* DestinationString, const char* SourceString) {
    RtlInitAnsiString(DestinationString, SourceString);
}

NT_EXPORT std::uint8_t NT_API RtlCreateUnicodeString(NtUnicodeString* DestinationString,
                                                     const char16_t* SourceString) {
    return copy_of(Text(SourceString), *DestinationString) == Status::Success;
}

NT_EXPORT std::uint8_t NT_API RtlCreateUnicodeStringFromAsciiz(NtUnicodeString* DestinationString,
                                                               const char* SourceString) {
    NtAnsiString source;
    if (RtlInitAnsiStringEx(&source, SourceString) != Status::Success) return false;
    return RtlAnsiStringToUnicodeString(DestinationString, &source, true) == Status::Success;
}

NT_EXPORT void NT_API RtlFreeUnicodeString(NtUnicodeString* UnicodeString) {
    if (UnicodeString->Buffer) free_memory(UnicodeString->Buffer);
    *UnicodeString = {};
}
NT_EXPORT void NT_API RtlFreeAnsiString(NtAnsiString* AnsiString) {
    if (AnsiString->Buffer) free_memory(AnsiString->Buffer);
    *AnsiString = {};
}
NT_EXPORT void NT_API RtlFreeOemString(NtAnsiString* OemString) { RtlFreeAnsiString(OemString); }

NT_EXPORT Status NT_API RtlDuplicateUnicodeString(std::uint32_t Flags, const NtUnicodeString* StringIn,
                                                  NtUnicodeString* StringOut) {
    constexpr std::uint32_t null_terminate = 1, allocate_null_string = 2;
    if ((Flags & ~(null_terminate | allocate_null_string)) || StringIn == nullptr || StringOut == nullptr
        || StringIn->Length > StringIn->MaximumLength || StringIn->Length % 2 != 0
        || ((Flags & allocate_null_string) && !(Flags & null_terminate))) {
        return Status::InvalidParameter;
    }
    if (StringIn->Length == 0 && !(Flags & allocate_null_string)) {
        *StringOut = {};
        return Status::Success;
    }
    const Status status = copy_of(text_of(*StringIn), *StringOut);
    if (status == Status::Success && !(Flags & null_terminate)) StringOut->MaximumLength = StringOut->Length;
    return status;
}

// ------------------------------------------------------------------------------------- copying

NT_EXPORT void NT_API RtlCopyUnicodeString(NtUnicodeString* DestinationString, const NtUnicodeString* SourceString) {
    if (SourceString == nullptr) {
        DestinationString->Length = 0;
        return;
    }
    DestinationString->Length = std::min(SourceString->Length, DestinationString->MaximumLength);
    std::memmove(DestinationString->Buffer.get(), SourceString->Buffer.get(), DestinationString->Length);
    if (DestinationString->Length + sizeof(char16_t) <= DestinationString->MaximumLength) {
        DestinationString->Buffer.get()[DestinationString->Length / sizeof(char16_t)] = 0;
    }
}

NT_EXPORT void NT_API RtlCopyString(NtAnsiString* DestinationString, const NtAnsiString* SourceString) {
    if (SourceString == nullptr) {
        DestinationString->Length = 0;
        return;
    }
    DestinationString->Length = std::min(SourceString->Length, DestinationString->MaximumLength);
    std::memmove(DestinationString->Buffer.get(), SourceString->Buffer.get(), DestinationString->Length);
}

NT_EXPORT Status NT_API RtlAppendUnicodeStringToString(NtUnicodeString* Destination, const NtUnicodeString* Source) {
    return append(*Destination, text_of(*Source));
}
NT_EXPORT Status NT_API RtlAppendUnicodeToString(NtUnicodeString* Destination, const char16_t* Source) {
    return append(*Destination, text_of(Source));
}
NT_EXPORT Status NT_API RtlAppendAsciizToString(NtAnsiString* Destination, const char* Source) {
    return Source == nullptr ? Status::Success : append(*Destination, std::string_view(Source));
}
NT_EXPORT Status NT_API RtlAppendStringToString(NtAnsiString* Destination, const NtAnsiString* Source) {
    return append(*Destination, text_of(*Source));
}

NT_EXPORT void NT_API RtlEraseUnicodeString(NtUnicodeString* String) {
    if (!String->Buffer || String->MaximumLength == 0) return;
    std::memset(String->Buffer.get(), 0, String->MaximumLength);
    String->Length = 0;
}

// ------------------------------------------------------------------------------------- comparing

NT_EXPORT std::int32_t NT_API RtlCompareUnicodeStrings(const char16_t* String1, std::size_t String1Length,
                                                       const char16_t* String2, std::size_t String2Length,
                                                       std::uint8_t CaseInSensitive) {
    return compare({String1, String1Length}, {String2, String2Length}, sensitivity(CaseInSensitive));
}

NT_EXPORT std::int32_t NT_API RtlCompareUnicodeString(const NtUnicodeString* String1, const NtUnicodeString* String2,
                                                      std::uint8_t CaseInSensitive) {
    return compare(text_of(*String1), text_of(*String2), sensitivity(CaseInSensitive));
}

NT_EXPORT std::uint8_t NT_API RtlEqualUnicodeString(const NtUnicodeString* String1, const NtUnicodeString* String2,
                                                    std::uint8_t CaseInSensitive) {
    return equal(text_of(*String1), text_of(*String2), sensitivity(CaseInSensitive));
}

NT_EXPORT std::uint8_t NT_API RtlPrefixUnicodeString(const NtUnicodeString* String1, const NtUnicodeString* String2,
                                                     std::uint8_t CaseInSensitive) {
    return starts_with(text_of(*String2), text_of(*String1), sensitivity(CaseInSensitive));
}

NT_EXPORT char NT_API RtlUpperChar(char Character) {
    return Character >= 'a' && Character <= 'z' ? static_cast<char>(Character - 0x20) : Character; // no others, observed
}

NT_EXPORT std::int32_t NT_API RtlCompareString(const NtAnsiString* String1, const NtAnsiString* String2,
                                               std::uint8_t CaseInSensitive) {
    const std::string_view left = text_of(*String1), right = text_of(*String2);
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
        const char a = CaseInSensitive ? RtlUpperChar(left[i]) : left[i],
                   b = CaseInSensitive ? RtlUpperChar(right[i]) : right[i];
        if (a != b) return static_cast<unsigned char>(a) - static_cast<unsigned char>(b);
    }
    return static_cast<std::int32_t>(left.size()) - static_cast<std::int32_t>(right.size());
}

NT_EXPORT std::uint8_t NT_API RtlEqualString(const NtAnsiString* String1, const NtAnsiString* String2,
                                             std::uint8_t CaseInSensitive) {
    return String1->Length == String2->Length && RtlCompareString(String1, String2, CaseInSensitive) == 0;
}

NT_EXPORT std::uint8_t NT_API RtlPrefixString(const NtAnsiString* String1, const NtAnsiString* String2,
                                              std::uint8_t CaseInSensitive) {
    if (String2->Length < String1->Length) return false;
    NtAnsiString head = *String2;
    head.Length = String1->Length;
    return RtlCompareString(String1, &head, CaseInSensitive) == 0;
}

NT_EXPORT Status NT_API RtlHashUnicodeString(const NtUnicodeString* String, std::uint8_t CaseInSensitive,
                                             std::uint32_t HashAlgorithm, std::uint32_t* HashValue) {
    if (String == nullptr || HashValue == nullptr || HashAlgorithm > 1) return Status::InvalidParameter;
    *HashValue = hash_x65599(text_of(*String), sensitivity(CaseInSensitive));
    return Status::Success;
}

NT_EXPORT Status NT_API RtlFindCharInUnicodeString(std::uint32_t Flags, const NtUnicodeString* StringToSearch,
                                                   const NtUnicodeString* CharSet,
                                                   std::uint16_t* NonInclusivePrefixLength) {
    constexpr std::uint32_t start_at_end = 1, complement_char_set = 2, case_insensitive = 4;
    *NonInclusivePrefixLength = 0;
    if (Flags & ~(start_at_end | complement_char_set | case_insensitive)) return Status::InvalidParameter;
    const Text text = text_of(*StringToSearch), set = text_of(*CharSet);
    const auto matches = [&](char16_t c) {
        const bool in_set = std::any_of(set.begin(), set.end(), [&](char16_t member) {
            return Flags & case_insensitive ? upcase(member) == upcase(c) : member == c;
        });
        return in_set != ((Flags & complement_char_set) != 0);
    };
    for (std::size_t n = 0; n < text.size(); ++n) {
        const std::size_t at = Flags & start_at_end ? text.size() - 1 - n : n;
        if (!matches(text[at])) continue;
        // From the start the prefix ends behind the character found, from the end before it.
        *NonInclusivePrefixLength =
            static_cast<std::uint16_t>((Flags & start_at_end ? at : at + 1) * sizeof(char16_t));
        return Status::Success;
    }
    return Status::NotFound;
}
