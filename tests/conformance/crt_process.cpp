// SPDX-License-Identifier: MIT
// crt_process.cpp: arguments, environment, signals, jumps, threads, the heap.
// Source: "Parsing C command-line arguments", "_putenv", "signal", "setjmp", "_beginthreadex", "malloc".
#include "crt_test.h"

#include <locale.h>
#include <malloc.h>
#include <process.h>
#include <setjmp.h>
#include <signal.h>
#include <vector>

namespace {

/// Splits a command line as startup code does. The first argument is the program's name.
std::vector<std::string> split(const char* line) {
    char** acmdln = msvcrt<char**()>("__p__acmdln")();
    char* before = *acmdln;
    *acmdln = const_cast<char*>(line);
    int argc = 0, info = 0;
    char **argv = nullptr, **environment = nullptr;
    msvcrt<int(int*, char***, char***, int, int*)>("__getmainargs")(&argc, &argv, &environment, 0, &info);
    *acmdln = before;
    return std::vector<std::string>(argv, argv + argc);
}

using Words = std::vector<std::string>;

TEST(CrtProcess, Arguments_are_split_as_documented) {
    EXPECT_EQ(split("prog \"abc\" d e"), (Words{"prog", "abc", "d", "e"}));
    EXPECT_EQ(split("prog a\\\\b d\"e f\"g h"), (Words{"prog", "a\\\\b", "de fg", "h"}));
    EXPECT_EQ(split("prog a\\\\\\\"b c d"), (Words{"prog", "a\\\"b", "c", "d"}));
    EXPECT_EQ(split("prog a\\\\\\\\\"b c\" d e"), (Words{"prog", "a\\\\b c", "d", "e"}));
    EXPECT_EQ(split("prog a\"b\"\" c d"), (Words{"prog", "ab\" c d"}));
    EXPECT_EQ(split("prog \"\" x"), (Words{"prog", "", "x"}));
    EXPECT_EQ(split("prog  \t a \t"), (Words{"prog", "a"}));
    EXPECT_EQ(split("\"C:\\My Dir\\prog.exe\" \\\\server\\"), (Words{"C:\\My Dir\\prog.exe", "\\\\server\\"}));
    EXPECT_EQ(split("prog \"a\\\\\" b"), (Words{"prog", "a\\", "b"}));
    EXPECT_EQ(split("prog"), (Words{"prog"}));
    EXPECT_EQ(split("prog *.nothing ?"), (Words{"prog", "*.nothing", "?"}));
}

TEST(CrtProcess, The_environment_is_shared_with_the_system) {
    EXPECT_EQ(_putenv("Crt_Test=one"), 0);
    EXPECT_STREQ(getenv("CRT_TEST"), "one");
    EXPECT_STREQ(_wgetenv(L"crt_test"), L"one");
    char value[8];
    EXPECT_EQ(GetEnvironmentVariableA("CRT_TEST", value, sizeof value), 3u);
    EXPECT_EQ(_wputenv(L"CRT_TEST=two"), 0);
    EXPECT_STREQ(getenv("Crt_Test"), "two");
    EXPECT_EQ(_putenv("CRT_TEST="), 0);
    EXPECT_EQ(getenv("CRT_TEST"), nullptr);
    EXPECT_EQ(GetEnvironmentVariableA("CRT_TEST", value, sizeof value), 0u);
    EXPECT_EQ(_putenv("nonsense"), -1);
}

volatile int caught;
void catch_signal(int number) { caught = number; }

TEST(CrtProcess, A_signal_handler_serves_once) {
    EXPECT_EQ(signal(SIGTERM, catch_signal), SIG_DFL);
    caught = 0;
    EXPECT_EQ(raise(SIGTERM), 0);
    EXPECT_EQ(caught, SIGTERM);
    EXPECT_EQ(signal(SIGTERM, SIG_IGN), SIG_DFL);
    EXPECT_EQ(raise(SIGTERM), 0);
    EXPECT_EQ(signal(SIGTERM, SIG_DFL), SIG_IGN);
    EXPECT_ERRNO(EINVAL, SIG_ERR, signal(99, catch_signal));
    EXPECT_EQ(signal(SIGSEGV, catch_signal), SIG_DFL);
    EXPECT_EQ(raise(SIGSEGV), 0);
    EXPECT_EQ(caught, SIGSEGV);
    EXPECT_EQ(signal(SIGSEGV, SIG_DFL), SIG_DFL);
}

jmp_buf place;
[[gnu::noinline]] void jump(int value) { longjmp(place, value); }

TEST(CrtProcess, A_long_jump_comes_back_with_its_value) {
    volatile int before = 7;
    int value = setjmp(place);
    if (value == 0) {
        before = 8;
        jump(5);
    }
    EXPECT_EQ(value, 5);
    EXPECT_EQ(before, 8);
    volatile int again = 0;
    if (setjmp(place) == 0)
        jump(0);
    else
        again = again + 1;
    EXPECT_EQ(again, 1);
}

unsigned __stdcall answer(void* argument) {
    errno = 77;
    _endthreadex(*static_cast<unsigned*>(argument) + 1);
    return 0;
}

TEST(CrtProcess, A_thread_has_its_own_errno_and_an_exit_code) {
    unsigned argument = 41, id = 0;
    errno = 5;
    auto thread = reinterpret_cast<HANDLE>(_beginthreadex(nullptr, 0, answer, &argument, 0, &id));
    ASSERT_NE(thread, nullptr);
    EXPECT_NE(id, 0u);
    EXPECT_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    DWORD code = 0;
    GetExitCodeThread(thread, &code);
    EXPECT_EQ(code, 42u);
    EXPECT_EQ(errno, 5);
    CloseHandle(thread);
}

TEST(CrtProcess, errno_leaves_the_last_error_alone) {
    SetLastError(1234);
    errno = 1;
    EXPECT_EQ(GetLastError(), 1234u);
}

TEST(CrtProcess, The_heap) {
    void* block = malloc(100);
    EXPECT_EQ(_msize(block), 100u);
    block = realloc(block, 5000);
    EXPECT_EQ(_msize(block), 5000u);
    free(block);
    EXPECT_NE(block = malloc(0), nullptr);
    free(block);
    auto* zeroed = static_cast<char*>(calloc(100, 10));
    for (int i = 0; i < 1000; ++i)
        ASSERT_EQ(zeroed[i], 0);
    EXPECT_EQ(realloc(zeroed, 0), nullptr);
    volatile size_t huge = SIZE_MAX - 10;
    EXPECT_ERRNO(ENOMEM, nullptr, malloc(huge));
    EXPECT_ERRNO(ENOMEM, nullptr, calloc(huge, 2));
    for (size_t alignment : {16, 64, 4096}) {
        void* aligned = _aligned_malloc(100, alignment);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(aligned) % alignment, 0u);
        memset(aligned, 1, 100);
        aligned = _aligned_realloc(aligned, 3000, alignment);
        EXPECT_EQ(static_cast<char*>(aligned)[99], 1);
        _aligned_free(aligned);
    }
    EXPECT_EQ(_heapchk(), -2);
}

