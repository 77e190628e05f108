// SPDX-License-Identifier: MIT
// control_signals.c: says which console events come. control_signals handle | default | hang
#include <windows.h>

#include <stdio.h>
#include <string.h>

static int hangs;

static BOOL WINAPI on_event(DWORD event) {
    printf("event %lu\n", event);
    fflush(stdout);
    if (hangs)
        for (;;) {}
    return TRUE;
}

int main(int argc, char** argv) {
    hangs = argc > 1 && strcmp(argv[1], "hang") == 0;
    if (argc > 1 && strcmp(argv[1], "default") != 0) SetConsoleCtrlHandler(on_event, TRUE);
    puts("ready");
    fflush(stdout);
    for (volatile unsigned spin = 0;; ++spin) {} // the main thread never waits
}
