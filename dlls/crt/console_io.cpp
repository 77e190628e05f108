// SPDX-License-Identifier: MIT
// console_io.cpp: <conio.h>: the console itself, whatever the standard handles are.
//
// CONIN$ and CONOUT$ are opened at the first call. A key that is no character comes as two values: 0 or
// 0xE0, then its scan code. Source: "_getch", "_kbhit", "_putch", "_cgets", "_cprintf".
#include <dlls/crt/locks.h>
#include <dlls/crt/printf_sinks.h>
#include <dlls/crt/win32.h>

namespace oriel::crt {

namespace {

HANDLE console_in, console_out;
int second_half = -1; ///< the scan code that the next _getch gives
int pushed_back = -1;

HANDLE open_console(HANDLE& slot, const wchar_t* name) {
    if (!slot)
        slot = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                           OPEN_EXISTING, 0, nullptr);
    return slot;
}
HANDLE input() { return open_console(console_in, L"CONIN$"); }
HANDLE output() { return open_console(console_out, L"CONOUT$"); }

bool is_key(const INPUT_RECORD& record) {
    return record.EventType == KEY_EVENT && record.Event.KeyEvent.bKeyDown &&
           (record.Event.KeyEvent.uChar.UnicodeChar ||
            (record.Event.KeyEvent.wVirtualKeyCode >= VK_PRIOR &&
             record.Event.KeyEvent.wVirtualKeyCode <= VK_DELETE) ||
            (record.Event.KeyEvent.wVirtualKeyCode >= VK_F1 && record.Event.KeyEvent.wVirtualKeyCode <= VK_F12));
}

int next_key() {
    if (pushed_back >= 0) {
        int c = pushed_back;
        pushed_back = -1;
        return c;
    }
    if (second_half >= 0) {
        int c = second_half;
        second_half = -1;
        return c;
    }
    DWORD mode = 0;
    bool console = GetConsoleMode(input(), &mode);
    SetConsoleMode(input(), 0);
    int result = -1;
    INPUT_RECORD record;
    DWORD count;
    while (ReadConsoleInputW(input(), &record, 1, &count) && count) {
        if (!is_key(record))
            continue;
        auto& key = record.Event.KeyEvent;
        result = key.uChar.UnicodeChar;
        if (!result) {
            result = key.dwControlKeyState & ENHANCED_KEY ? 0xE0 : 0;
            second_half = key.wVirtualScanCode;
        }
        break;
    }
    if (console)
        SetConsoleMode(input(), mode);
    return result;
}

bool write_wide(const wchar_t* text, DWORD count) {
    DWORD written;
    return WriteConsoleW(output(), text, count, &written, nullptr);
}
bool write_narrow(const char* text, DWORD count) {
    DWORD written;
    return WriteConsoleA(output(), text, count, &written, nullptr);
}

template<class Char> struct ConsoleSink : Sink<Char> {
    ConsoleSink() {
        this->put = [](Sink<Char>& sink, const Char* text, size_t count) {
            if constexpr (sizeof(Char) == 1)
                sink.failed |= !write_narrow(text, DWORD(count));
            else
                sink.failed |= !write_wide(text, DWORD(count));
        };
    }
};

template<class Char> int print(const Char* format, va_list arguments) {
    ConsoleSink<Char> sink;
    return format_to<Char>(sink, format, arguments);
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT int _getch() { return next_key(); }
CRT_EXPORT unsigned short _getwch() { return static_cast<unsigned short>(next_key()); }
CRT_EXPORT int _putch(int c) {
    char byte = char(c);
    return write_narrow(&byte, 1) ? c & 0xFF : -1;
}
CRT_EXPORT unsigned short _putwch(wchar_t c) { return write_wide(&c, 1) ? c : wide_eof; }
CRT_EXPORT int _getche() {
    int c = next_key();
    return c > 0 ? _putch(c) : c;
}
CRT_EXPORT unsigned short _getwche() {
    int c = next_key();
    return c > 0 ? _putwch(wchar_t(c)) : static_cast<unsigned short>(c);
}
CRT_EXPORT int _ungetch(int c) {
    if (pushed_back >= 0 || c == -1)
        return -1;
    return pushed_back = c;
}
CRT_EXPORT unsigned short _ungetwch(unsigned short c) { return static_cast<unsigned short>(_ungetch(c)); }

CRT_EXPORT int _kbhit() {
    if (pushed_back >= 0 || second_half >= 0)
        return 1;
    DWORD waiting = 0, got = 0;
    if (!GetNumberOfConsoleInputEvents(input(), &waiting) || !waiting)
        return 0;
    Owned<INPUT_RECORD> records(Owned<INPUT_RECORD>::allocate(waiting));
    if (!records || !PeekConsoleInputW(input(), records.get(), waiting, &got))
        return 0;
    for (DWORD i = 0; i < got; ++i)
        if (is_key(records[i]))
            return 1;
    return 0;
}

CRT_EXPORT int _cputs(const char* text) { return write_narrow(text, DWORD(strlen(text))) ? 0 : -1; }
CRT_EXPORT int _cputws(const wchar_t* text) { return write_wide(text, DWORD(wcslen(text))) ? 0 : -1; }

/// buffer[0] is the room, buffer[1] becomes the length, the text follows.
CRT_EXPORT char* _cgets(char* buffer) {
    unsigned room = static_cast<unsigned char>(buffer[0]);
    DWORD got = 0;
    if (!ReadConsoleA(input(), buffer + 2, room, &got, nullptr))
        return nullptr;
    while (got && (buffer[1 + got] == '\n' || buffer[1 + got] == '\r'))
        --got;
    buffer[1] = char(got);
    buffer[2 + got] = 0;
    return buffer + 2;
}

CRT_EXPORT int _vcprintf(const char* format, va_list arguments) { return print(format, arguments); }
CRT_EXPORT int _vcwprintf(const wchar_t* format, va_list arguments) { return print(format, arguments); }
CRT_EXPORT int _cprintf(const char* format, ...) { CRT_FORWARD(format, print(format, arguments)); }
CRT_EXPORT int _cwprintf(const wchar_t* format, ...) { CRT_FORWARD(format, print(format, arguments)); }
