// SPDX-License-Identifier: MIT
// consoleapi.cpp: reading from and writing to a console, its modes and code pages.
//
// On Windows these functions are requests to \Device\ConDrv; ours go to the same place in a format of our own.
// A handle that is no console's (a file, a pipe) fails with ERROR_INVALID_HANDLE, and that is how programs find
// out whether their output is redirected. W functions carry UTF-16, A functions the console's code pages.
// The screen (cursor, colours, cells) is in consoleapi2.cpp, Ctrl+C in consoleapi_control.cpp.
// Sources: "Console Functions" (Microsoft documentation).
#include "console.h"
#include "kernel32.h"

#include "text.h"

#include <algorithm>

namespace oriel::k32 {

Status ask_console(HANDLE console, std::uint32_t code, const void* in, std::size_t in_size, void* out,
                   std::size_t out_size, std::size_t* written) {
    IoStatusBlock io{};
    HANDLE const file = real_handle(console);
    Status status =
        NtDeviceIoControlFile(file, nullptr, nullptr, nullptr, &io, code, const_cast<void*>(in),
                              static_cast<std::uint32_t>(in_size), out, static_cast<std::uint32_t>(out_size));
    if (status == Status::Pending) {
        status = NtWaitForSingleObject(file, false, nullptr);
        if (nt::is_success(status)) status = io.StatusCode;
    }
    if (written) *written = io.Information;
    // Files and pipes do not know the request; to Win32 their handles are simply not consoles'.
    switch (status) {
    case Status::InvalidDeviceRequest:
    case Status::NotSupported:
    case Status::NotImplemented:
    case Status::ObjectTypeMismatch:
        return Status::InvalidHandle;
    default:
        return status;
    }
}

WholeConsole::WholeConsole() {
    const UnicodeString name = counted(L"\\Device\\ConDrv\\Connect");
    ObjectAttributes attributes{};
    attributes.Length = sizeof attributes;
    attributes.ObjectName = const_cast<UnicodeString*>(&name);
    attributes.Attributes = nt::OBJ_CASE_INSENSITIVE;
    IoStatusBlock io{};
    m_status = NtOpenFile(m_handle.address(), GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &attributes, &io,
                          FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_SYNCHRONOUS_IO_NONALERT);
}

namespace {

template<class Out>
Status query_whole_console(std::uint32_t code, Out& out) {
    const WholeConsole console;
    return nt::is_success(console.status()) ? query_console(console.get(), code, out) : console.status();
}
template<class In>
Status tell_whole_console(std::uint32_t code, const In& in) {
    const WholeConsole console;
    return nt::is_success(console.status()) ? tell_console(console.get(), code, in) : console.status();
}

Status write_console(HANDLE console, const WCHAR* text, std::size_t length, DWORD* written) {
    std::uint32_t units = 0;
    const Status status = ask_console(console, nt::CONSOLE_WRITE, text, length * sizeof(WCHAR), &units, sizeof units);
    if (written) *written = units;
    return status;
}

Status read_console(HANDLE console, WCHAR* to, std::size_t size, const CONSOLE_READCONSOLE_CONTROL* control,
                    std::size_t& length) {
    nt::CONSOLE_READ_REQUEST request{};
    if (control) {
        request.InitialUnits = control->nInitialChars;
        request.WakeupMask = control->dwCtrlWakeupMask;
    }
    std::size_t bytes = 0;
    const Status status = ask_console(console, nt::CONSOLE_READ, control ? &request : nullptr,
                                      control ? sizeof request : 0, to, size * sizeof(WCHAR), &bytes);
    length = bytes / sizeof(WCHAR);
    return status;
}

nt::CONSOLE_CODE_PAGES code_pages() {
    nt::CONSOLE_CODE_PAGES pages{};
    if (!nt::is_success(query_whole_console(nt::CONSOLE_GET_CODE_PAGES, pages)) || !pages.Output)
        pages = {nt::default_console_code_page, nt::default_console_code_page};
    return pages;
}

static_assert(sizeof(INPUT_RECORD) == sizeof(nt::CONSOLE_INPUT_RECORD));

/// The characters of key events, between the console's input code page and UTF-16.
void narrow_records(INPUT_RECORD* records, DWORD count) {
    const UINT page = GetConsoleCP();
    for (DWORD i = 0; i < count; ++i) {
        if (records[i].EventType != KEY_EVENT) continue;
        auto& text = records[i].Event.KeyEvent.uChar;
        const WCHAR unit = text.UnicodeChar;
        text.UnicodeChar = 0;
        narrow(&unit, 1, &text.AsciiChar, 1, page);
    }
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- text
K32_EXPORT BOOL WINAPI WriteConsoleW(HANDLE console, const void* text, DWORD length, LPDWORD written, LPVOID) {
    return finish(write_console(console, static_cast<const WCHAR*>(text), length, written));
}
K32_EXPORT BOOL WINAPI WriteConsoleA(HANDLE console, const void* text, DWORD length, LPDWORD written, LPVOID) {
    const WideText converted(static_cast<const char*>(text), length, GetConsoleOutputCP());
    if (!converted.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    DWORD units = 0;
    const Status status = write_console(console, converted.get(), converted.length(), &units);
    if (written) *written = nt::is_success(status) ? length : 0;
    return finish(status);
}

K32_EXPORT BOOL WINAPI ReadConsoleW(HANDLE console, LPVOID to, DWORD size, LPDWORD read, LPVOID control) {
    std::size_t length = 0;
    const Status status = read_console(console, static_cast<WCHAR*>(to), size,
                                       static_cast<const CONSOLE_READCONSOLE_CONTROL*>(control), length);
    if (read) *read = static_cast<DWORD>(length);
    return finish(status);
}
K32_EXPORT BOOL WINAPI ReadConsoleA(HANDLE console, LPVOID to, DWORD size, LPDWORD read, LPVOID control) {
    Buffer<WCHAR, 256> text;
    if (!text.reserve(size)) return fail(ERROR_NOT_ENOUGH_MEMORY);
    std::size_t length = 0;
    const Status status =
        read_console(console, text.data(), size, static_cast<const CONSOLE_READCONSOLE_CONTROL*>(control), length);
    const std::size_t bytes =
        nt::is_success(status) ? narrow(text.data(), length, static_cast<char*>(to), size, GetConsoleCP()) : 0;
    if (read) *read = static_cast<DWORD>(bytes);
    return finish(status);
}

// ------------------------------------------------------------------------------------- modes and code pages
K32_EXPORT BOOL WINAPI GetConsoleMode(HANDLE console, LPDWORD mode) {
    std::uint32_t value = 0;
    const Status status = query_console(console, nt::CONSOLE_GET_MODE, value);
    if (nt::is_success(status)) *mode = value;
    return finish(status);
}
K32_EXPORT BOOL WINAPI SetConsoleMode(HANDLE console, DWORD mode) {
    return finish(tell_console(console, nt::CONSOLE_SET_MODE, std::uint32_t{mode}));
}

K32_EXPORT UINT WINAPI GetConsoleCP() { return code_pages().Input; }
K32_EXPORT UINT WINAPI GetConsoleOutputCP() { return code_pages().Output; }
K32_EXPORT BOOL WINAPI SetConsoleCP(UINT page) {
    if (!IsValidCodePage(page)) return fail(ERROR_INVALID_PARAMETER);
    return finish(tell_whole_console(nt::CONSOLE_SET_INPUT_CODE_PAGE, std::uint32_t{page}));
}
K32_EXPORT BOOL WINAPI SetConsoleOutputCP(UINT page) {
    if (!IsValidCodePage(page)) return fail(ERROR_INVALID_PARAMETER);
    return finish(tell_whole_console(nt::CONSOLE_SET_OUTPUT_CODE_PAGE, std::uint32_t{page}));
}

// ------------------------------------------------------------------------------------- input events
K32_EXPORT BOOL WINAPI GetNumberOfConsoleInputEvents(HANDLE console, LPDWORD count) {
    std::uint32_t value = 0;
    const Status status = query_console(console, nt::CONSOLE_GET_EVENT_COUNT, value);
    if (nt::is_success(status)) *count = value;
    return finish(status);
}
K32_EXPORT BOOL WINAPI FlushConsoleInputBuffer(HANDLE console) {
    return finish(ask_console(console, nt::CONSOLE_FLUSH_INPUT, nullptr, 0, nullptr, 0));
}
K32_EXPORT BOOL WINAPI ReadConsoleInputW(HANDLE console, PINPUT_RECORD records, DWORD size, LPDWORD read) {
    std::size_t bytes = 0;
    const Status status =
        ask_console(console, nt::CONSOLE_READ_INPUT, nullptr, 0, records, size * sizeof *records, &bytes);
    if (read) *read = nt::is_success(status) ? static_cast<DWORD>(bytes / sizeof *records) : 0;
    return finish(status);
}
K32_EXPORT BOOL WINAPI PeekConsoleInputW(HANDLE console, PINPUT_RECORD records, DWORD size, LPDWORD read) {
    std::size_t bytes = 0;
    const Status status =
        ask_console(console, nt::CONSOLE_PEEK_INPUT, nullptr, 0, records, size * sizeof *records, &bytes);
    if (read) *read = nt::is_success(status) ? static_cast<DWORD>(bytes / sizeof *records) : 0;
    return finish(status);
}
K32_EXPORT BOOL WINAPI ReadConsoleInputA(HANDLE console, PINPUT_RECORD records, DWORD size, LPDWORD read) {
    DWORD count = 0;
    if (!ReadConsoleInputW(console, records, size, &count)) return FALSE;
    narrow_records(records, count);
    *read = count;
    return TRUE;
}
K32_EXPORT BOOL WINAPI PeekConsoleInputA(HANDLE console, PINPUT_RECORD records, DWORD size, LPDWORD read) {
    DWORD count = 0;
    if (!PeekConsoleInputW(console, records, size, &count)) return FALSE;
    narrow_records(records, count);
    *read = count;
    return TRUE;
}
K32_EXPORT BOOL WINAPI WriteConsoleInputW(HANDLE console, const INPUT_RECORD* records, DWORD count, LPDWORD written) {
    std::uint32_t done = 0;
    const Status status =
        ask_console(console, nt::CONSOLE_WRITE_INPUT, records, count * sizeof *records, &done, sizeof done);
    if (written) *written = done;
    return finish(status);
}

// ------------------------------------------------------------------------------------- title
K32_EXPORT BOOL WINAPI SetConsoleTitleW(LPCWSTR title) {
    const WholeConsole console;
    const Status status = nt::is_success(console.status()) ? ask_console(console.get(), nt::CONSOLE_SET_TITLE, title,
                                                                         length_of(title) * sizeof(WCHAR), nullptr, 0)
                                                           : console.status();
    return finish(status);
}
K32_EXPORT BOOL WINAPI SetConsoleTitleA(LPCSTR title) {
    const WideText text(title, GetConsoleOutputCP());
    return text.ok() ? SetConsoleTitleW(text.get()) : fail(ERROR_NOT_ENOUGH_MEMORY);
}
K32_EXPORT DWORD WINAPI GetConsoleTitleW(LPWSTR to, DWORD size) {
    const WholeConsole console;
    Buffer<WCHAR, 512> title;
    std::size_t bytes = 0;
    const Status status = nt::is_success(console.status())
                              ? ask_console(console.get(), nt::CONSOLE_GET_TITLE, nullptr, 0, title.data(),
                                            title.capacity() * sizeof(WCHAR), &bytes)
                              : console.status();
    if (!finish(status)) return 0;
    const std::size_t length = bytes / sizeof(WCHAR), copied = size ? std::min<std::size_t>(length, size - 1) : 0;
    std::copy_n(title.data(), copied, to);
    if (size) to[copied] = 0;
    return static_cast<DWORD>(length);
}
K32_EXPORT DWORD WINAPI GetConsoleTitleA(LPSTR to, DWORD size) {
    Buffer<WCHAR, 512> title;
    const DWORD length = GetConsoleTitleW(title.data(), static_cast<DWORD>(title.capacity()));
    if (size)
        to[narrow(title.data(), std::min<std::size_t>(length, size - 1), to, size - 1, GetConsoleOutputCP())] = 0;
    return length;
}
