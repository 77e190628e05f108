/* SPDX-License-Identifier: MIT
   hostile32.c: a 32-bit program that does to its segment registers, flags and stack what no compiler would.

   hostile32.exe CASE. Cases that end by an exception are ended by it; the others print "alive" and end with 0. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define HERE __asm__ volatile

/* A service, and a fault that a handler sees: both must still work afterwards. */
static volatile LONG seen;
static LONG CALLBACK step_over_hlt(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_PRIV_INSTRUCTION) return EXCEPTION_CONTINUE_SEARCH;
    ++seen;
    ++pointers->ContextRecord->Eip;
    return EXCEPTION_CONTINUE_EXECUTION;
}
static void still_alive(void) {
    MEMORY_BASIC_INFORMATION information;
    void* const handler = AddVectoredExceptionHandler(1, step_over_hlt);
    HERE("hlt");
    RemoveVectoredExceptionHandler(handler);
    if (seen == 1 && VirtualQuery((void*)still_alive, &information, sizeof information)) printf("alive\n");
}

static void gs_flat(void) { HERE("movw %0, %%gs" : : "r"((unsigned short)0x2B)); }
static void gs_null(void) { HERE("movw %0, %%gs" : : "r"((unsigned short)0)); }
static void gs_null_ring(void) { HERE("movw %0, %%gs" : : "r"((unsigned short)3)); }
static void gs_is_fs(void) { HERE("movw %%fs, %%ax\n movw %%ax, %%gs" : : : "eax"); }
static void ds_restored_by_a_fault(void) { HERE("pushl %%ds\n xorl %%eax, %%eax\n movw %%ax, %%ds\n hlt\n popl %%ds" : : : "eax", "memory"); }
static void ds_null(void) { HERE("xorl %%eax, %%eax\n movw %%ax, %%ds\n movl 0x401000, %%eax" : : : "eax"); }
static void ds_odd(void) { HERE("movw %0, %%ds" : : "r"((unsigned short)0x1234)); }
static void ss_odd(void) { HERE("movw %0, %%ss" : : "r"((unsigned short)0x1234)); }
static void fs_null(void) { HERE("xorl %%eax, %%eax\n movw %%ax, %%fs\n movl %%fs:0x18, %%eax" : : : "eax"); }
static void fs_flat(void) { HERE("movw %0, %%fs\n movl %%fs:0x18, %%eax" : : "r"((unsigned short)0x2B) : "eax"); }

static void ac(void) { HERE("pushfl\n orl $0x40000, (%esp)\n popfl"); }
static void ac_off(void) { HERE("pushfl\n andl $~0x40000, (%esp)\n popfl"); }
static void df(void) { HERE("std"); }
static void nt_flag(void) { HERE("pushfl\n orl $0x4000, (%esp)\n popfl"); }

static void far_call_64(void) { /* 64-bit code that comes back: mov $42, %rax; lret */
    unsigned answer;
    HERE("lcall $0x33, $1f\n jmp 2f\n1: .byte 0x48, 0xC7, 0xC0, 42, 0, 0, 0, 0xCB\n2: movl %%eax, %0" : "=r"(answer) : : "eax", "memory");
    if (answer != 42) ExitProcess(9);
}
static void far_jump_64(void) { HERE("ljmp $0x33, $1f\n1: .byte 0x48, 0x8B, 0x04, 0x25, 8, 0, 0, 0"); } /* mov 8, %rax */
static void far_jump_64_high(void) { HERE("ljmp $0x33, $1f\n1: .byte 0x48, 0x31, 0xC0, 0x48, 0xFF, 0xC8, 0xFF, 0xE0"); } /* jmp to -1 */
static void far_jump_64_rsp(void) { HERE("ljmp $0x33, $1f\n1: .byte 0x48, 0x31, 0xE4, 0x48, 0xFF, 0xCC, 0x50"); } /* rsp = -1; push */
static void far_jump_odd(void) { HERE("ljmp $0x1234, $0x401000"); }

