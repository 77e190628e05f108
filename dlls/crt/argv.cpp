// SPDX-License-Identifier: MIT
// argv.cpp: splitting the command line.
//
// A Windows process gets one string; the C library makes argv of it. The rules, from "Parsing C
// command-line arguments":
// - the program's name (argv[0]) ends at the first blank outside quotation marks; backslashes mean nothing;
// - elsewhere blanks and tabs separate arguments, except inside quotation marks;
// - 2n backslashes before a quotation mark are n backslashes, and the mark opens or closes a quoted part;
// - 2n+1 backslashes before it are n backslashes and a literal mark;
// - backslashes elsewhere are literal;
// - two marks inside a quoted part are one literal mark, and the part goes on.
#include <dlls/crt/argv.h>

namespace oriel::crt {

namespace {

template<class Char> bool is_blank(Char c) { return c == ' ' || c == '\t'; }

/// Reads one argument after another and writes its text, quotation marks and escapes resolved.
template<class Char> class Splitter {
public:
    Splitter(const Char* line, Char* out) : m_in(line), m_out(out) {}

    Char* position() const { return m_out; }

    void read_program_name() {
        bool quoted = false;
        for (; *m_in && (quoted || !is_blank(*m_in)); ++m_in) {
            if (*m_in == '"')
                quoted = !quoted;
            else
                *m_out++ = *m_in;
        }
        *m_out++ = 0;
    }

    bool at_argument() {
        while (is_blank(*m_in))
            ++m_in;
        return *m_in != 0;
    }

    /// Returns whether the argument has a wildcard outside quotation marks.
    bool read_argument() {
        bool quoted = false, wildcard = false;
        while (*m_in && (quoted || !is_blank(*m_in))) {
            size_t backslashes = 0;
            for (; *m_in == '\\'; ++m_in)
                ++backslashes;
            bool literal_mark = false;
            if (*m_in == '"') {
                literal_mark = backslashes % 2 != 0;
                backslashes /= 2;
            }
            while (backslashes-- > 0)
                *m_out++ = '\\';
            if (literal_mark) {
                *m_out++ = *m_in++;
            } else if (*m_in == '"') {
                ++m_in;
                if (quoted && *m_in == '"')
                    *m_out++ = *m_in++;
                else
                    quoted = !quoted;
            } else if (*m_in && (quoted || !is_blank(*m_in))) {
                wildcard = wildcard || (!quoted && (*m_in == '*' || *m_in == '?'));
                *m_out++ = *m_in++;
            }
        }
        *m_out++ = 0;
        return wildcard;
    }

private:
    const Char* m_in;
    Char* m_out;
};

} // namespace

template<class Char> Arguments<Char> split_command_line(const Char* line) {
    // An argument takes a character and a separator at least, and its text never grows.
    size_t length = length_of(line), most = length / 2 + 2;
    size_t bytes = most * sizeof(Argument<Char>) + (length + most + 1) * sizeof(Char);
    auto* list = static_cast<Argument<Char>*>(malloc(bytes));
    if (!list)
        return {};
    Splitter<Char> splitter(line, reinterpret_cast<Char*>(list + most));
    size_t count = 0;
    list[count++] = {splitter.position(), false};
    splitter.read_program_name();
    while (splitter.at_argument()) {
        Char* text = splitter.position();
        list[count++] = {text, splitter.read_argument()};
    }
    return {list, count};
}

template<class Char> Char** make_argv(const Char* line, bool expand_wildcards, int& argc) {
    auto arguments = split_command_line(line);
    if (!arguments.list)
        return nullptr;
    NameList<Char> names;
    for (size_t i = 0; i < arguments.count; ++i) {
        auto& argument = arguments.list[i];
        size_t before = names.count;
        if (expand_wildcards && argument.wildcard && !add_matches(names, argument.text))
            return nullptr;
        if (names.count == before && !names.add(argument.text))
            return nullptr;
    }
    argc = int(names.count);
    return names.names;
}

template Arguments<char> split_command_line(const char*);
template Arguments<wchar_t> split_command_line(const wchar_t*);
template char** make_argv(const char*, bool, int&);
template wchar_t** make_argv(const wchar_t*, bool, int&);

} // namespace oriel::crt
