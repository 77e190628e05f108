// SPDX-License-Identifier: MIT
// command_line.cpp: quoting by Microsoft's rules.
//
// Backslashes are literal unless they stand before a quotation mark: 2n of them and a mark give n and an
// end of quoting, 2n+1 give n and a literal mark. So only backslashes that end up before a mark, written
// or closing, are doubled.
#include "command_line.h"

namespace oriel::start {
namespace {

bool needs_quotes(std::u16string_view argument) {
    return argument.empty() || argument.find_first_of(u" \t\n\v\"") != std::u16string_view::npos;
}

void append_quoted(std::u16string& line, std::u16string_view argument) {
    line += u'"';
    std::size_t backslashes = 0;
    for (const char16_t unit : argument) {
        if (unit == u'\\') {
            ++backslashes;
            continue;
        }
        line.append(unit == u'"' ? 2 * backslashes + 1 : backslashes, u'\\');
        backslashes = 0;
        line += unit;
    }
    line.append(2 * backslashes, u'\\');
    line += u'"';
}

} // namespace

std::u16string join_command_line(const std::vector<std::u16string>& arguments) {
    std::u16string line;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::u16string& argument = arguments[i];
        if (i == 0) {
            const bool quoted = needs_quotes(argument);
            line += quoted ? u"\"" + argument + u"\"" : argument;
            continue;
        }
        line += u' ';
        if (needs_quotes(argument)) append_quoted(line, argument);
        else line += argument;
    }
    return line;
}

} // namespace oriel::start
