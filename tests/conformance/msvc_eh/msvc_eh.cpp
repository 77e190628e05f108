// SPDX-License-Identifier: MIT
// msvc_eh.cpp: C++ exceptions as Microsoft's compiler makes them (__CxxFrameHandler3), without any header.
//
// Compiled with clang's --target=x86_64-pc-windows-msvc (and i686) and linked against msvcrt only (build.cmake). Each case writes
// what happened as letters; main compares and prints a line for each case that went wrong.
// What must happen is the C++ standard's business ([except]); the tables are the compiler's.
// One file, because it is built without headers for each runtime and CPU, and the cases share the few declarations at its top.
#if defined(VCRUNTIME)
// <stdio.h> of the new kind makes printf of these.
extern "C" void* __acrt_iob_func(unsigned index);
extern "C" int __stdio_common_vfprintf(unsigned long long options, void* stream, const char* format, void* locale, __builtin_va_list);
static int printf(const char* format, ...) {
    __builtin_va_list arguments;
    __builtin_va_start(arguments, format);
    const int count = __stdio_common_vfprintf(0, __acrt_iob_func(1), format, nullptr, arguments);
    __builtin_va_end(arguments);
    return count;
}
#else
extern "C" int printf(const char* format, ...);
#endif
extern "C" int strcmp(const char* a, const char* b);

// What Microsoft's linker would take from the static part of its runtime.
extern "C" {
int _fltused = 1;
#if !defined(VCRUNTIME)
void __std_terminate() { __builtin_trap(); }
#endif
extern const void* const type_info_vftable[] asm("??_7type_info@@6B@");
const void* const type_info_vftable[] = {nullptr}; // the descriptors point at it; nobody calls it
}
void operator delete(void*, decltype(sizeof 0)) {}
void operator delete(void*) {}

static volatile char g_events[256];
static volatile int g_length; // volatile: clang does not expect a catch block's end to run a destructor
static volatile int g_alive;

static void note(char event) {
    if (g_length < 255) {
        g_events[g_length] = event;
        g_length = g_length + 1;
    }
    g_events[g_length] = 0;
}

#define NOINLINE __attribute__((noinline))

struct Object {
    char name;
    explicit Object(char name) : name(name) { note(name); g_alive = g_alive + 1; }
    Object(const Object& other) : name(other.name) { note('='); g_alive = g_alive + 1; }
    ~Object() { note(static_cast<char>(name - 'a' + 'A')); g_alive = g_alive - 1; }
};
struct Base {
    int base = 11;
    virtual int number() const { return 1; }
    virtual ~Base() {}
};
struct Other {
    int other = 22;
    virtual ~Other() {}
};
struct Derived : Other, Base {
    int derived = 33;
    int number() const override { return 2; }
};
struct VirtualBase {
    int value = 44;
    virtual ~VirtualBase() {}
};
struct Left : virtual VirtualBase { int left = 1; };
struct Right : virtual VirtualBase { int right = 2; };
struct Diamond : Left, Right { int diamond = 3; };
struct Counted {
    int id;
    explicit Counted(int id) : id(id) { g_alive = g_alive + 1; note('+'); }
    Counted(const Counted& other) : id(other.id) { g_alive = g_alive + 1; note('='); }
    ~Counted() { g_alive = g_alive - 1; note('-'); }
};

NOINLINE static void throw_int(int value) { throw value; }
NOINLINE static void throw_object() { throw Counted(7); }
NOINLINE static void maybe_throw(int what) {
    if (what == 1) throw 1;
    if (what == 2) throw 2.0;
    if (what == 3) throw "text";
    if (what == 4) throw Derived();
    if (what == 5) throw Diamond();
}

// ---- the cases

static void by_value() {
    try {
        throw_int(5);
    } catch (int value) {
        note(static_cast<char>('0' + value));
    }
}

static void chosen_by_type() {
    for (int i = 0; i < 6; ++i) {
        try {
            maybe_throw(i);
            note('n');
        } catch (int) {
            note('i');
        } catch (double) {
            note('d');
        } catch (const char* text) {
            note(text[0]);
        } catch (const Base& base) {
            note(static_cast<char>('0' + base.number()));
        } catch (...) {
            note('.');
        }
    }
}

static void const_is_kept() {
    try {
        maybe_throw(3);
    } catch (char*) {
        note('!');
    } catch (const void*) {
        note('v');
    }
}

static void base_at_an_offset() {
    try {
        maybe_throw(4);
    } catch (Base& base) {
        note(base.base == 11 ? 'b' : '!');
    }
    try {
        maybe_throw(4);
    } catch (Base copy) { // sliced
        note(copy.base == 11 && copy.number() == 1 ? 'c' : '!');
    }
    Derived derived;
    try {
        throw &derived;
    } catch (Base* base) {
        note(base->base == 11 && base == static_cast<Base*>(&derived) ? 'p' : '!');
    }
    try {
        throw static_cast<Derived*>(nullptr);
    } catch (Base* base) {
        note(base == nullptr ? '0' : '!');
    }
}

