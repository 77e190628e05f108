// SPDX-License-Identifier: MIT
// process_spawn.cpp: _spawn*, _exec* and system: starting other programs.
//
// The arguments are joined by blanks, without quotation marks: that is the caller's business. Open
// descriptors are passed on in lpReserved2 (low_io_table.cpp reads them on the other side). A path without
// an extension is tried with .com, .exe, .bat and .cmd; the "p" versions look along PATH. Narrow arguments
// become wide ones here, so that there is one way down. CreateProcessW is asked for by name: where kernel32
// has none yet, everything fails with ENOEXEC.
// Source: "_spawn, _wspawn functions", "_exec, _wexec functions", "system, _wsystem".
#include <dlls/crt/low_io.h>

CRT_EXPORT wchar_t* _wgetenv(const wchar_t* name);
CRT_EXPORT int _flushall();

namespace oriel::crt {

namespace {

enum SpawnMode : int { mode_wait, mode_nowait, mode_overlay, mode_nowaito, mode_detach };

/// Text that grows; `failed` when there was no memory once.
class WideText {
public:
    void add(const wchar_t* text, size_t length) {
        auto* grown = static_cast<wchar_t*>(realloc(m_text.get(), (m_length + length + 2) * sizeof(wchar_t)));
        if (!grown) {
            failed = true;
            return;
        }
        m_text.give_away();
        m_text.reset(grown);
        memcpy(grown + m_length, text, length * sizeof(wchar_t));
        m_length += length;
        grown[m_length] = grown[m_length + 1] = 0;
    }
    void add(const wchar_t* text) { add(text, wcslen(text)); }
    void add(const char* text) {
        int units = MultiByteToWideChar(CP_ACP, 0, text, -1, nullptr, 0);
        Owned<wchar_t> wide(Owned<wchar_t>::allocate(size_t(units)));
        if (!wide) {
            failed = true;
            return;
        }
        MultiByteToWideChar(CP_ACP, 0, text, -1, wide.get(), units);
        add(wide.get(), size_t(units) - 1);
    }
    void add_separator(wchar_t c) { add(&c, 1); }
    wchar_t* get() const { return m_text.get(); }
    size_t length() const { return m_length; }

