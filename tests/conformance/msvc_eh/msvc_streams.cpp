// SPDX-License-Identifier: MIT
// msvc_streams.cpp: exceptions through Microsoft's own C++ library, whose functions have tables of format 4.
//
// msvcp140.dll must lie beside it (tests/programs/msvc_dynamic_test.py puts it there). An output stream is made of the
// library's classes over a buffer whose overflow() throws: put() catches that, sets badbit, and throws it on if the
// stream's mask says so. All of that is in the library's frames; the throw and the last catch are here (format 3).
// Source: the C++ standard, [ostream.formatted.reqmts], [iostate.flags]. The exit code is the number of wrong cases.
extern "C" {
void* __stdcall LoadLibraryA(const char* name);
void* __stdcall GetProcAddress(void* module, const char* name);
void* __acrt_iob_func(unsigned index);
int __stdio_common_vfprintf(unsigned long long options, void* stream, const char* format, void* locale, __builtin_va_list);
void exit(int code);
int _fltused = 1;
extern const void* const type_info_vftable[] asm("??_7type_info@@6B@");
const void* const type_info_vftable[] = {nullptr};
}

static void print(const char* format, ...) {
    __builtin_va_list arguments;
    __builtin_va_start(arguments, format);
    __stdio_common_vfprintf(0, __acrt_iob_func(1), format, nullptr, arguments);
    __builtin_va_end(arguments);
}

static int g_destroyed;
struct Thrown {
    int number;
    explicit Thrown(int number) : number(number) {}
    Thrown(const Thrown& other) : number(other.number) {}
    ~Thrown() { g_destroyed = g_destroyed + 1; }
};

static int overflow(void*, int c) {
    if (c == 't') throw Thrown(7);
    if (c == 'f') return -1;
    return c;
}

enum : int { good = 0, fail = 2, bad = 4 };
static void* g_library;
static void* library(const char* name) {
    void* const address = GetProcAddress(g_library, name);
    if (address == nullptr) print("%s is not exported\n", name);
    return address;
}
#define LIBRARY(type, name) reinterpret_cast<type>(library(name))

// The library's objects, larger than they are.
alignas(16) static char g_buffer[256];
alignas(16) static char g_stream[512];
static void* g_functions[16];

using Put = void* (*)(void* stream, char c);
static Put g_put;
/// ios_base is the virtual base: its place is in the stream's vbtable.
static char* ios() { return g_stream + (*reinterpret_cast<int**>(g_stream))[1]; }
static int state() { return LIBRARY(int (*)(void*), "?rdstate@ios_base@std@@QEBAHXZ")(ios()); }

static int put(char c, int mask) {
    LIBRARY(void (*)(void*, int, bool), "?clear@ios_base@std@@QEAAXH_N@Z")(ios(), good, false);
    LIBRARY(void (*)(void*, int), "?exceptions@ios_base@std@@QEAAXH@Z")(ios(), mask);
    try {
        g_put(g_stream, c);
    } catch (const Thrown& thrown) {
        return thrown.number;
    } catch (...) {
        return 99;
    }
    return 0;
}

static int g_wrong;
static void expect(const char* what, int got, int wanted) {
    if (got == wanted) return;
    ++g_wrong;
    print("%s: %d instead of %d\n", what, got, wanted);
}

static void run() {
    g_library = LoadLibraryA("msvcp140.dll");
    if (g_library == nullptr) {
        print("there is no msvcp140.dll\n");
        exit(100);
    }
    LIBRARY(void (*)(void*), "??0?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAA@XZ")(g_buffer);
    constexpr int overflow_slot = 3; // destructor, _Lock, _Unlock, overflow, ...
    void*** const table = reinterpret_cast<void***>(g_buffer);
    for (int i = 0; i < 15; ++i) g_functions[i] = (*table)[i];
    g_functions[overflow_slot] = reinterpret_cast<void*>(&overflow);
    *table = g_functions;
    LIBRARY(void (*)(void*, void*, bool, int), "??0?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAA@PEAV?$basic_streambuf@DU?$char_traits@D@std@@@1@_N@Z")
    (g_stream, g_buffer, false, 1);
    g_put = LIBRARY(Put, "?put@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@D@Z");

    expect("a character goes through", put('x', good), 0);
    expect("and leaves no mark", state(), good);
    expect("an exception of the buffer is swallowed", put('t', good), 0);
    expect("and sets badbit", state(), bad);
    expect("its object is destroyed", g_destroyed, 1);
    expect("it is thrown on where the mask says so", put('t', bad), 7);
    expect("and destroyed once", g_destroyed, 2);
    expect("a failure throws ios_base::failure", put('f', bad), 99);
    expect("which is badbit too", state(), bad);
    for (int i = 0; i < 1000; ++i) expect("again and again", put('t', bad), 7);
    expect("nothing is left over", g_destroyed, 1002);
    print("%d wrong\n", g_wrong);
    exit(g_wrong);
}
extern "C" void start() { run(); }
