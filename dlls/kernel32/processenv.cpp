// SPDX-License-Identifier: MIT
// processenv.cpp: the environment, the standard handles, the current directory.
//
// All of it lives in RTL_USER_PROCESS_PARAMETERS, which the parent fills and ntdll's Rtl functions change
// under the PEB lock. A function that copies text out answers the length without its NUL when the buffer
// was large enough, and otherwise the size that is needed, with it.
// Sources: "GetEnvironmentVariable function", "SetEnvironmentVariable function", "ExpandEnvironmentStrings
// function", "GetCurrentDirectory function" (Microsoft documentation).
#include "buffer.h"
#include "kernel32.h"
#include "standard_handles.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

/// UNICODE_STRING counts bytes in 16 bits: 32,766 characters and a NUL are the most that fit.
constexpr std::size_t longest = 0x7FFE;

/// The value of a variable. Statuses: VariableNotFound, NoMemory.
template<std::size_t N>
Status query_variable(const WCHAR* name, std::size_t name_length, Buffer<WCHAR, N>& value, std::size_t& length) {
    const UnicodeString wanted = counted(name, std::min(name_length, longest));
    for (;;) {
        UnicodeString to{};
        to.Buffer = u16(value.data());
        to.MaximumLength = static_cast<std::uint16_t>(std::min(value.capacity(), longest + 1) * sizeof(WCHAR));
        const Status status = RtlQueryEnvironmentVariable_U(nullptr, &wanted, &to);
        length = characters(to);
        if (status != Status::BufferTooSmall) return status;
        if (!value.reserve(length + 1)) return Status::NoMemory;
    }
}

/// Where the environment block ends: behind the empty string.
std::size_t block_length(const WCHAR* block) {
    const WCHAR* at = block;
    while (*at) at += length_of(at) + 1;
    return static_cast<std::size_t>(at - block) + 1;
}

