// SPDX-License-Identifier: MIT
// registry.cpp: keys and values. The registry itself (cm) is not there yet: its services answer that they are not
// implemented, and so a key that a program asks for cannot be opened.
//
// These functions answer an error number and leave the last error alone. Predefined handles (HKEY_LOCAL_MACHINE...)
// are paths below \Registry. Sources: "RegOpenKeyExW function" and its neighbours (Microsoft documentation).
#include <dlls/win32_dll.h>

using namespace oriel::win32;

namespace {

LSTATUS error_of(Status status) {
    return nt::is_success(status) ? ERROR_SUCCESS : static_cast<LSTATUS>(RtlNtStatusToDosErrorNoTeb(status));
}

/// What is done only in name: said once in the log, and failing.
LSTATUS not_done(const char* name) {
    oriel_undone_call("advapi32", name);
    return ERROR_CALL_NOT_IMPLEMENTED;
}

bool is_predefined(HKEY key) { return (reinterpret_cast<std::uintptr_t>(key) & 0xFFFFFFF0) == 0x80000000; }

/// The path that a predefined key stands for; null for one that has none.
const WCHAR* path_of(HKEY key) {
    switch (static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(key))) {
    case 0x80000000:
        return L"\\Registry\\Machine\\Software\\Classes"; // HKEY_CLASSES_ROOT
    case 0x80000001:
        return L"\\Registry\\User\\.Default"; // HKEY_CURRENT_USER
    case 0x80000002:
        return L"\\Registry\\Machine"; // HKEY_LOCAL_MACHINE
    case 0x80000003:
        return L"\\Registry\\User"; // HKEY_USERS
    default:
        return nullptr;
    }
}

/// The object name of a key below another, in `buffer`.
class KeyName {
public:
    LSTATUS set(HKEY parent, const WCHAR* name) {
        std::size_t length = 0;
        const auto add = [&](const WCHAR* text) {
            while (*text && length < capacity) m_text[length++] = *text++;
            return *text == 0;
        };
        bool fits = true;
        if (is_predefined(parent)) {
            const WCHAR* const root = path_of(parent);
            if (!root) return ERROR_INVALID_HANDLE;
            fits = add(root) && (!name || !*name || add(L"\\"));
        }
        if (!fits || !add(name ? name : L"")) return ERROR_FILENAME_EXCED_RANGE;
        m_name.Length = static_cast<std::uint16_t>(length * sizeof(WCHAR));
        m_name.MaximumLength = m_name.Length;
        m_name.Buffer = reinterpret_cast<char16_t*>(m_text);
        m_attributes.Length = sizeof m_attributes;
        m_attributes.RootDirectory = is_predefined(parent) ? 0 : reinterpret_cast<std::uintptr_t>(parent);
        m_attributes.ObjectName = &m_name;
        m_attributes.Attributes = nt::OBJ_CASE_INSENSITIVE;
        return ERROR_SUCCESS;
    }
    nt::OBJECT_ATTRIBUTES<Native>* attributes() { return &m_attributes; }

private:
    static constexpr std::size_t capacity = 1024;
    WCHAR m_text[capacity];
    nt::UNICODE_STRING<Native> m_name{};
    nt::OBJECT_ATTRIBUTES<Native> m_attributes{};
};

} // namespace

DLL_EXPORT LSTATUS WINAPI RegOpenKeyExW(HKEY parent, LPCWSTR name, DWORD, REGSAM access, PHKEY key) {
    if (!key) return ERROR_INVALID_PARAMETER;
    KeyName path;
    if (const LSTATUS error = path.set(parent, name)) return error;
    void* handle = nullptr;
    const LSTATUS error = error_of(NtOpenKey(&handle, access, path.attributes()));
    if (!error) *key = static_cast<HKEY>(handle);
    return error;
}
DLL_EXPORT LSTATUS WINAPI RegOpenKeyExA(HKEY parent, LPCSTR name, DWORD options, REGSAM access, PHKEY key) {
    const WideArgument wide_name(name);
    return RegOpenKeyExW(parent, wide_name.get(), options, access, key);
}
DLL_EXPORT LSTATUS WINAPI RegOpenKeyW(HKEY parent, LPCWSTR name, PHKEY key) {
    return RegOpenKeyExW(parent, name, 0, MAXIMUM_ALLOWED, key);
}
DLL_EXPORT LSTATUS WINAPI RegOpenKeyA(HKEY parent, LPCSTR name, PHKEY key) {
    return RegOpenKeyExA(parent, name, 0, MAXIMUM_ALLOWED, key);
}
DLL_EXPORT LSTATUS WINAPI RegCreateKeyExW(HKEY parent, LPCWSTR name, DWORD, LPWSTR, DWORD options, REGSAM access,
                                          const LPSECURITY_ATTRIBUTES, PHKEY key, LPDWORD disposition) {
    KeyName path;
    if (const LSTATUS error = path.set(parent, name)) return error;
    void* handle = nullptr;
    std::uint32_t made = 0;
    const LSTATUS error = error_of(NtCreateKey(&handle, access, path.attributes(), 0, nullptr, options, &made));
    if (!error) {
        *key = static_cast<HKEY>(handle);
        if (disposition) *disposition = made;
    }
    return error;
}
DLL_EXPORT LSTATUS WINAPI RegCreateKeyExA(HKEY parent, LPCSTR name, DWORD reserved, LPSTR, DWORD options,
                                          REGSAM access, const LPSECURITY_ATTRIBUTES security, PHKEY key,
                                          LPDWORD disposition) {
    const WideArgument wide_name(name);
    return RegCreateKeyExW(parent, wide_name.get(), reserved, nullptr, options, access, security, key, disposition);
}
DLL_EXPORT LSTATUS WINAPI RegCloseKey(HKEY key) {
    if (is_predefined(key)) return ERROR_SUCCESS;
    return error_of(NtClose(key));
}

