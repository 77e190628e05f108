// SPDX-License-Identifier: MIT
// folders.cpp: where the well-known folders are. The environment says it, as the host set it up.
//
// Sources: "SHGetFolderPathW function", "SHGetKnownFolderPath function", "CSIDL", "KNOWNFOLDERID" (Microsoft
// documentation).
#include <dlls/win32_dll.h>

#include <shlobj.h>

using namespace oriel::win32;

namespace {

struct KnownFolder {
    int number; ///< CSIDL_*
    GUID id;    ///< FOLDERID_*
    const WCHAR* variable;
    const WCHAR* below;
};
constexpr KnownFolder folders[] = {
    {CSIDL_PROFILE,
     {0x5E6C858F, 0x0E22, 0x4760, {0x9A, 0xFE, 0xEA, 0x33, 0x17, 0xB6, 0x71, 0x73}},
     L"USERPROFILE",
     L""},
    {CSIDL_APPDATA, {0x3EB685DB, 0x65F9, 0x4CF6, {0xA0, 0x3A, 0xE3, 0xEF, 0x65, 0x72, 0x9F, 0x3D}}, L"APPDATA", L""},
    {CSIDL_LOCAL_APPDATA,
     {0xF1B32785, 0x6FBA, 0x4FCF, {0x9D, 0x55, 0x7B, 0x8E, 0x7F, 0x15, 0x70, 0x91}},
     L"LOCALAPPDATA",
     L""},
    {CSIDL_COMMON_APPDATA,
     {0x62AB5D82, 0xFDC1, 0x4DC3, {0xA9, 0xDD, 0x07, 0x0D, 0x1D, 0x49, 0x5D, 0x97}},
     L"ProgramData",
     L""},
    {CSIDL_PERSONAL,
     {0xFDD39AD0, 0x238F, 0x46AF, {0xAD, 0xB4, 0x6C, 0x85, 0x48, 0x03, 0x69, 0xC7}},
     L"USERPROFILE",
     L"\\Documents"},
    {CSIDL_DESKTOPDIRECTORY,
     {0xB4BFCC3A, 0xDB2C, 0x424C, {0xB0, 0x29, 0x7F, 0xE9, 0x9A, 0x87, 0xC6, 0x41}},
     L"USERPROFILE",
     L"\\Desktop"},
    {CSIDL_PROGRAM_FILES,
     {0x905E63B6, 0xC1BF, 0x494E, {0xB2, 0x9C, 0x65, 0xB7, 0x32, 0xD3, 0xD2, 0x1A}},
     L"ProgramFiles",
     L""},
    {CSIDL_WINDOWS,
     {0xF38BF404, 0x1D43, 0x42F2, {0x93, 0x05, 0x67, 0xDE, 0x0B, 0x28, 0xFC, 0x23}},
     L"SystemRoot",
     L""},
    {CSIDL_SYSTEM,
     {0x1AC14E77, 0x02E7, 0x4E5D, {0xB7, 0x44, 0x2E, 0xB1, 0xAE, 0x51, 0x98, 0xB7}},
     L"SystemRoot",
     L"\\system32"},
};

bool same_id(const GUID& a, const GUID& b) { return __builtin_memcmp(&a, &b, sizeof a) == 0; }

/// The folder's path in `to`; false if the environment does not tell it or it is too long.
bool path_of(const KnownFolder& folder, WCHAR (&to)[MAX_PATH]) {
    const DWORD length = GetEnvironmentVariableW(folder.variable, to, MAX_PATH);
    if (!length || length + length_of(folder.below) + 1 > MAX_PATH) return false;
    __builtin_memcpy(to + length, folder.below, (length_of(folder.below) + 1) * sizeof(WCHAR));
    return true;
}

HRESULT folder_path(int number, WCHAR (&to)[MAX_PATH]) {
    constexpr int flags = 0xFF00; // CSIDL_FLAG_MASK
    for (const KnownFolder& folder : folders) {
        if (folder.number != (number & ~flags)) continue;
        if (!path_of(folder, to)) return HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND);
        if (number & CSIDL_FLAG_CREATE) CreateDirectoryW(to, nullptr);
        return S_OK;
    }
    return E_INVALIDARG;
}

} // namespace

DLL_EXPORT HRESULT WINAPI SHGetFolderPathW(HWND, int number, HANDLE, DWORD, LPWSTR to) {
    WCHAR path[MAX_PATH];
    const HRESULT result = folder_path(number, path);
    if (result < 0)
        *to = 0;
    else
        __builtin_memcpy(to, path, (length_of(path) + 1) * sizeof(WCHAR));
    return result;
}
DLL_EXPORT HRESULT WINAPI SHGetFolderPathA(HWND, int number, HANDLE, DWORD, LPSTR to) {
    WCHAR path[MAX_PATH];
    const HRESULT result = folder_path(number, path);
    *to = 0;
    if (result >= 0 && !WideCharToMultiByte(CP_ACP, 0, path, -1, to, MAX_PATH, nullptr, nullptr)) return E_FAIL;
    return result;
}
DLL_EXPORT BOOL WINAPI SHGetSpecialFolderPathW(HWND window, LPWSTR to, int number, BOOL create) {
    return SHGetFolderPathW(window, number | (create ? CSIDL_FLAG_CREATE : 0), nullptr, 0, to) >= 0;
}
DLL_EXPORT BOOL WINAPI SHGetSpecialFolderPathA(HWND window, LPSTR to, int number, BOOL create) {
    return SHGetFolderPathA(window, number | (create ? CSIDL_FLAG_CREATE : 0), nullptr, 0, to) >= 0;
}
/// The path is freed with CoTaskMemFree.
DLL_EXPORT HRESULT WINAPI SHGetKnownFolderPath(REFKNOWNFOLDERID id, DWORD, HANDLE, PWSTR* to) {
    *to = nullptr;
    for (const KnownFolder& folder : folders) {
        if (!same_id(folder.id, id)) continue;
        WCHAR path[MAX_PATH];
        if (!path_of(folder, path)) return HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND);
        const std::size_t bytes = (length_of(path) + 1) * sizeof(WCHAR);
        *to = static_cast<WCHAR*>(RtlAllocateHeap(process_heap(), 0, bytes)); // what CoTaskMemAlloc does
        if (!*to) return E_OUTOFMEMORY;
        __builtin_memcpy(*to, path, bytes);
        return S_OK;
    }
    return HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND);
}
