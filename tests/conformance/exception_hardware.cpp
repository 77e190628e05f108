// SPDX-License-Identifier: MIT
// exception_hardware.cpp: what the CPU refuses, in Windows' records.
// Sources: "EXCEPTION_RECORD structure" (the codes and the parameters of access violations), "x64 exception
// handling"; the addresses of breakpoints: "DebugBreak function" and what debuggers' users see.
#include "exception_trial.h"

#include <gtest/gtest.h>

#include <cstring>

namespace {

using Address = ULONG_PTR;

Address address_of(const void* code) { return reinterpret_cast<Address>(code); }

/// The exception happened at `snippet` itself, and its context stands there.
void expect_at(const Trial& trial, const void* snippet, Address offset = 0) {
    EXPECT_EQ(address_of(trial.record.ExceptionAddress), address_of(snippet) + offset);
    EXPECT_EQ(trial.resumed_at(), address_of(snippet) + offset);
    EXPECT_EQ(trial.record.ExceptionFlags, 0u);
    EXPECT_EQ(trial.record.ExceptionRecord, nullptr);
}

void expect_access_violation(const Trial& trial, Address kind, Address address) {
    ASSERT_TRUE(trial.raised);
    EXPECT_EQ(trial.record.ExceptionCode, static_cast<DWORD>(EXCEPTION_ACCESS_VIOLATION));
    ASSERT_EQ(trial.record.NumberParameters, 2u);
    EXPECT_EQ(trial.record.ExceptionInformation[0], kind);
    EXPECT_EQ(trial.record.ExceptionInformation[1], address);
}

void expect_code(const Trial& trial, DWORD code) {
    ASSERT_TRUE(trial.raised);
    EXPECT_EQ(trial.record.ExceptionCode, code);
}

/// A page of its own, freed at the end.
struct Page {
    char* at;
    explicit Page(DWORD protection, SIZE_T bytes = 0x1000)
        : at(static_cast<char*>(VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, protection))) {}
    ~Page() { VirtualFree(at, 0, MEM_RELEASE); }
};

constexpr Address minus_one = ~Address{0};
constexpr Address read_access = 0, write_access = 1, execute_access = 8;

} // namespace

#if defined(__x86_64__)
#define CX "%rcx"
#else
#define CX "%ecx"
#endif

// ---- memory

SNIPPET(read_memory, "movl (" CX "), %eax\n ret");
SNIPPET(write_memory, "movl %eax, (" CX ")\n ret");
SNIPPET(read_and_write_memory, "incl (" CX ")\n ret");
SNIPPET(jump_to_memory, "jmp *" CX);
SNIPPET(read_aligned_vector, "movaps (" CX "), %xmm0\n ret");

TEST(Hardware, A_read_a_write_and_an_execution_are_told_apart) {
    Page nothing(PAGE_NOACCESS);
    expect_access_violation(run_trial(read_memory, nothing.at + 12), read_access, address_of(nothing.at) + 12);
    const Trial write = run_trial(write_memory, nothing.at + 16);
    expect_access_violation(write, write_access, address_of(nothing.at) + 16);
    expect_at(write, write_memory);
    expect_access_violation(run_trial(read_and_write_memory, nothing.at), write_access, address_of(nothing.at));
}

TEST(Hardware, Data_are_not_executed) {
    Page data(PAGE_READWRITE);
    std::memset(data.at, 0xC3, 16); // ret
    const Trial trial = run_trial(jump_to_memory, data.at);
    expect_access_violation(trial, execute_access, address_of(data.at));
    expect_at(trial, data.at);
}

TEST(Hardware, A_jump_to_memory_that_is_not_there_is_an_execution_of_that_address) {
    Page code(PAGE_NOACCESS);
    const Trial trial = run_trial(jump_to_memory, code.at + 3);
    ASSERT_TRUE(trial.raised);
    EXPECT_EQ(trial.record.ExceptionInformation[0], execute_access);
    expect_at(trial, code.at + 3);
}

