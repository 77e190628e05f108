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
    MEMORY_BASIC_INFORMATION here, next;
    char* stack = static_cast<char*>(__builtin_frame_address(0));
    if (!VirtualQuery(stack, &here, sizeof here))
        return 0;
    // Below the committed pages that are in use lies the page that was the guard.
    auto* base = static_cast<char*>(here.BaseAddress);
    auto* allocation = static_cast<char*>(here.AllocationBase);
    if (base == allocation)
        base += 0x1000;
    else if (VirtualQuery(base - 1, &next, sizeof next) && (next.Protect & PAGE_GUARD))
        return 1;
    DWORD before;
    return stack - base > 0x2000 && VirtualProtect(base, 0x1000, PAGE_READWRITE | PAGE_GUARD, &before);
}
