// SPDX-License-Identifier: MIT
// processes.cpp: the process's number, and waiting for another.
//
// Starting processes is process_spawn.cpp's. _popen is undone.
// Source: "_getpid", "_cwait", "_loaddll", "_getdllprocaddr".
#include <dlls/crt/crt.h>

#include <dlls/crt/win32.h>

using namespace oriel::crt;

CRT_EXPORT int _getpid() { return int(GetCurrentProcessId()); }

/// Waits for a process handle, which is closed, and gives its exit code.
CRT_EXPORT intptr_t _cwait(int* status, intptr_t process, int) {
    HANDLE handle = reinterpret_cast<HANDLE>(process);
    DWORD code = 0;
    if (process == -1 || process == -2) {
        fail_with_win32(ERROR_INVALID_HANDLE);
        return fail(e_child);
    }
    if (WaitForSingleObject(handle, INFINITE) != WAIT_OBJECT_0 || !GetExitCodeProcess(handle, &code)) {
        fail_with_last_error();
        if (status)
            *status = -1;
        return fail(e_child);
    }
    if (status)
        *status = int(code);
    CloseHandle(handle);
    return process;
}

CRT_EXPORT intptr_t _loaddll(char* name) { return reinterpret_cast<intptr_t>(LoadLibraryA(name)); }
CRT_EXPORT int _unloaddll(intptr_t module) {
    return FreeLibrary(reinterpret_cast<HMODULE>(module)) ? 0 : int(GetLastError());
}
CRT_EXPORT void* _getdllprocaddr(intptr_t module, char* name, intptr_t ordinal) {
    auto* which = name ? name : reinterpret_cast<char*>(ordinal & 0xFFFF);
    return reinterpret_cast<void*>(GetProcAddress(reinterpret_cast<HMODULE>(module), which));
}

/// Gives the guard page back after a stack overflow was handled: 0 if it could not be done.
CRT_EXPORT int _resetstkoflw() {
    constexpr ULONG_PTR page = 0x1000;
    MEMORY_BASIC_INFORMATION lowest;
    char* const stack = static_cast<char*>(__builtin_frame_address(0));
    if (!VirtualQuery(stack, &lowest, sizeof lowest)) return 0;
    // The overflow has made all of the reservation usable but its last page: the new guard goes to the low end,
    // and covers the bytes that handlers are guaranteed.
    char* at = static_cast<char*>(lowest.AllocationBase);
    do {
        if (!VirtualQuery(at, &lowest, sizeof lowest)) return 0;
        at = static_cast<char*>(lowest.BaseAddress) + lowest.RegionSize;
    } while (lowest.State != MEM_COMMIT);
    if (lowest.Protect & PAGE_GUARD) return 1;
    ULONG guaranteed = 0;
    SetThreadStackGuarantee(&guaranteed);
    const ULONG_PTR bytes = page + ((guaranteed + page - 1) & ~(page - 1));
    auto* const guard = static_cast<char*>(lowest.BaseAddress);
    DWORD before;
    return stack - guard > static_cast<LONG_PTR>(bytes + page) && VirtualProtect(guard, bytes, PAGE_READWRITE | PAGE_GUARD, &before);
}