TEST(Hardware, A_write_to_memory_that_may_be_read_is_an_access_violation) {
    Page constant(PAGE_READONLY);
    EXPECT_FALSE(run_trial(read_memory, constant.at).raised);
    expect_access_violation(run_trial(write_memory, constant.at), write_access, address_of(constant.at));
}

TEST(Hardware, An_access_over_the_end_of_a_page_names_the_first_address_that_is_missing) {
    Page two(PAGE_READWRITE, 0x2000);
    DWORD before;
    ASSERT_TRUE(VirtualProtect(two.at + 0x1000, 0x1000, PAGE_NOACCESS, &before));
    expect_access_violation(run_trial(read_memory, two.at + 0xFFE), read_access, address_of(two.at) + 0x1000);
}

TEST(Hardware, The_first_access_to_a_guard_page_is_told_once) {
    Page page(PAGE_READWRITE | PAGE_GUARD);
    const Trial first = run_trial(write_memory, page.at + 8);
    expect_code(first, EXCEPTION_GUARD_PAGE);
    ASSERT_EQ(first.record.NumberParameters, 2u);
    EXPECT_EQ(first.record.ExceptionInformation[0], write_access);
    EXPECT_EQ(first.record.ExceptionInformation[1], address_of(page.at) + 8);
    expect_at(first, write_memory);
    EXPECT_FALSE(run_trial(write_memory, page.at + 8).raised);
}

// The CPU does not tell the address of a general-protection fault; NT says "read of -1".
TEST(Hardware, A_misaligned_vector_access_reads_minus_one) {
    alignas(16) char bytes[32] = {};
    EXPECT_FALSE(run_trial(read_aligned_vector, bytes).raised);
    const Trial trial = run_trial(read_aligned_vector, bytes + 1);
    expect_access_violation(trial, read_access, minus_one);
    expect_at(trial, read_aligned_vector);
}

#if defined(__x86_64__)
TEST(Hardware, An_address_that_is_not_canonical_reads_minus_one) {
    const auto address = reinterpret_cast<void*>(0x8000000000000000ull);
    expect_access_violation(run_trial(read_memory, address), read_access, minus_one);
    expect_access_violation(run_trial(write_memory, address), read_access, minus_one);
}

// A selector loaded into GS takes the TEB's address away until the system puts it back; programs (and
// debuggers' single steps) do not notice.
SNIPPET(clobber_gs, "movw %gs, %ax\n movw %ax, %gs\n movq %gs:0x30, %rax\n ret");
TEST(Hardware, A_GS_selector_that_was_loaded_does_not_lose_the_TEB) {
    EXPECT_FALSE(run_trial(clobber_gs).raised);
    SetLastError(42);
    EXPECT_EQ(GetLastError(), 42u);
}
#endif

// ---- arithmetic

SNIPPET(divide_by_ecx, "movl $100, %eax\n xorl %edx, %edx\n divl %ecx\n ret");
SNIPPET(divide_by_cl, "movl $100, %eax\n divb %cl\n ret");
SNIPPET(divide_minimum, "movl $0x80000000, %eax\n cltd\n idivl %ecx\n ret");
SNIPPET(divide_by_memory, "movl $100, %eax\n movl $7, %edx\n divl 4(" CX ")\n ret");
#if defined(__x86_64__)
SNIPPET(divide_by_indexed, "movl $100, %eax\n movl $7, %edx\n movq %rcx, %r9\n movl $2, %r10d\n divl -8(%r9,%r10,8)\n ret");
SNIPPET(divide_by_byte_at_rip, "movl $0x7000, %eax\n divb 1f(%rip)\n ret\n1: .byte 0");
SNIPPET(divide_wide, "movq $100, %rax\n movq $7, %rdx\n divq %rcx\n ret");
#endif

