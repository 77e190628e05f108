// SPDX-License-Identifier: MIT
// host_text.cpp: see host_text.h.
#include "host_text.h"

#include <ntdll-emu/io/host_name.h>
#include <ntdll-emu/io/utf8.h>

namespace oriel::start {
namespace {

constexpr char16_t escaped_byte = 0xF000;

} // namespace

std::u16string guest_text(std::string_view bytes) {
    std::u16string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const io::Utf8Character character = io::decode_utf8(bytes);
        if (character.bytes == 0) {
            text += static_cast<char16_t>(escaped_byte + static_cast<unsigned char>(bytes[0]));
            bytes.remove_prefix(1);
            continue;
        }
        io::append_utf16(text, character.code);
        bytes.remove_prefix(character.bytes);
    }
    return text;
}

std::u16string dos_path_of(std::string_view host_path) {
    std::u16string path = u"Z:";
    while (!host_path.empty()) {
        const std::size_t slash = host_path.find('/');
        const std::string_view component = host_path.substr(0, slash);
        if (!component.empty()) path.append(u"\\").append(io::to_nt_name(component));
        host_path.remove_prefix(slash == std::string_view::npos ? host_path.size() : slash + 1);
    }
    return path.size() == 2 ? path + u"\\" : path;
}

std::string printable(std::u16string_view text) { return io::to_utf8(text); }

} // namespace oriel::start