static void esp_and_fault(void) { HERE("movl $8, %esp\n movl 8, %eax"); }
static void esp_and_service(void) { HERE("movl $8, %esp\n xorl %eax, %eax\n call *%fs:0xC0"); }
static void esp_and_service_jump(void) { HERE("movl $8, %esp\n xorl %eax, %eax\n jmp *%fs:0xC0"); }
static void esp_wraps(void) { HERE("movl $2, %esp\n xorl %eax, %eax\n jmp *%fs:0xC0"); }
static void esp_in_code(void) { HERE("movl $1f, %esp\n1: pushl %eax"); }
static void esp_odd(void) { HERE("pushl %%ebp\n movl %%esp, %%ebp\n subl $63, %%esp\n hlt\n movl %%ebp, %%esp\n popl %%ebp" : : : "memory"); }
static void no_such_service(void) { HERE("movl $-1, %%eax\n call *%%fs:0xC0" : : : "eax", "ecx", "edx", "memory"); }
static void arguments_at_the_end(void) { HERE("movl $0x7FFDFFFC, %esp\n movl $3, %eax\n call *%fs:0xC0\n movl 8, %eax"); }
static void teb_overwritten(void) {
    memset((char*)NtCurrentTeb() + 0x6D0, 0xCC, 0x500); /* what only graphics use */
    memset((char*)NtCurrentTeb() - 0x2000, 0xCC, 0x2000);
}
static void teb_gone(void) {
    DWORD before;
    VirtualProtect(NtCurrentTeb(), 0x1000, PAGE_NOACCESS, &before);
    HERE("hlt");
}
static int deeper(volatile int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    return deeper(depth + 1) + room[0];
}
static void stack_overflow(void) { (void)deeper(0); }

/* Every instruction is a step, those of a service's stub too. */
static volatile LONG steps, enough;
static LONG CALLBACK count_steps(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_SINGLE_STEP) return EXCEPTION_CONTINUE_SEARCH;
    ++steps;
    if (!enough) pointers->ContextRecord->EFlags |= 0x100;
    return EXCEPTION_CONTINUE_EXECUTION;
}
static void tf_through_services(void) {
    MEMORY_BASIC_INFORMATION information;
    void* const handler = AddVectoredExceptionHandler(1, count_steps);
    HERE("pushfl\n orl $0x100, (%esp)\n popfl");
    VirtualQuery((void*)0x10000, &information, sizeof information);
    VirtualQuery((void*)0x10000, &information, sizeof information);
    const LONG counted = steps;
    enough = 1;
    RemoveVectoredExceptionHandler(handler);
    if (counted < 20) ExitProcess(9);
}

static const struct {
    const char* name;
    void (*run)(void);
} cases[] = {
#define CASE(name) {#name, name}
    CASE(gs_flat), CASE(gs_null), CASE(gs_null_ring), CASE(gs_is_fs), CASE(ds_restored_by_a_fault), CASE(ds_null), CASE(ds_odd), CASE(ss_odd),
    CASE(fs_null), CASE(fs_flat), CASE(ac), CASE(df), CASE(nt_flag), CASE(far_call_64), CASE(far_jump_64), CASE(far_jump_64_high),
    CASE(far_jump_64_rsp), CASE(far_jump_odd), CASE(esp_and_fault), CASE(esp_and_service), CASE(esp_and_service_jump), CASE(esp_wraps),
    CASE(esp_in_code), CASE(esp_odd), CASE(no_such_service), CASE(arguments_at_the_end), CASE(teb_overwritten), CASE(teb_gone),
    CASE(stack_overflow), CASE(tf_through_services),
};

int main(int count, char** arguments) {
    if (count < 2) return 2;
    setvbuf(stdout, NULL, _IONBF, 0);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        if (strcmp(cases[i].name, arguments[1]) != 0) continue;
        void* handler = NULL;
        if (strstr(arguments[1], "esp_odd") || strstr(arguments[1], "restored")) handler = AddVectoredExceptionHandler(1, step_over_hlt);
        cases[i].run();
        if (handler) RemoveVectoredExceptionHandler(handler);
        seen = 0;
        if (cases[i].run == df) HERE("cld");
        if (cases[i].run == ac) { /* services with the flag set */
            MEMORY_BASIC_INFORMATION information;
            VirtualQuery((void*)main, &information, sizeof information);
            ac_off();
        }
        still_alive();
        return 0;
    }
    return 2;
}