static void virtual_base() {
    try {
        maybe_throw(5);
    } catch (VirtualBase& base) {
        note(base.value == 44 ? 'v' : '!');
    }
    try {
        maybe_throw(5);
    } catch (Right copy) { // a copy constructor that must build the virtual base
        note(copy.value == 44 && copy.right == 2 ? 'r' : '!');
    }
}

NOINLINE static void three_objects() {
    Object a('a');
    Object b('b');
    {
        Object c('c');
        throw_int(1);
    }
}
static void destructors() {
    try {
        Object t('t');
        three_objects();
    } catch (int) {
        note('!');
    }
}

NOINLINE static void passes_through(int depth) {
    Object object(static_cast<char>('a' + depth));
    if (depth > 0) passes_through(depth - 1);
    else throw_int(3);
}
static void many_frames() {
    try {
        passes_through(4);
    } catch (...) {
        note('.');
    }
}

static void object_lives_until_the_catch_ends() {
    try {
        throw_object();
    } catch (Counted& counted) {
        note(counted.id == 7 && g_alive == 1 ? 'r' : '!');
    }
    note(g_alive == 0 ? 'e' : '!');
    try {
        throw_object();
    } catch (Counted counted) {
        note(counted.id == 7 && g_alive == 2 ? 'v' : '!');
    }
    note(g_alive == 0 ? 'e' : '!');
}

NOINLINE static void rethrows() {
    try {
        throw_object();
    } catch (Counted& counted) {
        counted.id = 8;
        note('1');
        throw;
    }
}
static void rethrow() {
    try {
        rethrows();
    } catch (Counted& counted) {
        note(counted.id == 8 && g_alive == 1 ? '2' : '!');
    }
    note(g_alive == 0 ? 'e' : '!');
}

static void rethrow_in_one_function() {
    try {
        try {
            throw_object();
        } catch (Counted&) {
            note('1');
            throw;
        }
    } catch (const Counted& counted) {
        note(counted.id == 7 && g_alive == 1 ? '2' : '!');
    }
    note(g_alive == 0 ? 'e' : '!');
}

static void rethrow_caught_inside() {
    try {
        throw_object();
    } catch (Counted& outer) {
        try {
            throw;
        } catch (Counted& inner) {
            note(&outer == &inner ? 's' : '!');
        }
        note(g_alive == 1 ? 'l' : '!'); // the outer one still has it
    }
    note(g_alive == 0 ? 'e' : '!');
}

NOINLINE static void rethrow_from_a_function() { throw; }
static void rethrow_from_below() {
    try {
        try {
            throw_int(6);
        } catch (...) {
            rethrow_from_a_function();
        }
    } catch (int value) {
        note(static_cast<char>('0' + value));
    }
}

static void another_from_a_catch() {
    try {
        try {
            Object a('a');
            throw_object();
        } catch (Counted&) {
            Object b('b');
            throw_int(4);
            note('!');
        }
    } catch (int value) {
        note(static_cast<char>('0' + value));
    }
    note(g_alive == 0 ? 'e' : '!');
}

static void nested_in_a_catch() {
    Object a('a');
    try {
        throw_int(1);
    } catch (int) {
        Object b('b');
        try {
            Object c('c');
            throw_object();
        } catch (const Counted& counted) {
            note(counted.id == 7 ? '2' : '!');
        }
        note('k');
    }
    note('o');
}

static void try_again_in_a_loop() {
    for (int i = 0; i < 3; ++i) {
        try {
            Object a('a');
            throw_int(i);
        } catch (int value) {
            note(static_cast<char>('0' + value));
            if (value == 1) continue;
        }
        note('.');
    }
}

NOINLINE static int leaves_by_return(int value) {
    try {
        Object a('a');
        throw_int(value);
    } catch (int got) {
        Object b('b');
        if (got == 1) return 10;
    }
    return 20;
}
static void return_from_a_catch() {
    note(leaves_by_return(1) == 10 ? '1' : '!');
    note(leaves_by_return(2) == 20 ? '2' : '!');
}

NOINLINE static void recursion(int depth) {
    try {
        if (depth == 0) throw_int(0);
        recursion(depth - 1);
    } catch (int value) {
        note(static_cast<char>('0' + value));
        if (value < 3) throw value + 1;
    }
}
static void a_new_throw_at_each_level() { recursion(5); }

