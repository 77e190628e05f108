// SPDX-License-Identifier: MIT
// probe.h: how a probe program says what it saw.
#pragma once

#include <windows.h>

#include <cstdio>
#include <cstring>
#include <string>

inline void say_value(ULONG_PTR value) { std::printf(" %llx", static_cast<unsigned long long>(value)); }

/// `name = value value ...`
template<class... Values>
void say(const char* name, Values... values) {
    std::printf("%s =", name);
    (say_value(static_cast<ULONG_PTR>(values)), ...);
    std::printf("\n");
}

inline void say_name(const char* what, const char* name, bool yes) {
    std::printf("%s %s = %d\n", what, name, yes);
}

inline constexpr DWORD untouched = 0xDEADBEEF;

/// A call's argument or answer, whether it succeeded, and the last error; then the error is `untouched` again.
inline void say_result(const char* name, ULONG_PTR value, BOOL success) {
    say(name, value, success != FALSE, GetLastError());
    SetLastError(untouched);
}

/// Something that may end the process.
struct Case {
    const char* name;
    ULONG_PTR (*run)();
};

/// In the child: the answer's and the last error's low bits become the exit code, if it gets that far.
template<std::size_t Count>
int run_case(const Case (&cases)[Count], const char* name) {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    for (const Case& each : cases) {
        if (std::strcmp(each.name, name) != 0) continue;
        SetLastError(untouched & 0xFFFF);
        const ULONG_PTR answer = each.run();
        return static_cast<int>((answer & 0xFFF) << 16 | (GetLastError() & 0xFFFF));
    }
    return -1;
}

/// In the parent: runs a case in a child, and says its exit code: 0xAAAEEEE (answer, last error), or a status.
inline void say_child(const char* program, const Case& each) {
    std::string command = "\"" + std::string(program) + "\" \"" + each.name + "\"";
    STARTUPINFOA start = {};
    start.cb = sizeof start;
    PROCESS_INFORMATION child = {};
    std::fflush(stdout);
    if (!CreateProcessA(nullptr, command.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &start, &child)) {
        std::printf("%s = not run, CreateProcess %lx\n", each.name, GetLastError());
        return;
    }
    WaitForSingleObject(child.hProcess, INFINITE);
    DWORD code = 0;
    GetExitCodeProcess(child.hProcess, &code);
    CloseHandle(child.hProcess);
    CloseHandle(child.hThread);
    say(each.name, code);
}
