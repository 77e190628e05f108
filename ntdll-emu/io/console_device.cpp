// SPDX-License-Identifier: MIT
// console_device.cpp: opening the console, and its bytes. Its numbered requests: console_control.cpp.
#include <ntdll-emu/io/console_device.h>

#include <ntdll-emu/io/fold.h>
#include <oriel/user_ptr.h>
#include <nt/file.h>
#include <nt/volume_information.h>

#include <algorithm>
#include <optional>

namespace oriel::io {

namespace {

std::optional<ConsoleSide> side_of(std::u16string_view name, ob::AccessMask access) {
    if (equal_without_case(name, u"\\CurrentIn") || equal_without_case(name, u"\\Input")) return ConsoleSide::Input;
    if (equal_without_case(name, u"\\CurrentOut") || equal_without_case(name, u"\\Output"))
        return ConsoleSide::Output;
    if (equal_without_case(name, u"\\Connect")) return ConsoleSide::Whole;
    if (!equal_without_case(name, u"\\Console")) return std::nullopt;
    return (access & nt::FILE_WRITE_DATA) ? ConsoleSide::Output : ConsoleSide::Input;
}

/// Pieces in which text is captured from the guest.
constexpr std::uint32_t piece_bytes = 8192;

} // namespace

NtResult<Opened> ConsoleDevice::open(std::u16string_view rest, const OpenRequest& request) {
    const auto side = side_of(rest, request.access);
    if (!side) return Status::ObjectNameNotFound;
    if (request.options.directory) return Status::NotADirectory;
    if (*side == ConsoleSide::Input) (void)TRY(m_console.input());
    if (*side == ConsoleSide::Output) (void)TRY(m_console.output());
    return Opened{ob::make<ConsoleFile>(m_console, *side, request), OpenOutcome::Opened};
}

ConsoleFile::ConsoleFile(Console& console, ConsoleSide side, const OpenRequest& request)
    : File(request), m_console(console), m_side(side) {
    if (side != ConsoleSide::Whole) console.opened();
}

void ConsoleFile::last_handle_closed() {
    if (m_side != ConsoleSide::Whole) m_console.closed();
}

NtResult<std::uint32_t> ConsoleFile::read(GuestBuffer to, FileOffset) {
    if (m_side != ConsoleSide::Input) return Status::InvalidHandle;
    if (to.bytes == 0) return 0u;
    const std::string bytes = TRY(m_console.read_bytes(std::min(to.bytes, 0x10000u)));
    TRY(copy_to_guest(to.address, bytes.data(), bytes.size()));
    return static_cast<std::uint32_t>(bytes.size());
}

NtResult<std::uint32_t> ConsoleFile::write(GuestBuffer from, FileOffset) {
    if (m_side != ConsoleSide::Output) return Status::InvalidHandle;
    char piece[piece_bytes];
    for (std::uint32_t done = 0; done < from.bytes;) {
        const std::uint32_t bytes = std::min(from.bytes - done, piece_bytes);
        TRY(copy_from_guest(piece, from.address + done, bytes));
        TRY(m_console.write_bytes(std::string_view(piece, bytes)));
        done += bytes;
    }
    return from.bytes;
}

NtResult<std::uint32_t> ConsoleFile::write_text(GuestBuffer in, GuestBuffer out) {
    char16_t piece[piece_bytes / sizeof(char16_t)];
    const std::uint32_t whole = in.bytes & ~1u;
    for (std::uint32_t done = 0; done < whole;) {
        const std::uint32_t bytes = std::min(whole - done, piece_bytes);
        TRY(copy_from_guest(piece, in.address + done, bytes));
        TRY(m_console.write(std::u16string_view(piece, bytes / sizeof(char16_t))));
        done += bytes;
    }
    if (out.bytes < sizeof(std::uint32_t)) return 0u;
    TRY(UserPtr<std::uint32_t>(out.address).store(whole / sizeof(char16_t)));
    return static_cast<std::uint32_t>(sizeof(std::uint32_t));
}

NtResult<FileFacts> ConsoleFile::facts() {
    FileFacts facts;
    facts.attributes = nt::FILE_ATTRIBUTE_NORMAL;
    return facts;
}

std::uint32_t ConsoleFile::device_type() const { return nt::FILE_DEVICE_CONSOLE; }

} // namespace oriel::io