    bool failed = false;

private:
    Owned<wchar_t> m_text{nullptr};
    size_t m_length = 0;
};

bool is_file(const wchar_t* path) {
    DWORD attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

/// Tries the path as it is, then with each extension; true if `found` then names a file.
bool try_extensions(const wchar_t* path, WideText& found) {
    static constexpr const wchar_t* extensions[] = {L"", L".com", L".exe", L".bat", L".cmd"};
    const wchar_t* dot = nullptr;
    for (const wchar_t* p = path; *p; ++p)
        dot = *p == '\\' || *p == '/' ? nullptr : *p == '.' ? p : dot;
    for (const wchar_t* extension : extensions) {
        if (dot && *extension)
            break;
        WideText candidate;
        candidate.add(path);
        candidate.add(extension);
        if (!candidate.failed && is_file(candidate.get())) {
            found.add(candidate.get());
            return !found.failed;
        }
    }
    return false;
}

bool find_program(const wchar_t* path, bool along_path, WideText& found) {
    if (try_extensions(path, found))
        return true;
    for (const wchar_t* p = path; *p; ++p)
        along_path = along_path && *p != '\\' && *p != '/' && *p != ':';
    const wchar_t* list = along_path ? _wgetenv(L"PATH") : nullptr;
    while (list && *list) {
        size_t length = 0;
        while (list[length] && list[length] != ';')
            ++length;
        WideText candidate;
        candidate.add(list, length);
        candidate.add_separator('\\');
        candidate.add(path);
        if (length && !candidate.failed && try_extensions(candidate.get(), found))
            return true;
        list += length + (list[length] == ';');
    }
    return false;
}

/// The count, the flags and the handles of the descriptors that a child may have.
unsigned short pack_descriptors(Owned<unsigned char>& block) {
    int count = 0;
    for (int fd = 0; fd < descriptor_limit; ++fd)
        if (Descriptor* d = descriptor_entry(fd); d && (d->osfile & fd_open) && !(d->osfile & fd_no_inherit))
            count = fd + 1;
    size_t bytes = sizeof(int) + size_t(count) * (1 + sizeof(intptr_t));
    block.reset(Owned<unsigned char>::allocate(bytes));
    if (!block || bytes > 0xFFFF)
        return 0;
    memcpy(block.get(), &count, sizeof count);
    for (int fd = 0; fd < count; ++fd) {
        const Descriptor& d = *descriptor_entry(fd);
        bool passed = (d.osfile & fd_open) && !(d.osfile & fd_no_inherit);
        intptr_t handle = passed ? d.osfhnd : -1;
        block[sizeof(int) + size_t(fd)] = passed ? d.osfile : 0;
        memcpy(&block[sizeof(int) + size_t(count) + size_t(fd) * sizeof handle], &handle, sizeof handle);
    }
    return static_cast<unsigned short>(bytes);
}

/// What _spawn answers: the exit code, the process handle, or -1 with errno.
intptr_t start(int mode, const wchar_t* program, wchar_t* command_line, wchar_t* environment) {
    auto* address = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "CreateProcessW");
    auto* create = reinterpret_cast<decltype(&CreateProcessW)>(reinterpret_cast<void*>(address));
    if (!create) {
        fail_with_win32(ERROR_CALL_NOT_IMPLEMENTED);
        return fail(e_noexec);
    }
    Owned<unsigned char> descriptors;
    STARTUPINFOW info{};
    info.cb = sizeof info;
    info.cbReserved2 = pack_descriptors(descriptors);
    info.lpReserved2 = info.cbReserved2 ? descriptors.get() : nullptr;
    PROCESS_INFORMATION process;
    DWORD flags = CREATE_UNICODE_ENVIRONMENT | (mode == mode_detach ? DETACHED_PROCESS : 0);
    if (!create(program, command_line, nullptr, nullptr, TRUE, flags, environment, nullptr, &info, &process))
        return fail_with_last_error();
    CloseHandle(process.hThread);
    if (mode == mode_overlay)
        _exit(0);
    if (mode == mode_nowait || mode == mode_nowaito)
        return reinterpret_cast<intptr_t>(process.hProcess);
    DWORD code = 0;
    if (mode == mode_wait) {
        WaitForSingleObject(process.hProcess, INFINITE);
        GetExitCodeProcess(process.hProcess, &code);
    }
    CloseHandle(process.hProcess);
    return intptr_t(code);
}

template<class Char>
intptr_t spawn(int mode, const Char* path, const Char* const* argv, const Char* const* environment, bool along_path) {
    if (!path || !*path || !argv || !*argv || mode < mode_wait || mode > mode_detach)
        return invalid_parameter(), -1;
    WideText wide_path, program, line, block;
    wide_path.add(path);
    for (const Char* const* argument = argv; *argument; ++argument) {
        if (argument != argv)
            line.add_separator(' ');
        line.add(*argument);
    }
    for (const Char* const* entry = environment; entry && *entry; ++entry) {
        block.add(*entry);
        block.add_separator(0);
    }
    if (wide_path.failed || line.failed || block.failed)
        return fail(e_nomem);
    if (line.length() > 32767)
        return fail(e_2big);
    if (!find_program(wide_path.get(), along_path, program))
        return fail(e_noent);
    _flushall();
    return start(mode, program.get(), line.get(), environment ? block.get() : nullptr);
}

/// The arguments of the "l" versions: up to a null, and then the environment in the "e" ones.
template<class Char>
intptr_t spawn_list(int mode, const Char* path, const Char* first, va_list rest, bool with_environment,
                    bool along_path) {
    const Char* argv[256] = {first};
    size_t count = 1;
    while (count < 255 && (argv[count] = va_arg(rest, const Char*)))
        ++count;
    argv[count] = nullptr;
    return spawn(mode, path, argv, with_environment ? va_arg(rest, const Char* const*) : nullptr, along_path);
}

template<class Char> int run_command(const Char* command) {
    const wchar_t* shell = _wgetenv(L"COMSPEC");
    WideText found;
    bool available = find_program(shell ? shell : L"cmd.exe", true, found);
    if (!command)
        return available;
    if (!available)
        return fail(e_noent);
    WideText line;
    line.add(found.get());
    line.add(L" /c ");
    line.add(command);
    if (line.failed)
        return fail(e_nomem);
    _flushall();
    return int(start(mode_wait, found.get(), line.get(), nullptr));
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

#define LIST_CALL(last, mode, with_environment, along_path)                                                          \
    va_list rest;                                                                                                    \
    va_start(rest, last);                                                                                            \
    intptr_t result = spawn_list(mode, path, last, rest, with_environment, along_path);                              \
    va_end(rest);                                                                                                    \
    return result

/// The eight of a family: a list or a vector, with or without an environment, along PATH or not. `mode` is
/// declared by `head` for _spawn and fixed for _exec.
#define PROCESS_FAMILY(Char, prefix, head, mode)                                                                     \
    CRT_EXPORT intptr_t prefix##l(head const Char* path, const Char* a, ...) { LIST_CALL(a, mode, false, false); }   \
    CRT_EXPORT intptr_t prefix##le(head const Char* path, const Char* a, ...) { LIST_CALL(a, mode, true, false); }   \
    CRT_EXPORT intptr_t prefix##lp(head const Char* path, const Char* a, ...) { LIST_CALL(a, mode, false, true); }   \
    CRT_EXPORT intptr_t prefix##lpe(head const Char* path, const Char* a, ...) { LIST_CALL(a, mode, true, true); }   \
    CRT_EXPORT intptr_t prefix##v(head const Char* path, const Char* const* argv) {                                  \
        return spawn<Char>(mode, path, argv, nullptr, false);                                                        \
    }                                                                                                                \
    CRT_EXPORT intptr_t prefix##ve(head const Char* path, const Char* const* argv, const Char* const* envp) {        \
        return spawn<Char>(mode, path, argv, envp, false);                                                           \
    }                                                                                                                \
    CRT_EXPORT intptr_t prefix##vp(head const Char* path, const Char* const* argv) {                                 \
        return spawn<Char>(mode, path, argv, nullptr, true);                                                         \
    }                                                                                                                \
    CRT_EXPORT intptr_t prefix##vpe(head const Char* path, const Char* const* argv, const Char* const* envp) {       \
        return spawn<Char>(mode, path, argv, envp, true);                                                            \
    }

#define MODE_ARGUMENT int mode,
#define NO_MODE_ARGUMENT
PROCESS_FAMILY(char, _spawn, MODE_ARGUMENT, mode)
PROCESS_FAMILY(wchar_t, _wspawn, MODE_ARGUMENT, mode)
PROCESS_FAMILY(char, _exec, NO_MODE_ARGUMENT, mode_overlay)
PROCESS_FAMILY(wchar_t, _wexec, NO_MODE_ARGUMENT, mode_overlay)

/// A null command asks whether there is an interpreter.
CRT_EXPORT int system(const char* command) { return run_command(command); }
CRT_EXPORT int _wsystem(const wchar_t* command) { return run_command(command); }
