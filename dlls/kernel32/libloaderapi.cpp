// SPDX-License-Identifier: MIT
// libloaderapi.cpp: DLLs by name.
//
// The loader is ntdll's (ntdll-emu/rtl/ldr); a module handle is the address where the image is mapped. What
// Win32 adds: ANSI names, DLLs as mere data, GetModuleHandleEx's flags, and the search options' names.
// Resources inside modules: libloaderapi_resources.cpp.
// Sources: "LoadLibraryEx function", "GetModuleHandleEx function", "GetProcAddress function" (Microsoft
// documentation).
#include "kernel32.h"
#include "nt_path.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr DWORD data_flags =
    LOAD_LIBRARY_AS_DATAFILE | LOAD_LIBRARY_AS_DATAFILE_EXCLUSIVE | LOAD_LIBRARY_AS_IMAGE_RESOURCE;

/// A file mapped for its resources only; the handle's low bits say how (LDR_IS_DATAFILE, LDR_IS_IMAGEMAPPING).
NtResult<HMODULE> map_as_data(const WCHAR* name, DWORD flags) {
    // Relative names are searched for as SearchPath does, with ".dll" as default extension.
    PathBuffer found;
    const DWORD length =
        SearchPathW(nullptr, name, L".dll", static_cast<DWORD>(found.capacity()), found.data(), nullptr);
    if (length == 0 || length >= found.capacity()) return Status::ObjectNameNotFound;
    NtPath path(found.data());
    if (!path.ok()) return path.status();
    ObjectAttributes attributes = path.attributes();
    IoStatusBlock io{};
    OwnedHandle file;
    constexpr std::uint32_t access = FILE_READ_DATA | FILE_EXECUTE | SYNCHRONIZE;
    const std::uint32_t share =
        FILE_SHARE_READ | (flags & LOAD_LIBRARY_AS_DATAFILE_EXCLUSIVE ? 0 : FILE_SHARE_DELETE);
    Status status = NtOpenFile(file.address(), access, &attributes, &io, share,
                               FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT);
    if (!nt::is_success(status)) return status;

    const bool as_image = (flags & LOAD_LIBRARY_AS_IMAGE_RESOURCE) != 0;
    OwnedHandle section;
    status = NtCreateSection(section.address(), SECTION_MAP_READ | SECTION_QUERY, nullptr, nullptr, PAGE_READONLY,
                             as_image ? SEC_IMAGE : SEC_COMMIT, file.get());
    if (!nt::is_success(status)) return status;
    void* base = nullptr;
    native_uptr size = 0;
    status = NtMapViewOfSection(section.get(), GetCurrentProcess(), &base, 0, 0, nullptr, &size, nt::ViewShare, 0,
                                PAGE_READONLY);
    if (!nt::is_success(status)) return status;
    const std::uintptr_t mark = as_image ? nt::ldr_image_resource_bit : nt::ldr_data_file_bit;
    auto* const module = reinterpret_cast<HMODULE>(reinterpret_cast<std::uintptr_t>(base) | mark);
    if (!RtlImageNtHeader(base)) {
        NtUnmapViewOfSection(GetCurrentProcess(), base);
        return Status::InvalidImageFormat;
    }
    return module;
}

Status load(const WCHAR* name, std::size_t length, DWORD flags, HMODULE& module) {
    UnicodeString dll = counted(name, length);
    const char16_t* const options =
        reinterpret_cast<const char16_t*>(static_cast<std::uintptr_t>((flags & nt::ldr_search_options_mask) | 1));
    const std::uint32_t characteristics = flags & DONT_RESOLVE_DLL_REFERENCES ? nt::ldr_dont_resolve_references : 0;
    void* base = nullptr;
    const Status status = LdrLoadDll(options, &characteristics, &dll, &base);
    module = static_cast<HMODULE>(base);
    return status;
}

/// The module that GetModuleHandle(Ex) names, counted or not as `flags` say. Touches no error.
Status find_module(const WCHAR* name, DWORD flags, HMODULE& module) {
    const std::uint32_t ldr_flags = flags & GET_MODULE_HANDLE_EX_FLAG_PIN ? nt::ldr_pin
                                    : flags & GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT
                                        ? nt::ldr_unchanged_reference_count
                                        : 0;
    void* base = nullptr;
    if (!name || (flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS)) {
        if (!name)
            base = peb().ImageBaseAddress.get();
        else if (!RtlPcToFileHeader(const_cast<WCHAR*>(name), &base))
            return Status::DllNotFound;
        module = static_cast<HMODULE>(base);
        return ldr_flags == nt::ldr_unchanged_reference_count
                   ? Status::Success
                   : LdrAddRefDll(ldr_flags == nt::ldr_pin ? nt::ldr_add_reference_pin : 0, base);
    }
    const UnicodeString dll = counted(name);
    const Status status = LdrGetDllHandleEx(ldr_flags, nullptr, nullptr, &dll, &base);
    module = static_cast<HMODULE>(base);
    return status;
}

