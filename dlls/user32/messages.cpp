// SPDX-License-Identifier: MIT
// messages.cpp: string resources, and message boxes for programs without a desktop.
//
// A box is written to the standard error, as Windows' own services do it for programs that nobody sees, and is
// answered with its default button. Sources: "LoadStringW function", "MessageBoxW function" (Microsoft
// documentation).
#include <dlls/win32_dll.h>

using namespace oriel::win32;

namespace {

/// A string of a string table: tables hold 16, numbered from 1; an entry is its length and its characters.
const WCHAR* find_string(HINSTANCE module, UINT id, std::size_t& length) {
    HRSRC const resource =
        FindResourceW(module, MAKEINTRESOURCEW((id >> 4 & 0xFFF) + 1), MAKEINTRESOURCEW(6) /* RT_STRING */);
    if (!resource) return nullptr;
    const auto* at = static_cast<const WCHAR*>(LockResource(LoadResource(module, resource)));
    if (!at) return nullptr;
    for (UINT skip = id & 15; skip; --skip) at += *at + 1;
    length = static_cast<std::size_t>(*at);
    return at + 1;
}

void write_error(const WCHAR* text) {
    HANDLE const error = GetStdHandle(STD_ERROR_HANDLE);
    const auto length = static_cast<int>(length_of(text));
    char bytes[2048];
    const int count = WideCharToMultiByte(CP_ACP, 0, text, length, bytes, sizeof bytes, nullptr, nullptr);
    DWORD written = 0;
    if (count) WriteFile(error, bytes, static_cast<DWORD>(count), &written, nullptr);
}

int show(const WCHAR* text, const WCHAR* caption, UINT type) {
    write_error(caption ? caption : L"Error");
    write_error(L": ");
    write_error(text ? text : L"");
    write_error(L"\r\n");
    constexpr int first[] = {IDOK, IDOK, IDABORT, IDYES, IDYES, IDRETRY, IDCANCEL};
    constexpr int second[] = {IDOK, IDCANCEL, IDRETRY, IDNO, IDNO, IDCANCEL, IDTRYAGAIN};
    const UINT kind = type & MB_TYPEMASK;
    if (kind >= 7) return 0;
    return (type & MB_DEFMASK) == MB_DEFBUTTON1 ? first[kind] : second[kind];
}

} // namespace

DLL_EXPORT int WINAPI LoadStringW(HINSTANCE module, UINT id, LPWSTR to, int size) {
    std::size_t length = 0;
    const WCHAR* const text = find_string(module, id, length);
    if (!text) {
        if (size > 0) *to = 0;
        return 0;
    }
    if (size == 0) { // the caller wants a pointer to the resource itself
        *reinterpret_cast<const WCHAR**>(to) = text;
        return static_cast<int>(length);
    }
    if (length > static_cast<std::size_t>(size) - 1) length = static_cast<std::size_t>(size) - 1;
    __builtin_memcpy(to, text, length * sizeof(WCHAR));
    to[length] = 0;
    return static_cast<int>(length);
}
DLL_EXPORT int WINAPI LoadStringA(HINSTANCE module, UINT id, LPSTR to, int size) {
    std::size_t length = 0;
    const WCHAR* const text = find_string(module, id, length);
    if (size <= 0) return 0;
    int count = 0;
    if (text && length)
        count = WideCharToMultiByte(CP_ACP, 0, text, static_cast<int>(length), to, size - 1, nullptr, nullptr);
    to[count] = 0;
    return count;
}

DLL_EXPORT int WINAPI MessageBoxW(HWND, LPCWSTR text, LPCWSTR caption, UINT type) {
    return show(text, caption, type);
}
DLL_EXPORT int WINAPI MessageBoxExW(HWND, LPCWSTR text, LPCWSTR caption, UINT type, WORD) {
    return show(text, caption, type);
}
DLL_EXPORT int WINAPI MessageBoxA(HWND, LPCSTR text, LPCSTR caption, UINT type) {
    const WideArgument wide_text(text), wide_caption(caption);
    return show(wide_text.get(), wide_caption.get(), type);
}
DLL_EXPORT int WINAPI MessageBoxExA(HWND window, LPCSTR text, LPCSTR caption, UINT type, WORD) {
    return MessageBoxA(window, text, caption, type);
}
DLL_EXPORT BOOL WINAPI MessageBeep(UINT) { return TRUE; }