TEST(CrtProcess, Locales) {
    EXPECT_STREQ(setlocale(LC_ALL, nullptr), "C");
    EXPECT_EQ(setlocale(LC_ALL, "no such locale"), nullptr);
    EXPECT_EQ(___mb_cur_max_func(), 1);
    wchar_t c = 0;
    EXPECT_EQ(mbtowc(&c, "\xE4", 1), 1);
    EXPECT_EQ(c, 0xE4);
    char bytes[8];
    EXPECT_ERRNO(EILSEQ, -1, wctomb(bytes, 0x20AC));
    ASSERT_NE(setlocale(LC_CTYPE, ".1252"), nullptr);
    EXPECT_EQ(wctomb(bytes, 0x20AC), 1);
    EXPECT_EQ(bytes[0], '\x80');
    EXPECT_NE(isalpha(0xE4), 0);
    EXPECT_EQ(toupper(0xE4), 0xC4);
    EXPECT_STREQ(setlocale(LC_ALL, "C"), "C");
    EXPECT_EQ(isalpha(0xE4), 0);
    EXPECT_STREQ(localeconv()->decimal_point, ".");
}

TEST(CrtProcess, Error_texts_are_Microsofts) {
    EXPECT_STREQ(strerror(ENOENT), "No such file or directory");
    EXPECT_STREQ(strerror(EINVAL), "Invalid argument");
    EXPECT_STREQ(strerror(0), "No error");
    EXPECT_STREQ(strerror(9999), "Unknown error");
}

TEST(CrtProcess, Paths_are_taken_apart_and_put_together) {
    char drive[3], folder[256], name[256], extension[256], path[MAX_PATH];
    _splitpath("c:\\dir.x\\sub\\file.tar.gz", drive, folder, name, extension);
    EXPECT_STREQ(drive, "c:");
    EXPECT_STREQ(folder, "\\dir.x\\sub\\");
    EXPECT_STREQ(name, "file.tar");
    EXPECT_STREQ(extension, ".gz");
    _makepath(path, "d", "\\a", "b", "c");
    EXPECT_STREQ(path, "d:\\a\\b.c");
    EXPECT_STREQ(_fullpath(path, "C:\\a\\..\\b", MAX_PATH), "C:\\b");
}

int functions_run;
int count_run() { return ++functions_run; }

TEST(CrtProcess, A_DLLs_exit_table_grows) {
    using Function = int (*)();
    auto* registration = msvcrt<Function(Function, Function**, Function**)>("__dllonexit");
    auto* begin = static_cast<Function*>(malloc(sizeof(Function)));
    Function* end = begin;
    for (int i = 0; i < 40; ++i)
        ASSERT_EQ(registration(count_run, &begin, &end), count_run);
    EXPECT_EQ(end - begin, 40);
    while (end != begin)
        (*--end)();
    EXPECT_EQ(functions_run, 40);
    free(begin);
}

} // namespace