void* data_base(HMODULE module) {
    return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(module) & ~std::uintptr_t{3});
}
bool is_data(HMODULE module) { return (reinterpret_cast<std::uintptr_t>(module) & 3) != 0; }

/// A module's full name, in the loader's own memory. Statuses: DllNotFound.
Status full_name(HMODULE module, UnicodeString& name) {
    void* const base = module ? static_cast<void*>(module) : peb().ImageBaseAddress.get();
    NtLdrEntry* entry = nullptr;
    const Status status = LdrFindEntryForAddress(base, &entry);
    if (!nt::is_success(status) || entry->DllBase.get() != base) return Status::DllNotFound;
    name = entry->FullDllName;
    return Status::Success;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT HMODULE WINAPI LoadLibraryExW(LPCWSTR name, HANDLE file, DWORD flags) {
    constexpr DWORD known = 0xFFFF | 0xC000;
    if (!name || file || (flags & ~known)) return fail_null(ERROR_INVALID_PARAMETER);
    std::size_t length = length_of(name);
    while (length && name[length - 1] == L' ') --length; // trailing blanks never count
    if (length == 0) return fail_null(ERROR_INVALID_PARAMETER);

    HMODULE module = nullptr;
    if (!(flags & data_flags)) return finish(load(name, length, flags, module)) ? module : nullptr;
    // A module that is loaded already is its own best data file.
    if (!(flags & LOAD_LIBRARY_AS_DATAFILE_EXCLUSIVE) && nt::is_success(find_module(name, 0, module))) return module;
    const auto mapped = map_as_data(name, flags);
    if (!mapped.ok()) {
        set_last_error(mapped.error());
        return nullptr;
    }
    return mapped.value();
}
K32_EXPORT HMODULE WINAPI LoadLibraryW(LPCWSTR name) { return LoadLibraryExW(name, nullptr, 0); }
K32_EXPORT HMODULE WINAPI LoadLibraryExA(LPCSTR name, HANDLE file, DWORD flags) {
    const FileText text(name);
    if (!text.ok()) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    return LoadLibraryExW(text.get(), file, flags);
}
K32_EXPORT HMODULE WINAPI LoadLibraryA(LPCSTR name) { return LoadLibraryExA(name, nullptr, 0); }

K32_EXPORT BOOL WINAPI FreeLibrary(HMODULE module) {
    if (!module) return fail(ERROR_INVALID_HANDLE);
    if (is_data(module)) return finish(NtUnmapViewOfSection(GetCurrentProcess(), data_base(module)));
    const Status status = LdrUnloadDll(module);
    return status == Status::DllNotFound ? fail(ERROR_MOD_NOT_FOUND) : finish(status);
}
K32_EXPORT BOOL WINAPI DisableThreadLibraryCalls(HMODULE module) {
    return finish(LdrDisableThreadCalloutsForDll(module));
}

K32_EXPORT FARPROC WINAPI GetProcAddress(HMODULE module, LPCSTR name) {
    void* const base = module ? static_cast<void*>(module) : peb().ImageBaseAddress.get();
    void* procedure = nullptr;
    Status status;
    if (reinterpret_cast<std::uintptr_t>(name) <= 0xFFFF) {
        status = LdrGetProcedureAddress(
            base, nullptr, static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(name)), &procedure);
    } else {
        AnsiString wanted{};
        wanted.Length = static_cast<std::uint16_t>(std::min<std::size_t>(length_of(name), 0xFFFE));
        wanted.MaximumLength = static_cast<std::uint16_t>(wanted.Length + 1);
        wanted.Buffer = const_cast<char*>(name);
        status = LdrGetProcedureAddress(base, &wanted, 0, &procedure);
    }
    return finish(status) ? reinterpret_cast<FARPROC>(procedure) : nullptr;
}

