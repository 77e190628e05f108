// SPDX-License-Identifier: MIT
// file_4k.c: a file written and read in pieces of 4 KiB, 64 MiB three times each; unbuffered calls.
#include <stdio.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

static char piece[4096];

int main(int argc, char** argv) {
    const char* name = argc > 1 ? argv[1] : "file_4k.tmp";
    memset(piece, 'x', sizeof piece);
    for (int round = 0; round < 3; ++round) {
#ifdef _WIN32
        DWORD done;
        HANDLE file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
        if (file == INVALID_HANDLE_VALUE) return 1;
        for (int i = 0; i < 16384; ++i)
            if (!WriteFile(file, piece, sizeof piece, &done, NULL) || done != sizeof piece) return 2;
        SetFilePointer(file, 0, NULL, FILE_BEGIN);
        for (int i = 0; i < 16384; ++i)
            if (!ReadFile(file, piece, sizeof piece, &done, NULL) || done != sizeof piece) return 3;
        CloseHandle(file);
#else
        int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0666);
        if (file < 0) return 1;
        for (int i = 0; i < 16384; ++i)
            if (write(file, piece, sizeof piece) != sizeof piece) return 2;
        lseek(file, 0, SEEK_SET);
        for (int i = 0; i < 16384; ++i)
            if (read(file, piece, sizeof piece) != sizeof piece) return 3;
        close(file);
        unlink(name);
#endif
    }
    return 0;
}