Status expand(const WCHAR* from, std::size_t length, PathBuffer& to, std::size_t& needed) {
    UnicodeString source = counted(from, std::min(length, longest));
    for (;;) {
        UnicodeString target{};
        target.Buffer = u16(to.data());
        target.MaximumLength = static_cast<std::uint16_t>(std::min(to.capacity(), longest + 1) * sizeof(WCHAR));
        std::uint32_t bytes = 0;
        const Status status = RtlExpandEnvironmentStrings_U(nullptr, &source, &target, &bytes);
        needed = bytes / sizeof(WCHAR); // with the NUL
        if (status != Status::BufferTooSmall) return status;
        if (!to.reserve(needed)) return Status::NoMemory;
    }
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- environment
K32_EXPORT DWORD WINAPI GetEnvironmentVariableW(LPCWSTR name, LPWSTR to, DWORD size) {
    if (!name || !*name) return fail(ERROR_ENVVAR_NOT_FOUND);
    Buffer<WCHAR, 512> value;
    std::size_t length = 0;
    if (!finish(query_variable(name, length_of(name), value, length))) return 0;
    return answer_wide(value.data(), length, to, size);
}
K32_EXPORT DWORD WINAPI GetEnvironmentVariableA(LPCSTR name, LPSTR to, DWORD size) {
    const WideText wide_name(name);
    if (!name || !*name) return fail(ERROR_ENVVAR_NOT_FOUND);
    if (!wide_name.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    Buffer<WCHAR, 512> value;
    std::size_t length = 0;
    if (!finish(query_variable(wide_name.get(), wide_name.length(), value, length))) return 0;
    return answer_narrow(value.data(), length, to, size, CP_ACP);
}

K32_EXPORT BOOL WINAPI SetEnvironmentVariableW(LPCWSTR name, LPCWSTR value) {
    if (!name || !*name) return fail(ERROR_INVALID_PARAMETER);
    if (length_of(name) > longest || (value && length_of(value) > longest)) return fail(ERROR_INVALID_PARAMETER);
    const UnicodeString wanted = counted(name);
    const UnicodeString text = counted(value);
    return finish(RtlSetEnvironmentVariable(nullptr, &wanted, value ? &text : nullptr));
}
K32_EXPORT BOOL WINAPI SetEnvironmentVariableA(LPCSTR name, LPCSTR value) {
    const WideText wide_name(name), wide_value(value);
    if (!wide_name.ok() || !wide_value.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return SetEnvironmentVariableW(wide_name.get(), wide_value.get());
}

K32_EXPORT LPWSTR WINAPI GetEnvironmentStringsW() {
    RtlAcquirePebLock();
    const WCHAR* const block = wide(process_parameters().Environment.get());
    const std::size_t length = block_length(block);
    auto* const copy = static_cast<WCHAR*>(allocate(length * sizeof(WCHAR)));
    if (copy) std::copy_n(block, length, copy);
    RtlReleasePebLock();
    return copy;
}

#undef GetEnvironmentStringsA // winbase.h: another name of GetEnvironmentStrings; both are exported
K32_EXPORT LPSTR WINAPI GetEnvironmentStringsA() {
    const HeapString block(GetEnvironmentStringsW());
    if (!block.get()) return nullptr;
    const std::size_t length = block_length(block.get());
    const std::size_t bytes = narrow_length(block.get(), length, CP_ACP);
    auto* const copy = static_cast<char*>(allocate(bytes));
    if (copy) narrow(block.get(), length, copy, bytes, CP_ACP);
    return copy;
}
K32_EXPORT LPSTR WINAPI GetEnvironmentStrings() { return GetEnvironmentStringsA(); }
K32_EXPORT BOOL WINAPI FreeEnvironmentStringsW(LPWCH block) { return RtlFreeHeap(process_heap(), 0, block); }
K32_EXPORT BOOL WINAPI FreeEnvironmentStringsA(LPCH block) { return RtlFreeHeap(process_heap(), 0, block); }
K32_EXPORT BOOL WINAPI SetEnvironmentStringsW(LPWCH block) {
    const std::size_t length = block_length(block);
    auto* const environment = static_cast<char16_t*>(allocate(length * sizeof(WCHAR)));
    if (!environment) return fail(ERROR_NOT_ENOUGH_MEMORY);
    __builtin_memcpy(environment, block, length * sizeof(WCHAR));
    return finish(RtlSetCurrentEnvironment(environment, nullptr));
}

K32_EXPORT DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR from, LPWSTR to, DWORD size) {
    PathBuffer expanded;
    std::size_t needed = 0; // with the NUL: this function counts it always
    if (!finish(expand(from, length_of(from), expanded, needed))) return 0;
    if (to && size >= needed)
        std::copy_n(expanded.data(), needed, to);
    else if (to && size)
        *to = 0;
    return static_cast<DWORD>(needed);
}
K32_EXPORT DWORD WINAPI ExpandEnvironmentStringsA(LPCSTR from, LPSTR to, DWORD size) {
    const WideText source(from);
    if (!source.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    PathBuffer expanded;
    std::size_t needed = 0;
    if (!finish(expand(source.get(), source.length(), expanded, needed))) return 0;
    const std::size_t bytes = narrow_length(expanded.data(), needed - 1, CP_ACP) + 1;
    if (to && size >= bytes)
        answer_narrow(expanded.data(), needed - 1, to, size, CP_ACP);
    else if (to && size)
        *to = 0;
    return static_cast<DWORD>(bytes);
}

// ------------------------------------------------------------------------------------- standard handles
K32_EXPORT HANDLE WINAPI GetStdHandle(DWORD which) {
    const native_uptr* const slot = standard_handle_slot(which);
    if (!slot) {
        set_last_error(ERROR_INVALID_HANDLE);
        return INVALID_HANDLE_VALUE;
    }
    return reinterpret_cast<HANDLE>(*slot); // null if there is none, and no error
}
K32_EXPORT BOOL WINAPI SetStdHandle(DWORD which, HANDLE handle) {
    native_uptr* const slot = standard_handle_slot(which);
    if (!slot) return fail(ERROR_INVALID_HANDLE);
    *slot = reinterpret_cast<native_uptr>(handle);
    return TRUE;
}
K32_EXPORT BOOL WINAPI SetStdHandleEx(DWORD which, HANDLE handle, PHANDLE previous) {
    native_uptr* const slot = standard_handle_slot(which);
    if (!slot) return fail(ERROR_INVALID_HANDLE);
    if (previous) *previous = reinterpret_cast<HANDLE>(*slot);
    *slot = reinterpret_cast<native_uptr>(handle);
    return TRUE;
}

// ------------------------------------------------------------------------------------- current directory
K32_EXPORT DWORD WINAPI GetCurrentDirectoryW(DWORD size, LPWSTR to) {
    return RtlGetCurrentDirectory_U(size * sizeof(WCHAR), u16(to)) / sizeof(WCHAR);
}
K32_EXPORT DWORD WINAPI GetCurrentDirectoryA(DWORD size, LPSTR to) {
    PathBuffer path;
    std::size_t length =
        RtlGetCurrentDirectory_U(static_cast<std::uint32_t>(path.capacity() * sizeof(WCHAR)), u16(path.data())) /
        sizeof(WCHAR);
    if (length >= path.capacity()) {
        if (!path.reserve(length + 1)) return fail(ERROR_NOT_ENOUGH_MEMORY);
        length =
            RtlGetCurrentDirectory_U(static_cast<std::uint32_t>(path.capacity() * sizeof(WCHAR)), u16(path.data())) /
            sizeof(WCHAR);
    }
    return answer_narrow(path.data(), length, to, size, file_code_page());
}
K32_EXPORT BOOL WINAPI SetCurrentDirectoryW(LPCWSTR path) {
    if (!path) return fail(ERROR_INVALID_PARAMETER);
    const UnicodeString wanted = counted(path);
    return finish(RtlSetCurrentDirectory_U(&wanted));
}
K32_EXPORT BOOL WINAPI SetCurrentDirectoryA(LPCSTR path) {
    const FileText text(path);
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return SetCurrentDirectoryW(text.get());
}

/// Whether a command without a path is looked for in the current directory too.
K32_EXPORT BOOL WINAPI NeedCurrentDirectoryForExePathW(LPCWSTR name) {
    if (std::find(name, name + length_of(name), L'\\') != name + length_of(name)) return TRUE;
    return GetEnvironmentVariableW(L"NoDefaultCurrentDirectoryInExePath", nullptr, 0) == 0;
}
