// SPDX-License-Identifier: MIT
// exception_seh.cpp: __try, __except and __finally, and the Rtl functions below them.
//
// Compiled by clang with -fms-extensions; the accesses that fault are in functions of their own, because
// clang 14 loses the handler of a fault in the __try's own block.
// Sources: "Structured Exception Handling", "try-except statement", "try-finally statement",
// "RaiseException function", Microsoft documentation.
#include <windows.h>

#include <gtest/gtest.h>

#include <string>

#undef __try // a macro of libstdc++

namespace {

std::string g_events; ///< what happened, a letter each

__attribute__((noinline)) int read_from(volatile int* address) { return *address; }
__attribute__((noinline)) void write_to(volatile int* address) { *address = 1; }
__attribute__((noinline)) void divide(volatile int* dividend, volatile int* divisor) { *dividend = *dividend / *divisor; }
__attribute__((noinline)) void raise_code(DWORD code, DWORD flags = 0) { RaiseException(code, flags, 0, nullptr); }
__attribute__((noinline)) void note(char event) { g_events += event; }

struct Seen {
    EXCEPTION_RECORD record;
    CONTEXT context;
};
int keep(Seen& seen, EXCEPTION_POINTERS* pointers) {
    seen.record = *pointers->ExceptionRecord;
    seen.context = *pointers->ContextRecord;
    return EXCEPTION_EXECUTE_HANDLER;
}

class Seh : public testing::Test {
protected:
    void SetUp() override { g_events.clear(); }
};

} // namespace

static bool catch_read(volatile int* address, Seen& seen) {
    __try {
        read_from(address);
    } __except (keep(seen, GetExceptionInformation())) {
        return true;
    }
    return false;
}

TEST_F(Seh, A_read_of_address_8_is_an_access_violation_that_says_so) {
    Seen seen{};
    ASSERT_TRUE(catch_read(reinterpret_cast<int*>(8), seen));
    EXPECT_EQ(seen.record.ExceptionCode, static_cast<DWORD>(EXCEPTION_ACCESS_VIOLATION));
    EXPECT_EQ(seen.record.ExceptionFlags, 0u);
    EXPECT_EQ(seen.record.NumberParameters, 2u);
    EXPECT_EQ(seen.record.ExceptionInformation[0], 0u);
    EXPECT_EQ(seen.record.ExceptionInformation[1], 8u);
    EXPECT_EQ(reinterpret_cast<DWORD64>(seen.record.ExceptionAddress), seen.context.Rip);
}

static DWORD code_of_write(volatile int* address, ULONG_PTR* kind) {
    Seen seen{};
    __try {
        write_to(address);
    } __except (keep(seen, GetExceptionInformation())) {
        *kind = seen.record.ExceptionInformation[0];
        return GetExceptionCode();
    }
    return 0;
}

TEST_F(Seh, A_write_is_told_from_a_read) {
    ULONG_PTR kind = 77;
    EXPECT_EQ(code_of_write(nullptr, &kind), static_cast<DWORD>(EXCEPTION_ACCESS_VIOLATION));
    EXPECT_EQ(kind, 1u);
}

