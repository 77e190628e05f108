// SPDX-License-Identifier: MIT
// command_line.cpp: CommandLineToArgvW: how a command line becomes arguments.
//
// The program's name is special: it ends at its closing quotation mark or at a blank, and backslashes in it mean
// nothing. In the others, 2n backslashes before a quotation mark are n of them and the mark opens or closes a
// quoted part; 2n+1 are n and a plain mark; in a quoted part two marks are one plain mark, and the part goes on.
// Source: "CommandLineToArgvW function" and "Parsing C command-line arguments" (Microsoft documentation).
#include <dlls/win32_dll.h>

using namespace oriel::win32;

namespace {

bool is_blank(WCHAR c) { return c == L' ' || c == L'\t'; }

/// Splits `at`; with no targets it only counts. Answers the number of arguments; `characters` counts with their NULs.
class Splitter {
public:
    Splitter(WCHAR** arguments, WCHAR* text) : m_arguments(arguments), m_text(text) {}

    void split(const WCHAR* at) {
        begin();
        if (*at == L'"') {
            for (++at; *at && *at != L'"'; ++at) put(*at);
            if (*at) ++at;
        } else {
            while (*at && !is_blank(*at)) put(*at++);
        }
        put(0);
        for (;;) {
            while (is_blank(*at)) ++at;
            if (!*at) break;
            begin();
            at = argument(at);
            put(0);
        }
    }
    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] std::size_t characters() const { return m_characters; }

private:
    const WCHAR* argument(const WCHAR* at) {
        bool quoted = false;
        while (*at && (quoted || !is_blank(*at))) {
            std::size_t backslashes = 0;
            while (*at == L'\\') {
                ++backslashes;
                ++at;
            }
            if (*at != L'"') {
                put(L'\\', backslashes);
                if (*at && (quoted || !is_blank(*at))) put(*at++);
                continue;
            }
            put(L'\\', backslashes / 2);
            if (backslashes % 2) {
                put(L'"');
                ++at;
                continue;
            }
            ++at;
            if (quoted && *at == L'"') {
                put(L'"');
                ++at;
            } else {
                quoted = !quoted;
            }
        }
        return at;
    }
    void begin() {
        if (m_arguments) m_arguments[m_count] = m_text + m_characters;
        ++m_count;
    }
    void put(WCHAR c, std::size_t times = 1) {
        for (; times; --times) {
            if (m_text) m_text[m_characters] = c;
            ++m_characters;
        }
    }

    WCHAR** m_arguments;
    WCHAR* m_text;
    int m_count = 0;
    std::size_t m_characters = 0;
};

} // namespace

DLL_EXPORT LPWSTR* WINAPI CommandLineToArgvW(LPCWSTR line, int* count) {
    if (!count) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return nullptr;
    }
    WCHAR program[MAX_PATH];
    if (!*line) { // the empty line stands for the program itself
        GetModuleFileNameW(nullptr, program, MAX_PATH);
    }
    Splitter measure(nullptr, nullptr);
    measure.split(*line ? line : program);
    const std::size_t pointers = (static_cast<std::size_t>(measure.count()) + 1) * sizeof(WCHAR*);
    auto* const block = static_cast<char*>(LocalAlloc(LMEM_FIXED, pointers + measure.characters() * sizeof(WCHAR)));
    if (!block) return nullptr;
    auto** const arguments = reinterpret_cast<WCHAR**>(block);
    Splitter splitter(arguments, reinterpret_cast<WCHAR*>(block + pointers));
    splitter.split(*line ? line : program);
    arguments[splitter.count()] = nullptr;
    *count = splitter.count();
    return arguments;
}
