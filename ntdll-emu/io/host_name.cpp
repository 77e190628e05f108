// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/host_name.h>

#include <ntdll-emu/io/utf8.h>

#include <algorithm>

namespace oriel::io {

namespace {

constexpr char16_t private_base = 0xF000;
constexpr std::size_t longest_component = 255; // units, as on NTFS

constexpr bool is_private(char32_t code) { return (code & ~char32_t{0xFF}) == private_base; }
constexpr bool is_surrogate(char32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

void append_private(std::u16string& name, std::string_view bytes) {
    for (const char byte : bytes)
        name.push_back(static_cast<char16_t>(private_base + static_cast<unsigned char>(byte)));
}

bool is_dots(std::u16string_view name) { return name == u"." || name == u".."; }
bool ends_badly(std::u16string_view name) { return name.back() == u'.' || name.back() == u' '; }

/// A low surrogate right after a high one would read back as one character of four bytes.
bool joins_with_last(const std::u16string& name, char32_t code) {
    return code >= 0xDC00 && code <= 0xDFFF && !name.empty() && is_high_surrogate(name.back());
}

} // namespace

bool allowed_in_name(char16_t unit) {
    return unit >= 0x20 && std::u16string_view(u"\"*/:<>?\\|").find(unit) == std::u16string_view::npos;
}

std::u16string to_nt_name(std::string_view host_name) {
    std::u16string name;
    name.reserve(host_name.size());
    if (host_name == "." || host_name == "..") return std::u16string(host_name.begin(), host_name.end());
    for (std::size_t at = 0; at < host_name.size();) {
        const auto character = decode_utf8(host_name.substr(at));
        const std::size_t bytes = std::max(character.bytes, 1u);
        const bool escape = character.bytes == 0 || is_private(character.code)
                            || (is_surrogate(character.code) && joins_with_last(name, character.code))
                            || (character.code < 0x80 && !allowed_in_name(static_cast<char16_t>(character.code)));
        if (escape)
            append_private(name, host_name.substr(at, bytes));
        else
            append_utf16(name, character.code);
        at += bytes;
    }
    if (!name.empty() && ends_badly(name)) name.back() = static_cast<char16_t>(private_base + name.back());
    return name;
}

NtResult<std::string> to_host_name(std::u16string_view nt_name) {
    if (nt_name.empty() || nt_name.size() > longest_component || is_dots(nt_name)) return Status::ObjectNameInvalid;
    std::string name;
    name.reserve(nt_name.size());
    bool check_back = ends_badly(nt_name);
    for (std::size_t at = 0; at < nt_name.size(); ++at) {
        const char16_t unit = nt_name[at];
        if (is_private(unit)) {
            const auto byte = static_cast<char>(unit - private_base);
            if (byte == '\0' || byte == '/') return Status::ObjectNameInvalid;
            name.push_back(byte);
            check_back = true;
        } else if (!allowed_in_name(unit)) {
            return Status::ObjectNameInvalid;
        } else if (is_high_surrogate(unit) && at + 1 < nt_name.size() && is_low_surrogate(nt_name[at + 1])) {
            append_utf8(name, join_surrogates(unit, nt_name[++at]));
        } else {
            append_utf8(name, unit);
        }
    }
    if (check_back && to_nt_name(name) != nt_name) return Status::ObjectNameInvalid;
    return name;
}

} // namespace oriel::io
