// SPDX-License-Identifier: MIT
// bytes.h: reading structures out of bytes that nobody has checked.
//
// A PE file comes from anywhere. Every read goes through these few functions, which compare before they
// add, so that no offset or length, however chosen, leads outside the bytes; structures are copied out,
// because nothing in a file is aligned for certain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace oriel::pe {

using Bytes = std::span<const std::byte>;

/// [offset, offset + length) of `bytes`, if they cover all of it.
inline std::optional<Bytes> slice(Bytes bytes, std::uint64_t offset, std::uint64_t length) {
    if (offset > bytes.size() || length > bytes.size() - offset) return std::nullopt;
    return bytes.subspan(offset, length);
}

/// The T at `offset`, copied out.
template<class T>
std::optional<T> load(Bytes bytes, std::uint64_t offset) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto source = slice(bytes, offset, sizeof(T));
    if (!source) return std::nullopt;
    T value;
    std::memcpy(&value, source->data(), sizeof value);
    return value;
}

/// The characters of `bytes` before its first NUL, or all of them.
inline std::string_view up_to_nul(Bytes bytes) {
    if (bytes.empty()) return {};
    const auto* first = reinterpret_cast<const char*>(bytes.data());
    const void* nul = std::memchr(first, 0, bytes.size());
    return {first, nul == nullptr ? bytes.size() : static_cast<std::size_t>(static_cast<const char*>(nul) - first)};
}

/// An array of T that lies in the bytes, at any alignment.
template<class T>
class Table {
public:
    Table() = default;
    /// Whole elements only; a rest smaller than a T is left off.
    explicit Table(Bytes bytes) : m_bytes(bytes) {}

    [[nodiscard]] std::size_t size() const { return m_bytes.size() / sizeof(T); }
    [[nodiscard]] bool empty() const { return size() == 0; }
    /// `index` below size().
    T operator[](std::size_t index) const {
        T value;
        std::memcpy(&value, m_bytes.subspan(index * sizeof(T), sizeof(T)).data(), sizeof value);
        return value;
    }

private:
    Bytes m_bytes;
};

} // namespace oriel::pe