// Nothing can be opened, so nobody gets to these with a key of his own.
DLL_EXPORT LSTATUS WINAPI RegQueryValueExW(HKEY, LPCWSTR, LPDWORD, LPDWORD, LPBYTE, LPDWORD) {
    return not_done("RegQueryValueExW");
}
DLL_EXPORT LSTATUS WINAPI RegQueryValueExA(HKEY, LPCSTR, LPDWORD, LPDWORD, LPBYTE, LPDWORD) {
    return not_done("RegQueryValueExA");
}
DLL_EXPORT LSTATUS WINAPI RegQueryValueW(HKEY, LPCWSTR, LPWSTR, PLONG) { return not_done("RegQueryValueW"); }
DLL_EXPORT LSTATUS WINAPI RegGetValueW(HKEY, LPCWSTR, LPCWSTR, DWORD, LPDWORD, PVOID, LPDWORD) {
    return not_done("RegGetValueW");
}
DLL_EXPORT LSTATUS WINAPI RegGetValueA(HKEY, LPCSTR, LPCSTR, DWORD, LPDWORD, PVOID, LPDWORD) {
    return not_done("RegGetValueA");
}
DLL_EXPORT LSTATUS WINAPI RegSetValueExW(HKEY, LPCWSTR, DWORD, DWORD, const BYTE*, DWORD) {
    return not_done("RegSetValueExW");
}
DLL_EXPORT LSTATUS WINAPI RegSetValueExA(HKEY, LPCSTR, DWORD, DWORD, const BYTE*, DWORD) {
    return not_done("RegSetValueExA");
}
DLL_EXPORT LSTATUS WINAPI RegDeleteValueW(HKEY, LPCWSTR) { return not_done("RegDeleteValueW"); }
DLL_EXPORT LSTATUS WINAPI RegDeleteValueA(HKEY, LPCSTR) { return not_done("RegDeleteValueA"); }
DLL_EXPORT LSTATUS WINAPI RegDeleteKeyW(HKEY, LPCWSTR) { return not_done("RegDeleteKeyW"); }
DLL_EXPORT LSTATUS WINAPI RegDeleteKeyA(HKEY, LPCSTR) { return not_done("RegDeleteKeyA"); }
DLL_EXPORT LSTATUS WINAPI RegEnumKeyExW(HKEY, DWORD, LPWSTR, LPDWORD, LPDWORD, LPWSTR, LPDWORD, PFILETIME) {
    return not_done("RegEnumKeyExW");
}
DLL_EXPORT LSTATUS WINAPI RegEnumKeyExA(HKEY, DWORD, LPSTR, LPDWORD, LPDWORD, LPSTR, LPDWORD, PFILETIME) {
    return not_done("RegEnumKeyExA");
}
DLL_EXPORT LSTATUS WINAPI RegEnumValueW(HKEY, DWORD, LPWSTR, LPDWORD, LPDWORD, LPDWORD, LPBYTE, LPDWORD) {
    return not_done("RegEnumValueW");
}
DLL_EXPORT LSTATUS WINAPI RegEnumValueA(HKEY, DWORD, LPSTR, LPDWORD, LPDWORD, LPDWORD, LPBYTE, LPDWORD) {
    return not_done("RegEnumValueA");
}
DLL_EXPORT LSTATUS WINAPI RegQueryInfoKeyW(HKEY, LPWSTR, LPDWORD, LPDWORD, LPDWORD, LPDWORD, LPDWORD, LPDWORD,
                                           LPDWORD, LPDWORD, LPDWORD, PFILETIME) {
    return not_done("RegQueryInfoKeyW");
}
DLL_EXPORT LSTATUS WINAPI RegQueryInfoKeyA(HKEY, LPSTR, LPDWORD, LPDWORD, LPDWORD, LPDWORD, LPDWORD, LPDWORD, LPDWORD,
                                           LPDWORD, LPDWORD, PFILETIME) {
    return not_done("RegQueryInfoKeyA");
}
DLL_EXPORT LSTATUS WINAPI RegNotifyChangeKeyValue(HKEY, BOOL, DWORD, HANDLE, BOOL) {
    return not_done("RegNotifyChangeKeyValue");
}
DLL_EXPORT LSTATUS WINAPI RegFlushKey(HKEY) { return not_done("RegFlushKey"); }
