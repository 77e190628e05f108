// SPDX-License-Identifier: MIT
// capture.h: names and object attributes, copied out of the guest and checked.
//
// As NT's ObpCaptureObjectCreateInformation does, in its order:
//   a misaligned structure or name buffer            STATUS_DATATYPE_MISALIGNMENT
//   Length is not the structure's, unknown OBJ_* bits STATUS_INVALID_PARAMETER
//   a name of an odd number of bytes, or of 65,534    STATUS_OBJECT_NAME_INVALID
//   a root directory without a name                  STATUS_OBJECT_NAME_INVALID
// What a name means is ob's affair (ob/namespace.h).
#pragma once

#include <ntdll-emu/ob/handle_table.h>
#include <ntdll-emu/ob/namespace.h>
#include <oriel/nt_result.h>
#include <oriel/user_ptr.h>
#include <nt/basic.h>

#include <string>

namespace oriel::services {

/// OBJ_VALID_ATTRIBUTES.
inline constexpr std::uint32_t valid_object_attributes = 0x1FF2;

inline NtResult<> check_alignment(Address address, std::uint64_t alignment) {
    if (!is_aligned(address.value(), alignment)) return Status::DatatypeMisalignment;
    return {};
}

/// The string that a UNICODE_STRING describes.
/// Statuses: AccessViolation, DatatypeMisalignment, ObjectNameInvalid.
template<class Abi>
NtResult<std::u16string> capture_unicode_string(UserPtr<nt::UNICODE_STRING<Abi>> pointer) {
    TRY(check_alignment(pointer.address(), 4));
    const auto counted = TRY(pointer.capture());
    if (counted.Length == 0) return std::u16string();
    const Address buffer(counted.Buffer.value);
    TRY(check_alignment(buffer, sizeof(char16_t)));
    constexpr std::uint16_t too_long = 0xFFFE;
    if (counted.Length % sizeof(char16_t) != 0 || counted.Length == too_long) return Status::ObjectNameInvalid;
    std::u16string text(counted.Length / sizeof(char16_t), u'\0');
    TRY(copy_from_guest(text.data(), buffer, counted.Length));
    return text;
}

/// A captured OBJECT_ATTRIBUTES.
struct ObjectAttributes {
    std::u16string name;
    nt::Handle root = nt::null_handle;
    std::uint32_t attributes = 0; ///< OBJ_*
    bool has_name = false;        ///< ObjectName was given; it may be empty all the same
    Address security_descriptor = {};

    /// For ob::Namespace; refers to this object's name. Statuses: InvalidHandle (the root directory).
    [[nodiscard]] NtResult<ob::NameRequest> request(const ob::HandleTable& handles) const {
        ob::NameRequest request{name, nullptr, attributes};
        if (root != nt::null_handle) request.root = TRY(handles.lookup_any(root, 0));
        return request;
    }
};

/// Statuses: those above; InvalidParameter for no structure at all.
template<class Abi>
NtResult<ObjectAttributes> capture_object_attributes(UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> pointer) {
    if (pointer.is_null()) return Status::InvalidParameter;
    TRY(check_alignment(pointer.address(), sizeof(nt::uptr<Abi>)));
    const auto raw = TRY(pointer.capture());
    if (raw.Length != sizeof raw || (raw.Attributes & ~valid_object_attributes)) return Status::InvalidParameter;

    ObjectAttributes captured;
    captured.attributes = raw.Attributes;
    captured.security_descriptor = Address(raw.SecurityDescriptor.value);
    captured.root = nt::Handle{static_cast<std::uint64_t>(static_cast<typename Abi::iptr>(raw.RootDirectory))};
    captured.has_name = static_cast<bool>(raw.ObjectName);
    if (captured.has_name) {
        captured.name = TRY(capture_unicode_string(UserPtr<nt::UNICODE_STRING<Abi>>(Address(raw.ObjectName.value))));
    } else if (captured.root != nt::null_handle) {
        return Status::ObjectNameInvalid;
    }
    return captured;
}

/// For services that make an object: without a structure it gets no name.
template<class Abi>
NtResult<ObjectAttributes> capture_optional_object_attributes(UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> pointer) {
    if (pointer.is_null()) return ObjectAttributes{};
    return capture_object_attributes<Abi>(pointer);
}

} // namespace oriel::services
