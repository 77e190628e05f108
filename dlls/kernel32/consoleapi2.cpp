// SPDX-License-Identifier: MIT
// consoleapi2.cpp: the console's screen: its size, the cursor, colours, filling cells.
//
// Sources: "Console Functions" (Microsoft documentation).
#include "console.h"
#include "kernel32.h"

#include "text.h"

namespace oriel::k32 {
namespace {

nt::CONSOLE_COORD as_nt(COORD at) { return {at.X, at.Y}; }
COORD as_win32(nt::CONSOLE_COORD at) { return {at.X, at.Y}; }
SMALL_RECT as_win32(nt::CONSOLE_RECT r) { return {r.Left, r.Top, r.Right, r.Bottom}; }

BOOL fill(HANDLE console, nt::CONSOLE_FILL_WHAT what, std::uint16_t value, DWORD length, COORD at, LPDWORD written) {
    const nt::CONSOLE_FILL request{what, length, as_nt(at), value};
    std::uint32_t cells = 0;
    const Status status =
        ask_console(console, nt::CONSOLE_FILL_OUTPUT, &request, sizeof request, &cells, sizeof cells);
    if (written) *written = cells;
    return finish(status);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI GetConsoleScreenBufferInfo(HANDLE console, PCONSOLE_SCREEN_BUFFER_INFO info) {
    nt::CONSOLE_SCREEN_BUFFER from{};
    const Status status = query_console(console, nt::CONSOLE_GET_SCREEN_BUFFER, from);
    if (!nt::is_success(status)) return finish(status);
    *info = {as_win32(from.Size), as_win32(from.CursorPosition), from.Attributes, as_win32(from.Window),
             as_win32(from.MaximumWindowSize)};
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetConsoleScreenBufferInfoEx(HANDLE console, PCONSOLE_SCREEN_BUFFER_INFOEX info) {
    if (info->cbSize != sizeof *info) return fail(ERROR_INVALID_PARAMETER);
    nt::CONSOLE_SCREEN_BUFFER from{};
    const Status status = query_console(console, nt::CONSOLE_GET_SCREEN_BUFFER, from);
    if (!nt::is_success(status)) return finish(status);
    info->dwSize = as_win32(from.Size);
    info->dwCursorPosition = as_win32(from.CursorPosition);
    info->wAttributes = from.Attributes;
    info->srWindow = as_win32(from.Window);
    info->dwMaximumWindowSize = as_win32(from.MaximumWindowSize);
    info->wPopupAttributes = from.PopupAttributes;
    info->bFullscreenSupported = from.FullscreenSupported;
    for (int i = 0; i < 16; ++i) info->ColorTable[i] = from.ColorTable[i];
    return TRUE;
}
K32_EXPORT COORD WINAPI GetLargestConsoleWindowSize(HANDLE console) {
    CONSOLE_SCREEN_BUFFER_INFO info{};
    return GetConsoleScreenBufferInfo(console, &info) ? info.dwMaximumWindowSize : COORD{0, 0};
}

K32_EXPORT BOOL WINAPI SetConsoleCursorPosition(HANDLE console, COORD at) {
    return finish(tell_console(console, nt::CONSOLE_SET_CURSOR_POSITION, as_nt(at)));
}
K32_EXPORT BOOL WINAPI SetConsoleTextAttribute(HANDLE console, WORD attributes) {
    return finish(tell_console(console, nt::CONSOLE_SET_TEXT_ATTRIBUTE, std::uint16_t{attributes}));
}
K32_EXPORT BOOL WINAPI SetConsoleScreenBufferSize(HANDLE console, COORD size) {
    return finish(tell_console(console, nt::CONSOLE_SET_SCREEN_BUFFER_SIZE, as_nt(size)));
}
K32_EXPORT BOOL WINAPI SetConsoleWindowInfo(HANDLE console, BOOL absolute, const SMALL_RECT* window) {
    nt::CONSOLE_RECT wanted{window->Left, window->Top, window->Right, window->Bottom};
    if (!absolute) { // relative to where its corners are
        nt::CONSOLE_SCREEN_BUFFER now{};
        const Status status = query_console(console, nt::CONSOLE_GET_SCREEN_BUFFER, now);
        if (!nt::is_success(status)) return finish(status);
        wanted.Left = static_cast<std::int16_t>(wanted.Left + now.Window.Left);
        wanted.Top = static_cast<std::int16_t>(wanted.Top + now.Window.Top);
        wanted.Right = static_cast<std::int16_t>(wanted.Right + now.Window.Right);
        wanted.Bottom = static_cast<std::int16_t>(wanted.Bottom + now.Window.Bottom);
    }
    return finish(tell_console(console, nt::CONSOLE_SET_WINDOW, wanted));
}

K32_EXPORT BOOL WINAPI GetConsoleCursorInfo(HANDLE console, PCONSOLE_CURSOR_INFO info) {
    nt::CONSOLE_CURSOR from{};
    const Status status = query_console(console, nt::CONSOLE_GET_CURSOR_INFO, from);
    if (nt::is_success(status)) *info = {from.Size, from.Visible};
    return finish(status);
}
K32_EXPORT BOOL WINAPI SetConsoleCursorInfo(HANDLE console, const CONSOLE_CURSOR_INFO* info) {
    if (info->dwSize < 1 || info->dwSize > 100) return fail(ERROR_INVALID_PARAMETER);
    return finish(
        tell_console(console, nt::CONSOLE_SET_CURSOR_INFO, nt::CONSOLE_CURSOR{info->dwSize, info->bVisible}));
}

K32_EXPORT BOOL WINAPI FillConsoleOutputCharacterW(HANDLE console, WCHAR character, DWORD length, COORD at,
                                                   LPDWORD written) {
    return fill(console, nt::CONSOLE_FILL_WHAT::Character, character, length, at, written);
}
K32_EXPORT BOOL WINAPI FillConsoleOutputCharacterA(HANDLE console, CHAR character, DWORD length, COORD at,
                                                   LPDWORD written) {
    const WideText text(&character, 1, GetConsoleOutputCP());
    return fill(console, nt::CONSOLE_FILL_WHAT::Character, *text.get(), length, at, written);
}
K32_EXPORT BOOL WINAPI FillConsoleOutputAttribute(HANDLE console, WORD attribute, DWORD length, COORD at,
                                                  LPDWORD written) {
    return fill(console, nt::CONSOLE_FILL_WHAT::Attribute, attribute, length, at, written);
}

/// A console of ours has no window of its own.
K32_EXPORT HWND WINAPI GetConsoleWindow() { return nullptr; }
K32_EXPORT BOOL WINAPI GetNumberOfConsoleMouseButtons(LPDWORD count) {
    *count = 0;
    return TRUE;
}
