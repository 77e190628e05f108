// SPDX-License-Identifier: MIT
// console_device.h: \Device\ConDrv: the console's two sides, and the console as a whole, as files.
//
//   \Device\ConDrv\CurrentIn, \Input       the keyboard     (\??\CONIN$)
//   \Device\ConDrv\CurrentOut, \Output     the screen       (\??\CONOUT$)
//   \Device\ConDrv\Console                 the side that the access asks for (\??\CON)
//   \Device\ConDrv\Connect                 neither: code pages and title; there even without a terminal
#pragma once

#include <ntdll-emu/io/console.h>
#include <ntdll-emu/io/device.h>

namespace oriel::io {

enum class ConsoleSide { Input, Output, Whole };

class ConsoleDevice final : public Device {
public:
    explicit ConsoleDevice(Console& console) : m_console(console) {}
    NtResult<Opened> open(std::u16string_view rest, const OpenRequest& request) override;

private:
    Console& m_console;
};

class ConsoleFile final : public File {
public:
    ConsoleFile(Console& console, ConsoleSide side, const OpenRequest& request);
    void last_handle_closed() override;

    NtResult<std::uint32_t> read(GuestBuffer to, FileOffset from) override;
    NtResult<std::uint32_t> write(GuestBuffer from, FileOffset to) override;
    NtResult<FileFacts> facts() override;
    [[nodiscard]] std::uint32_t device_type() const override;
    [[nodiscard]] std::u16string device_name() const override { return u"\\Device\\ConDrv"; }
    NtResult<std::uint32_t> control(std::uint32_t code, GuestBuffer in, GuestBuffer out) override;

private:
    NtResult<std::uint32_t> control_whole(std::uint32_t code, GuestBuffer in, GuestBuffer out);
    NtResult<std::uint32_t> control_input(std::uint32_t code, GuestBuffer in, GuestBuffer out);
    NtResult<std::uint32_t> control_output(std::uint32_t code, GuestBuffer in, GuestBuffer out);
    NtResult<std::uint32_t> write_text(GuestBuffer in, GuestBuffer out);
    NtResult<std::uint32_t> read_events(GuestBuffer out, bool wait, bool keep);

    Console& m_console;
    ConsoleSide m_side;
};

} // namespace oriel::io
