// SPDX-License-Identifier: MIT
// physical_window.c: more memory than addresses (AWE).
//
// A program takes physical pages, reserves a window of addresses, and maps now these, now other pages into the window:
// so a 32-bit program could use more than its 2 GB. It needs the privilege to lock pages in memory.
// Source: "AWE Example" (Microsoft documentation), after whose steps this is made.
//
//   oriel vm physical_window.exe                  (the window is a region of its own kind)
//   oriel trace --only=virtual_memory physical_window.exe
#include <stdio.h>
#include <string.h>
#include <windows.h>

static BOOL take_privilege(void) {
    HANDLE token;
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1};
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token)) return FALSE;
    if (!LookupPrivilegeValueA(NULL, "SeLockMemoryPrivilege", &wanted.Privileges[0].Luid)) return FALSE;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    BOOL done = AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL) && GetLastError() == ERROR_SUCCESS;
    CloseHandle(token);
    return done;
}

int main(void) {
    enum { pages = 4 };
    ULONG_PTR count = 2 * pages, frames[2 * pages];
    if (!take_privilege()) {
        printf("this user may not lock pages in memory\n");
        return 0;
    }
    if (!AllocateUserPhysicalPages(GetCurrentProcess(), &count, frames) || count != 2 * pages) return 1;
    char* window = VirtualAlloc(NULL, pages * 4096, MEM_RESERVE | MEM_PHYSICAL, PAGE_READWRITE);
    if (!window) return 2;
    for (int half = 0; half < 2; ++half) {
        if (!MapUserPhysicalPages(window, pages, frames + half * pages)) return 3;
        sprintf(window, "half %d", half + 1);
    }
    MapUserPhysicalPages(window, pages, frames);
    printf("%d pages through a window of %d; the first half says: %s\n", 2 * pages, pages, window);
    OutputDebugStringA("mapped");
    FreeUserPhysicalPages(GetCurrentProcess(), &count, frames);
    return 0;
}
