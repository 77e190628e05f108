// SPDX-License-Identifier: MIT
// short_name.cpp: what the C++ runtime's demangler says, without the parts that tell the reader of a stack least.
#include "short_name.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>

namespace oriel::start {
namespace {

/// Names come from files that anybody may have made, and the demangler's recursion is bounded by their length.
constexpr std::size_t longest_mangled = 1000;

/// Those that are signs, longer ones first.
constexpr std::array operator_signs = std::to_array<std::string_view>({
    "<=>", "<<=", ">>=", "->*", "()", "[]", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=",
    "&=", "|=", "^=", "+", "-", "*", "/", "%", "^", "&", "|", "~", "!", "=", "<", ">", ",",
});

bool is_identifier(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }

/// Reads a demangled name once from left to right.
class Shortener {
public:
    explicit Shortener(std::string_view text) : m_rest(text) {}

    std::string run() {
        while (!m_rest.empty()) {
            const char c = m_rest.front();
            if (starts_operator()) take_operator();
            else if (c == '<') skip_group('<', '>');
            else if (c == '{') take_unnamed();
            else if (c == '(') {
                skip_group('(', ')');
                if (!goes_on_behind_parameters()) break;
            } else if (c == ' ') {
                advance(1);
                if (!m_rest.starts_with('<')) m_out.clear(); // that was the type
            } else take(1);
        }
        return std::move(m_out);
    }

private:
    void advance(std::size_t n) { m_rest.remove_prefix(std::min(n, m_rest.size())); }
    void take(std::size_t n) {
        m_out += m_rest.substr(0, n);
        advance(n);
    }
    [[nodiscard]] bool starts_operator() const {
        constexpr std::string_view word = "operator";
        return m_rest.starts_with(word) && (m_rest.size() == word.size() || !is_identifier(m_rest[word.size()]))
               && (m_out.empty() || !is_identifier(m_out.back()));
    }
    void take_operator() {
        take(std::string_view("operator").size());
        for (const std::string_view sign : operator_signs)
            if (m_rest.starts_with(sign)) return take(sign.size());
        take(std::min(m_rest.find('('), m_rest.size())); // " new[]", " bool"
        if (m_rest.starts_with("(anonymous")) skip_group('(', ')');
    }
    /// "{lambda(int)#1}": "{lambda}"
    void take_unnamed() {
        take(std::min(m_rest.find_first_of("(#}"), m_rest.size()));
        while (!m_rest.empty() && m_rest.front() != '}') {
            if (m_rest.front() == '(') skip_group('(', ')');
            else advance(1);
        }
        if (!m_rest.empty()) take(1);
    }
    void skip_group(char open, char close) {
        int depth = 0;
        do {
            if (m_rest.front() == open) ++depth;
            if (m_rest.front() == close) --depth;
            advance(1);
        } while (depth > 0 && !m_rest.empty());
    }
    /// "outer(int) const::Local::f()": the parameters were of the function around it.
    bool goes_on_behind_parameters() {
        if (m_rest.starts_with(" const")) advance(std::string_view(" const").size());
        return m_rest.starts_with("::") || (m_out.empty() && !m_rest.empty());
    }

    std::string_view m_rest;
    std::string m_out;
};

void erase_all(std::string& text, std::string_view words) {
    for (std::size_t at; (at = text.find(words)) != text.npos;) text.erase(at, words.size());
}

/// Rust's older mangling is C++'s with a hash as the last component.
void drop_rust_hash(std::string& name) {
    constexpr std::size_t hash = sizeof "::h0123456789abcdef" - 1;
    if (name.size() <= hash || name.compare(name.size() - hash, 3, "::h") != 0) return;
    const std::string_view digits = std::string_view(name).substr(name.size() - hash + 3);
    if (digits.find_first_not_of("0123456789abcdef") == digits.npos) name.resize(name.size() - hash);
}

} // namespace

std::string short_name(std::string_view linker_name) {
    const std::string mangled(linker_name);
    if (!linker_name.starts_with("_Z") || linker_name.size() > longest_mangled) return mangled;
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> demangled(abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), &std::free);
    if (!demangled) return mangled;
    std::string name = without_details(demangled.get());
    drop_rust_hash(name);
    return name;
}

std::string without_details(std::string_view demangled) {
    std::string text(demangled);
    for (const std::string_view words : {"(anonymous namespace)::", "`anonymous namespace'::"}) erase_all(text, words);
    std::string name = Shortener(text).run();
    return name.empty() ? text : name;
}

} // namespace oriel::start
