// SPDX-License-Identifier: MIT
// argv.h: from a command line to arguments.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

/// One argument and whether it holds a `*` or `?` outside quotation marks.
template<class Char> struct Argument {
    Char* text;
    bool wildcard;
};

/// The arguments of one command line: an array of `count` entries in one block, texts included.
template<class Char> struct Arguments {
    Argument<Char>* list;
    size_t count;
};

/// Splits by Microsoft's rules. The block is malloc's and the caller's; `list` is null without memory.
template<class Char> Arguments<Char> split_command_line(const Char* line);

/// Makes argv, NULL at its end, replacing wildcard arguments by the names that match where asked to.
template<class Char> Char** make_argv(const Char* line, bool expand_wildcards, int& argc);

/// Adds the file names that match the pattern to the list; false without memory (argv_wildcards.cpp).
template<class Char> struct NameList {
    Char** names = nullptr;
    size_t count = 0;
    bool add(Char* name); ///< takes a malloc'ed name
};
template<class Char> bool add_matches(NameList<Char>& list, const Char* pattern);

} // namespace oriel::crt
