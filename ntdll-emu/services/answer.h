// SPDX-License-Identifier: MIT
// answer.h: how a query writes its answer into the guest's buffer.
//
// Most information classes have one exact length, and anything else is STATUS_INFO_LENGTH_MISMATCH; the
// length that is needed is told in any case where the guest asked for it.
#pragma once

#include <oriel/user_ptr.h>

#include <span>
#include <string_view>

namespace oriel::services {

/// A guest's buffer with its length and the optional place for the length that is needed.
struct AnswerBuffer {
    Address buffer;
    std::uint32_t length = 0;
    UserPtr<std::uint32_t> return_length{};

    /// Statuses: InfoLengthMismatch, AccessViolation.
    template<class T>
    [[nodiscard]] Status exactly(const T& value) const {
        static_assert(std::is_trivially_copyable_v<T>);
        if (const auto told = return_length.store_if_present(sizeof value); !told.ok()) return told.error();
        if (length != sizeof value) return Status::InfoLengthMismatch;
        return UserPtr<T>(buffer).store(value).status();
    }
    /// The same where a longer buffer will do.
    template<class T>
    [[nodiscard]] Status at_least(const T& value) const {
        if (const auto told = return_length.store_if_present(sizeof value); !told.ok()) return told.error();
        if (length < sizeof value) return Status::InfoLengthMismatch;
        return UserPtr<T>(buffer).store(value).status();
    }
    [[nodiscard]] Status bytes(std::span<const std::byte> bytes) const {
        if (const auto told = return_length.store_if_present(static_cast<std::uint32_t>(bytes.size())); !told.ok()) return told.error();
        if (length < bytes.size()) return Status::InfoLengthMismatch;
        return copy_to_guest(buffer, bytes.data(), bytes.size()).status();
    }
    /// A UNICODE_STRING<Abi> with its text behind it.
    template<class Abi>
    [[nodiscard]] Status string(std::u16string_view text) const;
};

/// The counterpart for NtSet...: the buffer's content, which must have exactly that length.
/// Statuses: InfoLengthMismatch, AccessViolation.
template<class T>
[[nodiscard]] NtResult<T> capture_exactly(Address buffer, std::uint32_t length) {
    if (length != sizeof(T)) return Status::InfoLengthMismatch;
    return UserPtr<T>(buffer).capture();
}

} // namespace oriel::services

#include <nt/basic.h>

#include <cstring>
#include <vector>

namespace oriel::services {

template<class Abi>
Status AnswerBuffer::string(std::u16string_view text) const {
    nt::UNICODE_STRING<Abi> header = {};
    header.Length = static_cast<std::uint16_t>(text.size() * 2);
    header.MaximumLength = static_cast<std::uint16_t>(header.Length + 2);
    header.Buffer.value = static_cast<nt::uptr<Abi>>(buffer.value() + sizeof header);
    std::vector<std::byte> all(sizeof header + header.MaximumLength);
    std::memcpy(all.data(), &header, sizeof header);
    std::memcpy(all.data() + sizeof header, text.data(), header.Length);
    return bytes(all);
}

} // namespace oriel::services