TEST(Hardware, A_division_by_zero_is_told_from_a_quotient_that_does_not_fit) {
    const Trial zero = run_trial(divide_by_ecx, nullptr);
    expect_code(zero, EXCEPTION_INT_DIVIDE_BY_ZERO);
    EXPECT_EQ(zero.record.NumberParameters, 0u);
    expect_at(zero, divide_by_ecx, 7);
    EXPECT_FALSE(run_trial(divide_by_ecx, reinterpret_cast<void*>(3)).raised);
    expect_code(run_trial(divide_minimum, reinterpret_cast<void*>(minus_one)), EXCEPTION_INT_OVERFLOW);
    expect_code(run_trial(divide_by_cl, reinterpret_cast<void*>(0x100)), EXCEPTION_INT_DIVIDE_BY_ZERO); // CL is 0
}

TEST(Hardware, The_divisor_may_lie_in_memory) {
    unsigned divisors[2] = {1, 0};
    expect_code(run_trial(divide_by_memory, divisors), EXCEPTION_INT_DIVIDE_BY_ZERO);
    divisors[1] = 1;
    expect_code(run_trial(divide_by_memory, divisors), EXCEPTION_INT_OVERFLOW);
    divisors[1] = 8;
    EXPECT_FALSE(run_trial(divide_by_memory, divisors).raised);
#if defined(__x86_64__)
    unsigned more[4] = {0, 0, 1, 0};
    expect_code(run_trial(divide_by_indexed, more), EXCEPTION_INT_OVERFLOW);
    more[2] = 0, more[3] = 1;
    expect_code(run_trial(divide_by_indexed, more), EXCEPTION_INT_DIVIDE_BY_ZERO);
    expect_code(run_trial(divide_by_byte_at_rip), EXCEPTION_INT_DIVIDE_BY_ZERO);
    expect_code(run_trial(divide_wide, reinterpret_cast<void*>(1)), EXCEPTION_INT_OVERFLOW);
    expect_code(run_trial(divide_wide, nullptr), EXCEPTION_INT_DIVIDE_BY_ZERO);
#endif
}

#if defined(__i386__)
SNIPPET(check_overflow, "movl $0x7FFFFFFF, %eax\n incl %eax\n into\n ret");
SNIPPET(check_bounds, "movl $5, %eax\n bound %eax, (%ecx)\n ret");
TEST(Hardware, INTO_and_BOUND_have_codes_of_their_own) {
    expect_code(run_trial(check_overflow), EXCEPTION_INT_OVERFLOW);
    int bounds[2] = {0, 4};
    expect_code(run_trial(check_bounds, bounds), EXCEPTION_ARRAY_BOUNDS_EXCEEDED);
}
#endif

// ---- instructions

SNIPPET(undefined, "ud2");
SNIPPET(halt, "hlt\n ret");
SNIPPET(disable_interrupts, "cli\n ret");
SNIPPET(read_port, "inb $0x80, %al\n ret");
SNIPPET(read_control_register, "movl $0, %eax\n .byte 0x0F, 0x20, 0xC0\n ret");
SNIPPET(load_descriptor_table, "lidt (" CX ")\n ret");
SNIPPET(odd_interrupt, "int $0x55\n ret");

TEST(Hardware, An_undefined_instruction_is_illegal) {
    const Trial trial = run_trial(undefined);
    expect_code(trial, EXCEPTION_ILLEGAL_INSTRUCTION);
    EXPECT_EQ(trial.record.NumberParameters, 0u);
    expect_at(trial, undefined);
}

TEST(Hardware, Instructions_of_the_kernel_are_privileged) {
    for (const void* snippet : {halt, disable_interrupts, read_port}) {
        const Trial trial = run_trial(snippet);
        expect_code(trial, EXCEPTION_PRIV_INSTRUCTION);
        expect_at(trial, snippet);
    }
    expect_code(run_trial(read_control_register), EXCEPTION_PRIV_INSTRUCTION);
    char table[16] = {};
    expect_code(run_trial(load_descriptor_table, table), EXCEPTION_PRIV_INSTRUCTION);
}

TEST(Hardware, An_interrupt_that_nobody_serves_is_an_access_violation) {
    const Trial trial = run_trial(odd_interrupt);
    expect_access_violation(trial, read_access, minus_one);
    expect_at(trial, odd_interrupt);
}

