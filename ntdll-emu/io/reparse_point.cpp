// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/reparse_point.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/host_name.h>
#include <oriel/user_ptr.h>
#include <nt/file.h>

#include <cstring>
#include <vector>

namespace oriel::io {

namespace {

/// REPARSE_DATA_BUFFER up to the names of a symbolic link.
struct SymbolicLinkHead {
    std::uint32_t tag;
    std::uint16_t data_bytes; ///< behind the next field
    std::uint16_t reserved;
    std::uint16_t substitute_offset, substitute_bytes;
    std::uint16_t print_offset, print_bytes;
    std::uint32_t flags; ///< 1: relative
};
static_assert(sizeof(SymbolicLinkHead) == 20);
constexpr std::uint16_t bytes_before_data = 8;

/// "a/../b" as "a\..\b".
std::u16string relative_target(std::string_view target) {
    std::u16string path;
    for (std::size_t at = 0; at <= target.size();) {
        const std::size_t end = std::min(target.find('/', at), target.size());
        if (end > at) path += (path.empty() ? u"" : u"\\") + to_nt_name(target.substr(at, end - at));
        at = end + 1;
    }
    return path;
}

} // namespace

NtResult<std::uint32_t> give_reparse_point(const std::string& host_path, GuestBuffer out) {
    const auto target = hal::read_symbolic_link(host_path.c_str());
    if (!target) return Status::NotAReparsePoint;
    const bool relative = !target.value().starts_with('/');
    const std::u16string print =
        relative ? relative_target(target.value()) : u"Z:" + FileSystem::nt_path_of(target.value());
    const std::u16string substitute = relative ? print : u"\\??\\" + print;

    SymbolicLinkHead head{};
    head.tag = nt::IO_REPARSE_TAG_SYMLINK;
    head.substitute_bytes = static_cast<std::uint16_t>(substitute.size() * sizeof(char16_t));
    head.print_offset = head.substitute_bytes;
    head.print_bytes = static_cast<std::uint16_t>(print.size() * sizeof(char16_t));
    head.flags = relative ? 1 : 0;
    const std::uint32_t whole = sizeof head + head.substitute_bytes + head.print_bytes;
    head.data_bytes = static_cast<std::uint16_t>(whole - bytes_before_data);
    if (out.bytes < whole) return Status::BufferTooSmall;

    std::vector<std::byte> bytes(whole);
    std::memcpy(bytes.data(), &head, sizeof head);
    std::memcpy(bytes.data() + sizeof head, substitute.data(), head.substitute_bytes);
    std::memcpy(bytes.data() + sizeof head + head.print_offset, print.data(), head.print_bytes);
    TRY(copy_to_guest(out.address, bytes.data(), bytes.size()));
    return whole;
}

} // namespace oriel::io