static void locals_survive() {
    volatile int before = 1;
    double d = 2.5;
    try {
        before = 2;
        d *= 2;
        throw_int(9);
    } catch (int value) {
        before = before + value;
        d += 1;
    }
    note(before == 11 && d == 6.0 ? 'k' : '!');
}

struct InDestructor {
    ~InDestructor() {
        try {
            throw_int(2);
        } catch (int) {
            note('d');
        }
    }
};
static void exception_inside_a_destructor_during_an_unwind() {
    try {
        InDestructor object;
        throw_int(1);
    } catch (int value) {
        note(static_cast<char>('0' + value));
    }
}

struct MemberThrows {
    Object a{'a'};
    Object b{'b'};
    MemberThrows() { throw_int(1); }
};
static void constructor_throws() {
    try {
        MemberThrows object;
    } catch (int) {
        note('c');
    }
}

static void array_of_objects() {
    try {
        Object list[3] = {Object('a'), Object('b'), Object('c')};
        (void)list;
        throw_int(1);
    } catch (...) {
        note('.');
    }
}

NOINLINE static void fill(volatile char* bytes, int count) {
    for (int i = 0; i < count; ++i) bytes[i] = static_cast<char>(i);
}
NOINLINE static int with_alloca(int bytes) {
    volatile char* buffer = static_cast<volatile char*>(__builtin_alloca(bytes));
    fill(buffer, bytes);
    int result = 0;
    try {
        Object a('a');
        throw_int(bytes);
    } catch (int value) {
        result = value + buffer[3];
    }
    return result + buffer[5];
}
static void frame_of_changing_size() { // RBP finds the frame
    note(with_alloca(100) == 108 ? 'k' : '!');
}

struct Large {
    char bytes[5000];
};
static void large_object_by_value() {
    static Large source;
    for (int i = 0; i < 5000; ++i) source.bytes[i] = static_cast<char>(i * 3);
    try {
        throw source;
    } catch (Large copy) {
        bool same = true;
        for (int i = 0; i < 5000; ++i) same = same && copy.bytes[i] == source.bytes[i];
        note(same ? 'k' : '!');
    }
}

NOINLINE static void outer_of_two(int how) {
    try {
        try {
            throw_int(1);
        } catch (int) {
            for (int i = 0; i < 3; ++i) {
                try {
                    throw_object();
                } catch (Counted& counted) {
                    note(counted.id == 7 ? 'i' : '!');
                    if (i == how) throw 2.5;
                }
            }
            throw; // the int
        }
    } catch (double) {
        note('d');
    } catch (int value) {
        note(value == 1 ? 'n' : '!');
    }
}
static void catch_blocks_in_a_loop_in_a_catch_block() {
    outer_of_two(1);
    note('|');
    outer_of_two(9);
}

NOINLINE static void deep_in_catch(int depth) {
    try {
        throw_int(depth);
    } catch (int value) {
        Object object(static_cast<char>('a' + value));
        if (depth > 0) deep_in_catch(depth - 1);
        else throw_object();
    }
}
static void catch_blocks_below_catch_blocks() {
    try {
        deep_in_catch(3);
    } catch (Counted&) {
        note('.');
    }
    note(g_alive == 0 ? 'e' : '!');
}

static void goto_out_of_a_catch() {
    int round = 0;
again:
    try {
        Object a('a');
        throw_int(round);
    } catch (int) {
        if (++round < 3) goto again;
    }
    note(static_cast<char>('0' + round));
}

struct Function {
    void (*call)();
};
static void thrown_class_with_pointer() {
    try {
        Function f{[] { note('f'); }};
        throw f;
    } catch (Function f) {
        f.call();
    }
}

static void conversion_to_void_pointer() {
    static int target = 5;
    try {
        throw &target;
    } catch (void* pointer) {
        note(*static_cast<int*>(pointer) == 5 ? 'k' : '!');
    }
}

NOINLINE static void write_to(volatile int* address) { *address = 1; }
NOINLINE static void faults_inside() {
    Object a('a');
    try {
        write_to(nullptr);
    } catch (...) {
        note('!'); // compiled for C++ exceptions only ("/EH (Exception handling model)": s)
    }
}
NOINLINE static bool faults_and_recovers() {
    __try {
        faults_inside();
    } __except (1) {
        return true;
    }
    return false;
}
static void a_fault_passes_catch_blocks() {
    note(faults_and_recovers() ? 'x' : '!');
    g_alive = 0; // and destroys nothing
}

NOINLINE static bool throws_into_except() {
    __try {
        passes_through(1);
    } __except (1) {
        return true;
    }
    return false;
}
static void an_exception_ends_in_an_except_block() { // which also destroys what it leaves
    note(throws_into_except() ? 'x' : '!');
}

#if defined(VCRUNTIME)
// ---- what only the newer runtime has