// ---- for debuggers

SNIPPET(short_breakpoint, "int3\n ret");
SNIPPET(long_breakpoint, ".byte 0xCD, 3\n ret");
SNIPPET(debug_service, "movl $1, %eax\n int $0x2D\n int3\n ret");
SNIPPET(assertion, "int $0x2C\n ret");
SNIPPET(break_instruction, ".byte 0xF1\n ret"); // icebp

TEST(Hardware, A_breakpoint_stands_on_its_instruction) {
    const Trial trial = run_trial(short_breakpoint);
    expect_code(trial, EXCEPTION_BREAKPOINT);
    ASSERT_GE(trial.record.NumberParameters, 1u);
    EXPECT_EQ(trial.record.ExceptionInformation[0], 0u);
    expect_at(trial, short_breakpoint);
}

// Both forms leave RIP one byte back.
TEST(Hardware, The_long_form_of_a_breakpoint_stands_inside_it) {
    const Trial trial = run_trial(long_breakpoint);
    expect_code(trial, EXCEPTION_BREAKPOINT);
    expect_at(trial, long_breakpoint, 1);
}

// The byte behind INT 2D is skipped, and then RIP goes one back, as for every breakpoint.
TEST(Hardware, The_debug_service_is_a_breakpoint_with_its_number) {
    const Trial trial = run_trial(debug_service);
    expect_code(trial, EXCEPTION_BREAKPOINT);
    ASSERT_GE(trial.record.NumberParameters, 1u);
    EXPECT_EQ(trial.record.ExceptionInformation[0], 1u);
    EXPECT_EQ(trial.resumed_at(), address_of(debug_service) + 7);
}

TEST(Hardware, A_failed_assertion_has_its_own_code) {
    expect_code(run_trial(assertion), 0xC0000420); // STATUS_ASSERTION_FAILURE
}

#if defined(__x86_64__)
SNIPPET(step, "pushfq\n orl $0x100, (%rsp)\n popfq\n nop\n ret");
constexpr Address step_stops_at = 10;
#else
SNIPPET(step, "pushfl\n orl $0x100, (%esp)\n popfl\n nop\n ret");
constexpr Address step_stops_at = 10;
#endif

TEST(Hardware, The_trap_flag_stops_behind_the_next_instruction_and_is_cleared) {
    const Trial trial = run_trial(step);
    expect_code(trial, EXCEPTION_SINGLE_STEP);
    EXPECT_EQ(trial.record.NumberParameters, 0u);
    expect_at(trial, step, step_stops_at);
    EXPECT_EQ(trial.context.EFlags & 0x100u, 0u);
}

TEST(Hardware, The_one_byte_break_instruction_is_a_single_step) { expect_code(run_trial(break_instruction), EXCEPTION_SINGLE_STEP); }

#if defined(__x86_64__)
SNIPPET(misaligned, "pushfq\n orl $0x40000, (%rsp)\n popfq\n movl 1(%rcx), %eax\n ret");
#else
SNIPPET(misaligned, "pushfl\n orl $0x40000, (%esp)\n popfl\n movl 1(%ecx), %eax\n ret");
#endif

TEST(Hardware, With_the_AC_flag_misaligned_data_are_told) {
    alignas(8) char bytes[16] = {};
    const Trial trial = run_trial(misaligned, bytes);
    expect_code(trial, EXCEPTION_DATATYPE_MISALIGNMENT);
}

// ---- faults on the system's side of a call

TEST(Hardware, A_bad_pointer_given_to_a_service_becomes_its_error) {
    Page nothing(PAGE_NOACCESS);
    char path[MAX_PATH];
    ASSERT_NE(GetModuleFileNameA(nullptr, path, sizeof path), 0u);
    const HANDLE file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr);
    ASSERT_NE(file, INVALID_HANDLE_VALUE);
    DWORD read = 77;
    EXPECT_FALSE(ReadFile(file, nothing.at, 100, &read, nullptr));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOACCESS));
    CloseHandle(file);
}