// ------------------------------------------------------------------------------------- module handles
K32_EXPORT BOOL WINAPI GetModuleHandleExW(DWORD flags, LPCWSTR name, HMODULE* module) {
    constexpr DWORD both = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    if (!module) return fail(ERROR_INVALID_PARAMETER);
    *module = nullptr;
    if ((flags & ~DWORD{both | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS}) || (flags & both) == both ||
        (!name && (flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS)))
        return fail(ERROR_INVALID_PARAMETER);
    HMODULE found = nullptr;
    const Status status = find_module(name, flags, found);
    if (nt::is_success(status)) *module = found;
    return status == Status::DllNotFound ? fail(ERROR_MOD_NOT_FOUND) : finish(status);
}
K32_EXPORT BOOL WINAPI GetModuleHandleExA(DWORD flags, LPCSTR name, HMODULE* module) {
    if (!name || (flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS))
        return GetModuleHandleExW(flags, reinterpret_cast<LPCWSTR>(name), module);
    const WideText text(name);
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return GetModuleHandleExW(flags, text.get(), module);
}
K32_EXPORT HMODULE WINAPI GetModuleHandleW(LPCWSTR name) {
    HMODULE module = nullptr;
    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, name, &module);
    return module;
}
K32_EXPORT HMODULE WINAPI GetModuleHandleA(LPCSTR name) {
    HMODULE module = nullptr;
    GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, name, &module);
    return module;
}

// A name that does not fit is cut, with its NUL, and the answer is the buffer's size ("GetModuleFileName function").
K32_EXPORT DWORD WINAPI GetModuleFileNameW(HMODULE module, LPWSTR to, DWORD size) {
    UnicodeString name{};
    if (!finish(full_name(module, name))) return 0;
    const std::size_t length = characters(name);
    if (length < size) return answer_wide(text_of(name), length, to, size);
    if (size) {
        std::copy_n(text_of(name), size - 1, to);
        to[size - 1] = 0;
    }
    set_last_error(ERROR_INSUFFICIENT_BUFFER);
    return size;
}
K32_EXPORT DWORD WINAPI GetModuleFileNameA(HMODULE module, LPSTR to, DWORD size) {
    UnicodeString name{};
    if (!finish(full_name(module, name))) return 0;
    const std::size_t bytes = narrow_length(text_of(name), characters(name), file_code_page());
    if (bytes < size) return answer_narrow(text_of(name), characters(name), to, size, file_code_page());
    if (size) {
        Buffer<char, MAX_PATH * 2> whole;
        if (!whole.reserve(bytes)) return fail(ERROR_NOT_ENOUGH_MEMORY);
        narrow(text_of(name), characters(name), whole.data(), bytes, file_code_page());
        std::copy_n(whole.data(), size - 1, to);
        to[size - 1] = 0;
    }
    set_last_error(ERROR_INSUFFICIENT_BUFFER);
    return size;
}

// ------------------------------------------------------------------------------------- where DLLs are looked for
K32_EXPORT BOOL WINAPI SetDefaultDllDirectories(DWORD options) {
    constexpr DWORD known = LOAD_LIBRARY_SEARCH_APPLICATION_DIR | LOAD_LIBRARY_SEARCH_USER_DIRS |
                            LOAD_LIBRARY_SEARCH_SYSTEM32 | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
    if (!options || (options & ~known)) return fail(ERROR_INVALID_PARAMETER);
    return finish(LdrSetDefaultDllDirectories(options));
}
K32_EXPORT BOOL WINAPI SetDllDirectoryW(LPCWSTR directory) {
    const UnicodeString path = counted(directory);
    return finish(LdrSetDllDirectory(directory ? &path : nullptr));
}
K32_EXPORT BOOL WINAPI SetDllDirectoryA(LPCSTR directory) {
    const FileText text(directory);
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return SetDllDirectoryW(text.get());
}
K32_EXPORT DWORD WINAPI GetDllDirectoryW(DWORD size, LPWSTR to) {
    UnicodeString directory{};
    PathBuffer buffer;
    directory.Buffer = u16(buffer.data());
    directory.MaximumLength = static_cast<std::uint16_t>(buffer.capacity() * sizeof(WCHAR));
    if (!finish(LdrGetDllDirectory(&directory))) return 0;
    return answer_wide(text_of(directory), characters(directory), to, size);
}
K32_EXPORT DLL_DIRECTORY_COOKIE WINAPI AddDllDirectory(PCWSTR directory) {
    const UnicodeString path = counted(directory);
    void* cookie = nullptr;
    return finish(LdrAddDllDirectory(&path, &cookie)) ? cookie : nullptr;
}
K32_EXPORT BOOL WINAPI RemoveDllDirectory(DLL_DIRECTORY_COOKIE cookie) {
    return finish(LdrRemoveDllDirectory(cookie));
}