static DWORD code_of_division(int divisor) {
    volatile int six = 6;
    volatile int by = divisor;
    __try {
        divide(&six, &by);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return 0;
}

TEST_F(Seh, Division_by_zero_has_its_own_code) {
    EXPECT_EQ(code_of_division(2), 0u);
    EXPECT_EQ(code_of_division(0), static_cast<DWORD>(EXCEPTION_INT_DIVIDE_BY_ZERO));
}

void (*volatile g_null)() = nullptr; // the compiler must not know
__attribute__((noinline)) static void call_it() { g_null(); }
static int call_null() {
    __try {
        call_it();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return 1;
    }
    return 0;
}

TEST_F(Seh, A_call_of_null_is_unwound_as_a_leaf) { EXPECT_EQ(call_null(), 1); }

static void finally_then_except() {
    __try {
        __try {
            note('t');
            raise_code(0xE0000001);
            note('!');
        } __finally {
            note(AbnormalTermination() ? 'f' : 'n');
        }
    } __except (note('x'), EXCEPTION_EXECUTE_HANDLER) {
        note('h');
    }
    note('e');
}

TEST_F(Seh, The_filter_runs_before_the_finally_block_and_the_handler_after_it) {
    finally_then_except();
    EXPECT_EQ(g_events, "txfhe");
}

static void finally_without_exception() {
    __try {
        note('t');
    } __finally {
        note(AbnormalTermination() ? 'f' : 'n');
    }
}

TEST_F(Seh, A_finally_block_also_runs_when_nothing_happens) {
    finally_without_exception();
    EXPECT_EQ(g_events, "tn");
}

__attribute__((noinline)) static void inner_finally(int depth) {
    __try {
        if (depth == 0) raise_code(0xE0000002);
        else inner_finally(depth - 1);
    } __finally {
        note(static_cast<char>('0' + depth));
    }
}
static void outer_except(int depth) {
    __try {
        inner_finally(depth);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        note('h');
    }
}

TEST_F(Seh, Frames_are_left_from_the_inside_out) {
    outer_except(4);
    EXPECT_EQ(g_events, "01234h");
}

static int filter_by_code(DWORD code, DWORD wanted) {
    note('?');
    return code == wanted ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH;
}
static void two_filters(DWORD raised) {
    __try {
        __try {
            raise_code(raised);
        } __except (filter_by_code(GetExceptionCode(), 0xE0000010)) {
            note('i');
        }
    } __except (filter_by_code(GetExceptionCode(), 0xE0000011)) {
        note('o');
    }
}

TEST_F(Seh, The_search_goes_outwards_until_a_filter_accepts) {
    two_filters(0xE0000010);
    EXPECT_EQ(g_events, "?i");
    g_events.clear();
    two_filters(0xE0000011);
    EXPECT_EQ(g_events, "??o");
}

static int continue_here() {
    note('c');
    return EXCEPTION_CONTINUE_EXECUTION;
}
static void raise_and_continue() {
    __try {
        raise_code(0xE0000003);
        note('a');
    } __except (continue_here()) {
        note('!');
    }
}

TEST_F(Seh, A_filter_can_continue_behind_RaiseException) {
    raise_and_continue();
    EXPECT_EQ(g_events, "ca");
}

static DWORD continue_noncontinuable() {
    __try {
        __try {
            raise_code(0xE0000004, EXCEPTION_NONCONTINUABLE);
        } __except (GetExceptionCode() == 0xE0000004 ? continue_here() : EXCEPTION_CONTINUE_SEARCH) {
            note('!');
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return 0;
}

TEST_F(Seh, To_continue_a_noncontinuable_exception_raises_another) {
    EXPECT_EQ(continue_noncontinuable(), static_cast<DWORD>(EXCEPTION_NONCONTINUABLE_EXCEPTION));
    EXPECT_EQ(g_events, "c");
}

static int mend(EXCEPTION_POINTERS* pointers, volatile int* good) {
    pointers->ContextRecord->Rcx = reinterpret_cast<DWORD64>(good);
    return EXCEPTION_CONTINUE_EXECUTION;
}
__attribute__((noinline)) static int read_through_rcx(volatile int* address) {
    int value;
    asm volatile("movl (%%rcx), %0" : "=a"(value) : "c"(address) : "memory");
    return value;
}
static int read_mended(volatile int* bad, volatile int* good) {
    int value = 0;
    __try {
        value = read_through_rcx(bad);
    } __except (mend(GetExceptionInformation(), good)) {
        return -1;
    }
    return value;
}

TEST_F(Seh, A_filter_can_mend_a_register_and_the_instruction_runs_again) {
    int good = 42;
    EXPECT_EQ(read_mended(nullptr, &good), 42);
}

// An exception in a filter: nested. Its own search finds the inner handler first.
static int faulting_filter() {
    __try {
        read_from(nullptr);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        note('n');
    }
    return EXCEPTION_EXECUTE_HANDLER;
}
static void exception_in_filter() {
    __try {
        raise_code(0xE0000005);
    } __except (faulting_filter()) {
        note('h');
    }
}

TEST_F(Seh, A_filter_may_have_an_exception_of_its_own) {
    exception_in_filter();
    EXPECT_EQ(g_events, "nh");
}

// An exception that leaves a __finally block during an unwind: the two unwinds collide.
__attribute__((noinline)) static void raise_in_finally() {
    __try {
        raise_code(0xE0000006);
    } __finally {
        note('1');
        raise_code(0xE0000007);
        note('!');
    }
}
static DWORD collide() {
    __try {
        __try {
            __try {
                raise_in_finally();
            } __finally {
                note('2');
            }
        } __except (GetExceptionCode() == 0xE0000006 ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH) {
            note('!');
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        note('h');
        return GetExceptionCode();
    }
    return 0;
}

TEST_F(Seh, An_exception_in_a_finally_block_replaces_the_one_that_was_being_handled) {
    EXPECT_EQ(collide(), 0xE0000007u);
    EXPECT_EQ(g_events, "12h");
}

static DWORD collide_in_one_function() {
    __try {
        __try {
            __try {
                raise_code(0xE0000008);
            } __finally {
                note('1');
                raise_code(0xE0000009);
            }
        } __finally {
            note('2');
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        note('h');
        return GetExceptionCode();
    }
    return 0;
}

TEST_F(Seh, After_a_collision_the_finally_blocks_behind_the_raising_one_still_run_once) {
    EXPECT_EQ(collide_in_one_function(), 0xE0000009u);
    EXPECT_EQ(g_events, "12h");
}

static void handler_raises_again() {
    __try {
        __try {
            raise_code(0xE000000A);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            note('1');
            raise_code(0xE000000B);
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        note(GetExceptionCode() == 0xE000000B ? '2' : '!');
    }
}

TEST_F(Seh, An_except_block_is_outside_its_own_try) {
    handler_raises_again();
    EXPECT_EQ(g_events, "12");
}

static void catch_raise(Seen& seen, DWORD code, DWORD count, const ULONG_PTR* parameters) {
    __try {
        RaiseException(code, 0, count, parameters);
    } __except (keep(seen, GetExceptionInformation())) {
    }
}
static Seen seen_of_raise(DWORD code, DWORD count, const ULONG_PTR* parameters) {
    Seen seen{};
    catch_raise(seen, code, count, parameters);
    return seen;
}

TEST_F(Seh, At_most_fifteen_parameters_arrive) {
    ULONG_PTR parameters[20];
    for (unsigned i = 0; i < 20; ++i) parameters[i] = 100 + i;
    const Seen seen = seen_of_raise(0xE000000C, 20, parameters);
    EXPECT_EQ(seen.record.NumberParameters, 15u);
    EXPECT_EQ(seen.record.ExceptionInformation[14], 114u);
}

TEST_F(Seh, RaiseException_takes_any_code) {
    EXPECT_EQ(seen_of_raise(0, 0, nullptr).record.ExceptionCode, 0u);
    EXPECT_EQ(seen_of_raise(0x12345678, 0, nullptr).record.ExceptionCode, 0x12345678u);
}
