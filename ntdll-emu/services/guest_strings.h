// SPDX-License-Identifier: MIT
// guest_strings.h: answers that hold UNICODE_STRINGs, with the text behind the structures.
//
// NT packs such answers into the caller's buffer: first the structures, then the characters that their
// Buffer fields point to, each text with a NUL. The answer is put together here, as bytes and as the
// addresses that it will have there, and stored in one copy.
#pragma once

#include <oriel/user_ptr.h>
#include <nt/basic.h>

#include <cstring>
#include <string_view>
#include <vector>

namespace oriel::services {

class PackedAnswer {
public:
    /// An answer that will be stored at `base` and begins with `structures` bytes.
    PackedAnswer(Address base, std::size_t structures) : m_base(base), m_bytes(structures) {}

    template<class T>
    void put(std::size_t offset, const T& value) { std::memcpy(m_bytes.data() + offset, &value, sizeof value); }

    /// Adds the text with a NUL and answers the string that describes it.
    template<class Abi>
    nt::UNICODE_STRING<Abi> add_text(std::u16string_view text) {
        const auto length = static_cast<std::uint16_t>(text.size() * sizeof(char16_t));
        const Address where = m_base + m_bytes.size();
        const auto* const raw = reinterpret_cast<const std::byte*>(text.data());
        m_bytes.insert(m_bytes.end(), raw, raw + length);
        m_bytes.insert(m_bytes.end(), sizeof(char16_t), std::byte{0});
        return {length,
                static_cast<std::uint16_t>(length + sizeof(char16_t)),
                {static_cast<nt::uptr<Abi>>(where.value())}};
    }
    void align(std::size_t unit) { m_bytes.resize(align_up(m_bytes.size(), unit)); }

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_bytes.size()); }
    [[nodiscard]] NtResult<> store() const { return copy_to_guest(m_base, m_bytes.data(), m_bytes.size()); }

private:
    Address m_base;
    std::vector<std::byte> m_bytes;
};

} // namespace oriel::services
