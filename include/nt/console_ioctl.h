// SPDX-License-Identifier: MIT
// console_ioctl.h: what kernel32's console functions ask of the console device.
//
// On Windows the console functions are NtDeviceIoControlFile requests to \Device\ConDrv, whose format
// Microsoft does not publish and changes. These are ours: one code a question, plain structures that are
// the same for 32 and 64 bits. Structures that end in "as wincon.h" have the layout of their Win32 namesakes.
//
// Handles: \Device\ConDrv\Connect answers what belongs to the console as a whole (code pages, title,
// CONSOLE_GET_WINDOW...), also when there is no terminal; \??\CONIN$ and \??\CONOUT$ (also CON) are the
// terminal's two sides and exist only where the host has one. Every handle of the console answers the
// whole-console requests; a request on the wrong side (a read mode of an output handle) answers
// STATUS_INVALID_HANDLE, as kernel32's functions do on Windows.
//
// Bytes that NtReadFile and NtWriteFile carry on console handles are in the console's code pages; text
// of the W functions travels as UTF-16 in the requests below.
#pragma once

#include <nt/device_control.h>

#include <cstdint>

namespace nt {

constexpr std::uint32_t console_code(std::uint32_t function) {
    return control_code(0x50, 0x800 + function, ControlMethod::Neither, FILE_ANY_ACCESS);
}

// in: what the caller passes as input buffer; out: output buffer. IoStatusBlock.Information = bytes written to out.
/// out: u32 ENABLE_* of this side
inline constexpr std::uint32_t CONSOLE_GET_MODE = console_code(1);
/// in: u32
inline constexpr std::uint32_t CONSOLE_SET_MODE = console_code(2);
/// in: UTF-16 text; out: u32 units written
inline constexpr std::uint32_t CONSOLE_WRITE = console_code(3);
/// in: CONSOLE_READ_REQUEST or none; out: UTF-16 text
inline constexpr std::uint32_t CONSOLE_READ = console_code(4);
/// out: CONSOLE_SCREEN_BUFFER
inline constexpr std::uint32_t CONSOLE_GET_SCREEN_BUFFER = console_code(5);
/// in: CONSOLE_COORD
inline constexpr std::uint32_t CONSOLE_SET_CURSOR_POSITION = console_code(6);
/// in: u16
inline constexpr std::uint32_t CONSOLE_SET_TEXT_ATTRIBUTE = console_code(7);
/// in: CONSOLE_FILL; out: u32 cells filled
inline constexpr std::uint32_t CONSOLE_FILL_OUTPUT = console_code(8);
/// out: CONSOLE_CODE_PAGES
inline constexpr std::uint32_t CONSOLE_GET_CODE_PAGES = console_code(9);
/// in: u32
inline constexpr std::uint32_t CONSOLE_SET_INPUT_CODE_PAGE = console_code(10);
/// in: u32
inline constexpr std::uint32_t CONSOLE_SET_OUTPUT_CODE_PAGE = console_code(11);
/// out: UTF-16 text without NUL
inline constexpr std::uint32_t CONSOLE_GET_TITLE = console_code(12);
/// in: UTF-16 text without NUL
inline constexpr std::uint32_t CONSOLE_SET_TITLE = console_code(13);
/// out: u32
inline constexpr std::uint32_t CONSOLE_GET_EVENT_COUNT = console_code(14);
/// out: CONSOLE_INPUT_RECORD[]; waits for one
inline constexpr std::uint32_t CONSOLE_READ_INPUT = console_code(15);
/// out: CONSOLE_INPUT_RECORD[]; does not wait
inline constexpr std::uint32_t CONSOLE_PEEK_INPUT = console_code(16);
/// in: CONSOLE_INPUT_RECORD[]; out: u32 records
inline constexpr std::uint32_t CONSOLE_WRITE_INPUT = console_code(17);
inline constexpr std::uint32_t CONSOLE_FLUSH_INPUT = console_code(18);
/// out: CONSOLE_CURSOR
inline constexpr std::uint32_t CONSOLE_GET_CURSOR_INFO = console_code(19);
/// in: CONSOLE_CURSOR
inline constexpr std::uint32_t CONSOLE_SET_CURSOR_INFO = console_code(20);
/// in: CONSOLE_COORD
inline constexpr std::uint32_t CONSOLE_SET_SCREEN_BUFFER_SIZE = console_code(21);
/// in: CONSOLE_RECT, absolute
inline constexpr std::uint32_t CONSOLE_SET_WINDOW = console_code(22);

// Modes, as wincon.h.
inline constexpr std::uint32_t ENABLE_PROCESSED_INPUT = 0x0001;
inline constexpr std::uint32_t ENABLE_LINE_INPUT = 0x0002;
inline constexpr std::uint32_t ENABLE_ECHO_INPUT = 0x0004;
inline constexpr std::uint32_t ENABLE_WINDOW_INPUT = 0x0008;
inline constexpr std::uint32_t ENABLE_MOUSE_INPUT = 0x0010;
inline constexpr std::uint32_t ENABLE_INSERT_MODE = 0x0020;
inline constexpr std::uint32_t ENABLE_QUICK_EDIT_MODE = 0x0040;
inline constexpr std::uint32_t ENABLE_EXTENDED_FLAGS = 0x0080;
inline constexpr std::uint32_t ENABLE_AUTO_POSITION = 0x0100;
inline constexpr std::uint32_t ENABLE_VIRTUAL_TERMINAL_INPUT = 0x0200;
inline constexpr std::uint32_t ENABLE_PROCESSED_OUTPUT = 0x0001;
inline constexpr std::uint32_t ENABLE_WRAP_AT_EOL_OUTPUT = 0x0002;
inline constexpr std::uint32_t ENABLE_VIRTUAL_TERMINAL_PROCESSING = 0x0004;
inline constexpr std::uint32_t DISABLE_NEWLINE_AUTO_RETURN = 0x0008;
inline constexpr std::uint32_t ENABLE_LVB_GRID_WORLDWIDE = 0x0010;

struct CONSOLE_COORD { // as wincon.h
    std::int16_t X;
    std::int16_t Y;
};
struct CONSOLE_RECT { // as wincon.h
    std::int16_t Left;
    std::int16_t Top;
    std::int16_t Right;
    std::int16_t Bottom;
};

/// CONSOLE_SCREEN_BUFFER_INFOEX without its cbSize; its first 22 bytes are CONSOLE_SCREEN_BUFFER_INFO.
struct CONSOLE_SCREEN_BUFFER {
    CONSOLE_COORD Size;
    CONSOLE_COORD CursorPosition;
    std::uint16_t Attributes;
    CONSOLE_RECT Window;
    CONSOLE_COORD MaximumWindowSize;
    std::uint16_t PopupAttributes;
    std::int32_t FullscreenSupported;
    std::uint32_t ColorTable[16];
};
static_assert(sizeof(CONSOLE_SCREEN_BUFFER) == 92);

struct CONSOLE_READ_REQUEST {
    std::uint32_t InitialUnits;   ///< units of the output buffer that the line begins with
    std::uint32_t WakeupMask;     ///< control characters that end the line, as CONSOLE_READCONSOLE_CONTROL
};

enum class CONSOLE_FILL_WHAT : std::uint32_t { Character = 1, Attribute = 2 };
struct CONSOLE_FILL {
    CONSOLE_FILL_WHAT What;
    std::uint32_t Length; ///< cells
    CONSOLE_COORD At;
    std::uint16_t Value;  ///< a UTF-16 unit or an attribute
};

struct CONSOLE_CODE_PAGES {
    std::uint32_t Input;
    std::uint32_t Output;
};

struct CONSOLE_CURSOR { // as CONSOLE_CURSOR_INFO
    std::uint32_t Size;    ///< percent of the cell, 1 to 100
    std::int32_t Visible;
};

inline constexpr std::uint16_t CONSOLE_KEY_EVENT = 0x0001;
inline constexpr std::uint16_t CONSOLE_WINDOW_EVENT = 0x0004;
inline constexpr std::uint32_t CONSOLE_SHIFT_PRESSED = 0x0010;
inline constexpr std::uint32_t CONSOLE_LEFT_CTRL_PRESSED = 0x0008;
inline constexpr std::uint32_t CONSOLE_LEFT_ALT_PRESSED = 0x0002;
inline constexpr std::uint32_t CONSOLE_ENHANCED_KEY = 0x0100;

struct CONSOLE_INPUT_RECORD { // as INPUT_RECORD with its key event
    std::uint16_t EventType;
    std::int32_t KeyDown;
    std::uint16_t RepeatCount;
    std::uint16_t VirtualKeyCode;
    std::uint16_t VirtualScanCode;
    char16_t UnicodeChar;
    std::uint32_t ControlKeyState;
};
static_assert(sizeof(CONSOLE_INPUT_RECORD) == 20);

inline constexpr std::uint32_t default_console_code_page = 437;
inline constexpr std::uint16_t default_console_attributes = 0x07;

} // namespace nt
