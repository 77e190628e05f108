/* SPDX-License-Identifier: MIT
   msvc_seh.c: __try as Microsoft's compiler makes it, without any header: _except_handler3 on i386, __C_specific_handler on
   x64. (mingw-w64 has no __try on i386, so the other conformance programs cannot tell.)

   Each case writes what happened as letters. The order is that of "Structured Exception Handling (C/C++)", Microsoft
   documentation: all filters first, then the __finally blocks from the inside, then the handler. */
int printf(const char* format, ...);
void exit(int code);
__declspec(dllimport) void __stdcall RaiseException(unsigned long code, unsigned long flags, unsigned long count, const void* words);

#define NOINLINE __attribute__((noinline))

static char events[64];
static int length;
static int wrong;

static void note(char event) {
    events[length++] = event;
    events[length] = 0;
}

NOINLINE static void fault(volatile int* place) { *place = 1; }
static int* const nowhere = (int*)8;

NOINLINE static void with_finally(void) {
    __try {
        note('t');
        fault(nowhere);
        note('!');
    } __finally {
        note('f');
    }
    note('!');
}
NOINLINE static void a_handler_behind_a_finally(void) {
    __try {
        with_finally();
    } __except (note('x'), 1) {
        note('h');
    }
}

NOINLINE static void a_fault_in_a_finally(void) {
    __try {
        __try {
            fault(nowhere);
        } __finally {
            note('1');
            fault(nowhere);
        }
    } __except (note('e'), 1) {
        note('2');
    }
}

NOINLINE static void a_filter_that_continues(void) {
    volatile int went_on = 0;
    __try {
        RaiseException(0x1234, 0, 0, 0);
        went_on = 1;
    } __except (note('c'), -1) {
        note('!');
    }
    note(went_on ? 'k' : '!');
}

NOINLINE static void finally_with_a_try(void) {
    __try {
        fault(nowhere);
    } __finally {
        note('3');
        __try {
            fault(nowhere);
        } __except (note('i'), 1) {
            note('4');
        }
    }
}
NOINLINE static void a_fault_handled_inside_a_finally(void) {
    __try {
        finally_with_a_try();
    } __except (note('o'), 1) {
        note('5');
    }
}

NOINLINE static void two_finally_blocks(void) {
    __try {
        __try {
            fault(nowhere);
        } __finally {
            note('6');
            fault(nowhere);
        }
    } __finally {
        note('7');
    }
}
NOINLINE static void an_unwind_that_meets_another(void) {
    __try {
        two_finally_blocks();
    } __except (note('o'), 1) {
        note('8');
    }
}

NOINLINE static void a_finally_without_an_exception(void) {
    __try {
        note('a');
    } __finally {
        note('b');
    }
    note('c');
}

static const struct {
    const char* name;
    void (*run)(void);
    const char* expected;
} cases[] = {
    {"a handler behind a __finally", a_handler_behind_a_finally, "txfh"},
    {"a fault in a __finally", a_fault_in_a_finally, "e1e2"},
    {"a filter that continues", a_filter_that_continues, "ck"},
    {"a fault handled inside a __finally", a_fault_handled_inside_a_finally, "o3i45"},
#if defined(__i386__) // clang gives x64's inner __finally the outer one as its own: it runs for both
    {"an unwind that meets another", an_unwind_that_meets_another, "o6o78"},
#endif
    {"a __finally without an exception", a_finally_without_an_exception, "abc"},
};

void start(void) {
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        length = 0;
        cases[i].run();
        const char* const expected = cases[i].expected;
        int same = 0;
        while (expected[same] != 0 && expected[same] == events[same]) ++same;
        if (expected[same] == events[same]) continue;
        ++wrong;
        printf("%s: \"%s\" instead of \"%s\"\n", cases[i].name, events, expected);
    }
    printf("%u cases, %d wrong\n", (unsigned)(sizeof cases / sizeof cases[0]), wrong);
    exit(wrong);
}
