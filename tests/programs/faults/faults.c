// SPDX-License-Identifier: MIT
// faults.c: one memory fault of each kind, chosen by name, for the tests of --page-heap, --heap-leaks and --fail-alloc.
//
// Built for Windows with mingw-w64; a correct heap cannot make it correct.
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

static volatile char sink;

NOINLINE static char* make(size_t size) { return HeapAlloc(GetProcessHeap(), 0, size); }
NOINLINE static void drop(void* block) { HeapFree(GetProcessHeap(), 0, block); }

static void overrun(void) {
    char* block = make(40);
    for (int i = 0; i < 5000; ++i) ((volatile char*)block)[i] = 'x'; // the 41st is too many
    drop(block);
}
/// Within what alignment leaves: only a check at the free can see it.
static void overrun_by_one(void) {
    char* block = make(41);
    ((volatile char*)block)[41] = 'x';
    drop(block);
}
static void underrun(void) {
    char* block = make(40);
    ((volatile char*)block)[-4] = 'x';
    drop(block);
}
static void use_after_free(void) {
    char* block = make(100);
    drop(block);
    sink = ((volatile char*)block)[10];
}
static void write_after_free(void) {
    char* block = make(100);
    drop(block);
    ((volatile char*)block)[10] = 'x';
    HeapValidate(GetProcessHeap(), 0, NULL);
    for (int i = 0; i < 40000; ++i) drop(make(100)); // until it is looked at
}
static void double_free(void) {
    char* block = make(16);
    drop(block);
    drop(block);
}
static void wrong_heap(void) {
    HANDLE other = HeapCreate(0, 0, 0);
    char* block = HeapAlloc(other, 0, 24);
    drop(block);
}
static void foreign(void) {
    static char buffer[64];
    drop(buffer + 16);
}
static void interior(void) {
    char* block = make(64);
    drop(block + 16);
}
/// Goes on behind the instruction, which is three bytes long.
static LONG CALLBACK skip_write(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_ACCESS_VIOLATION) return EXCEPTION_CONTINUE_SEARCH;
#ifdef _WIN64
    pointers->ContextRecord->Rip += 3;
#else
    pointers->ContextRecord->Eip += 3;
#endif
    puts("handled");
    return EXCEPTION_CONTINUE_EXECUTION;
}
NOINLINE static void write_one(char* at) { __asm__ volatile("movb $1, (%0)" : : "a"(at) : "memory"); }
/// The program lives with it: the report comes all the same, once for the place.
static void handled(void) {
    char* block = make(4096);
    AddVectoredExceptionHandler(1, skip_write);
    for (int i = 0; i < 3; ++i) write_one(block + 4096);
    drop(block);
}

NOINLINE static void leak_here(int count) {
    for (int i = 0; i < count; ++i) make(1000);
}
static void leaks(void) {
    leak_here(3);
    make(50);
    drop(make(70));
    free(malloc(10));
    sink = *(char*)memset(malloc(123), 0, 123);
    puts("done");
}
/// One block from each of the functions that pass the call on.
static void leaks_elsewhere(void) {
    char text[302];
    sink = *(char*)LocalAlloc(LMEM_ZEROINIT, 300) + *(char*)GlobalAlloc(GMEM_ZEROINIT, 301);
    memset(text, 'x', 301);
    text[301] = 0;
    sink = *_strdup(text);
    sink = *(char*)calloc(1, 303);
    sink = *(char*)realloc(malloc(10), 304);
}
static void clean(void) { free(malloc(100)); }

static void allocations(void) {
    for (int i = 1; i <= 20; ++i) {
        char* block = make((size_t)i);
        printf("%d%s", i, block ? " " : "! ");
        if (block) drop(block);
    }
    puts("");
    for (int i = 1; i <= 10; ++i) {
        void* pages = VirtualAlloc(NULL, 65536, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        printf("%d%s", i, pages ? " " : "! ");
        if (pages) VirtualFree(pages, 0, MEM_RELEASE);
    }
    puts("");
}

static const struct {
    const char* name;
    void (*run)(void);
} cases[] = {
    {"overrun", overrun}, {"overrun-by-one", overrun_by_one}, {"underrun", underrun}, {"use-after-free", use_after_free},
    {"write-after-free", write_after_free}, {"double-free", double_free}, {"wrong-heap", wrong_heap}, {"foreign", foreign},
    {"interior", interior}, {"handled", handled}, {"leaks", leaks}, {"leaks-elsewhere", leaks_elsewhere}, 
    {"clean", clean}, {"allocations", allocations},
};

int main(int argc, char** argv) {
    setvbuf(stdout, NULL, _IONBF, 0);
    for (size_t i = 0; argc > 1 && i < sizeof cases / sizeof cases[0]; ++i) {
        if (strcmp(argv[1], cases[i].name) != 0) continue;
        cases[i].run();
        puts("end");
        return 0;
    }
    return 2;
}