extern "C" int __uncaught_exceptions();

struct Counts {
    ~Counts() { note(static_cast<char>('0' + __uncaught_exceptions())); }
};
struct CountsInside {
    ~CountsInside() {
        try {
            Counts inner;
            throw_int(1);
        } catch (int) {
            note(static_cast<char>('0' + __uncaught_exceptions()));
        }
    }
};
static void uncaught_exceptions_are_counted() {
    { Counts none; }
    try {
        CountsInside object;
        throw_int(2);
    } catch (int) {
        note(static_cast<char>('0' + __uncaught_exceptions()));
    }
}

namespace std {
class exception { // as <vcruntime_exception.h> lays it out
public:
    virtual ~exception() {}
    virtual const char* what() const { return m_text; }

private:
    const char* m_text = "";
    bool m_owned = false;
};
class bad_cast : public exception {};
}
static void a_reference_that_cannot_be_cast_throws_bad_cast() {
    Derived derived;
    try {
        note(dynamic_cast<Base&>(static_cast<Other&>(derived)).base == 11 ? 'c' : '!');
        Other other;
        note(dynamic_cast<Base*>(&other) == nullptr ? 'n' : '!');
        note(dynamic_cast<Base&>(other).base == 0 ? '!' : '?');
    } catch (const std::bad_cast& error) {
        note(error.what()[0]); // "Bad dynamic_cast!"
    }
}
#endif

struct Case {
    const char* name;
    void (*run)();
    const char* events;
};
static const Case g_cases[] = {
    {"by value", by_value, "5"},
    {"chosen by type", chosen_by_type, "nidt2."},
    {"const is kept", const_is_kept, "v"},
    {"base at an offset", base_at_an_offset, "bcp0"},
    {"virtual base", virtual_base, "vr"},
    {"destructors", destructors, "tabcCBAT!"},
    {"many frames", many_frames, "edcbaABCDE."},
    {"object lives until the catch ends", object_lives_until_the_catch_ends, "+r-e+=v--e"},
    {"rethrow", rethrow, "+12-e"},
    {"rethrow in one function", rethrow_in_one_function, "+12-e"},
    {"rethrow caught inside", rethrow_caught_inside, "+sl-e"},
    {"rethrow from below", rethrow_from_below, "6"},
    {"another from a catch", another_from_a_catch, "a+AbB-4e"},
    {"nested in a catch", nested_in_a_catch, "abc+C2-kBoA"},
    {"try again in a loop", try_again_in_a_loop, "aA0.aA1aA2."},
    {"return from a catch", return_from_a_catch, "aAbB1aAbB2"},
    {"a new throw at each level", a_new_throw_at_each_level, "0123"},
    {"locals survive", locals_survive, "k"},
    {"exception inside a destructor during an unwind", exception_inside_a_destructor_during_an_unwind, "d1"},
    {"constructor throws", constructor_throws, "abBAc"},
    {"array of objects", array_of_objects, "abcCBA."},
    {"frame of changing size", frame_of_changing_size, "aAk"},
    {"large object by value", large_object_by_value, "k"},
    {"catch blocks in a loop in a catch block", catch_blocks_in_a_loop_in_a_catch_block, "+i-+i-d|+i-+i-+i-n"},
    {"catch blocks below catch blocks", catch_blocks_below_catch_blocks, "dcba+ABCD.-e"},
    {"goto out of a catch", goto_out_of_a_catch, "aAaAaA3"},
    {"thrown class with a pointer", thrown_class_with_pointer, "f"},
    {"a fault passes catch blocks", a_fault_passes_catch_blocks, "ax"},
    {"an exception ends in an except block", an_exception_ends_in_an_except_block, "baABx"},
    {"conversion to void*", conversion_to_void_pointer, "k"},
#if defined(VCRUNTIME)
    {"uncaught exceptions are counted", uncaught_exceptions_are_counted, "0210"},
    {"a reference that cannot be cast throws bad_cast", a_reference_that_cannot_be_cast_throws_bad_cast, "cnB"},
#endif
};

static int run_all() {
    int failed = 0;
    for (const Case& one : g_cases) {
        g_length = 0;
        g_events[0] = 0;
        g_alive = 0;
        one.run();
        if (strcmp(const_cast<const char*>(g_events), one.events) == 0 && g_alive == 0) continue;
        ++failed;
        printf("%s: \"%s\" instead of \"%s\", %d objects left\n", one.name, const_cast<const char*>(g_events), one.events, g_alive);
    }
    printf("%d cases, %d wrong\n", static_cast<int>(sizeof g_cases / sizeof g_cases[0]), failed);
    return failed;
}

extern "C" void exit(int code);

/// The image's entry point: there is no start-up code.
extern "C" void start() { exit(run_all()); }
