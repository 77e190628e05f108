// SPDX-License-Identifier: MIT
// address_space.c: reserved, committed, guarded, mapped, shared.
//
// Address space is plenty, memory is not: 64 GB (32 bits: 64 MB) are reserved here and cost nothing, of which three pages
// are committed. A guard page raises an exception once. A view shows a file, or memory that two places share.
//
//   oriel vm address_space.exe
//   oriel vm --html=map.html address_space.exe
#include <stdio.h>
#include <string.h>
#include <windows.h>

#ifdef _WIN64
#define RESERVED ((SIZE_T)64 << 30)
#else
#define RESERVED ((SIZE_T)64 << 20)
#endif

int main(void) {
    const SIZE_T reserved = RESERVED;
    char* area = VirtualAlloc(NULL, reserved, MEM_RESERVE, PAGE_READWRITE);
    char* pages = VirtualAlloc(area + 0x100000, 0x3000, MEM_COMMIT, PAGE_READWRITE);
    DWORD old;
    VirtualProtect(pages + 0x1000, 0x1000, PAGE_READWRITE | PAGE_GUARD, &old);

    // One page of memory, seen at two addresses.
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0x10000, NULL);
    char* here = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    const char* there = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    strcpy(here, "written here, read there");

    // The program's own file.
    char name[MAX_PATH];
    GetModuleFileNameA(NULL, name, sizeof name);
    HANDLE file = CreateFileA(name, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE mapping = CreateFileMappingA(file, NULL, PAGE_READONLY, 0, 0, NULL);
    const char* image = MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0);

    MEMORY_BASIC_INFORMATION information;
    VirtualQuery(area, &information, sizeof information);
    printf("%u MB are %s\n", (unsigned)(reserved >> 20), information.State == MEM_RESERVE ? "reserved" : "something else");
    VirtualQuery(pages + 0x1000, &information, sizeof information);
    printf("the second page is %s\n", information.Protect & PAGE_GUARD ? "a guard page" : "no guard page");
    printf("%s\n", there);
    printf("a program's file begins with %.2s\n", image);
    return 0;
}
