// SPDX-License-Identifier: MIT
// short_name.cpp: the part of the Itanium C++ ABI's mangling that names are made of.
//
// A mangled name says the name first, then the parameters' types. Only the name is wanted, so this is no demangler: types are
// recognised as far as they must be passed over (in template arguments, in local names), and expressions not at all. Names
// come from files that anybody may have made: the depth of recursion is bounded, and every step consumes a character or
// gives up.
// Source: "Itanium C++ ABI", chapter 5.1, "External Names (a.k.a. Mangling)".
#include "short_name.h"

#include <algorithm>
#include <array>

namespace oriel::start {
namespace {

constexpr unsigned deepest = 48;

struct Operator {
    std::string_view code, name;
};
constexpr std::array operators = std::to_array<Operator>({
    {"nw", " new"}, {"na", " new[]"}, {"dl", " delete"}, {"da", " delete[]"}, {"co", "~"}, {"pl", "+"}, {"mi", "-"}, {"ml", "*"}, {"dv", "/"},
    {"rm", "%"}, {"an", "&"}, {"or", "|"}, {"eo", "^"}, {"aS", "="}, {"pL", "+="}, {"mI", "-="}, {"mL", "*="}, {"dV", "/="}, {"rM", "%="},
    {"aN", "&="}, {"oR", "|="}, {"eO", "^="}, {"ls", "<<"}, {"rs", ">>"}, {"lS", "<<="}, {"rS", ">>="}, {"eq", "=="}, {"ne", "!="}, {"lt", "<"},
    {"gt", ">"}, {"le", "<="}, {"ge", ">="}, {"ss", "<=>"}, {"nt", "!"}, {"aa", "&&"}, {"oo", "||"}, {"pp", "++"}, {"mm", "--"}, {"cm", ","},
    {"pm", "->*"}, {"pt", "->"}, {"cl", "()"}, {"ix", "[]"}, {"ps", "+"}, {"ng", "-"}, {"ad", "&"}, {"de", "*"}, {"aw", " co_await"},
});

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
public:
    explicit Reader(std::string_view text) : m_rest(text) {}

    /// Empty if it is not understood.
    std::string encoding() {
        std::string prefix;
        if (take("Th")) prefix = "thunk to ", offset();
        else if (take("Tv")) prefix = "thunk to ", offset(), offset();
        std::string text = name();
        return m_failed || text.empty() ? std::string() : prefix + text;
    }

private:
    struct Deeper {
        explicit Deeper(Reader& reader) : m_reader(reader) {
            if (++reader.m_depth > deepest) reader.m_failed = true;
        }
        ~Deeper() { --m_reader.m_depth; }
        Reader& m_reader;
    };

    [[nodiscard]] char next() const { return m_failed || m_rest.empty() ? '\0' : m_rest.front(); }
    bool take(char c) {
        if (next() != c) return false;
        m_rest.remove_prefix(1);
        return true;
    }
    bool take(std::string_view word) {
        if (m_failed || !m_rest.starts_with(word)) return false;
        m_rest.remove_prefix(word.size());
        return true;
    }
    void require(bool holds) { m_failed = m_failed || !holds; }
    bool at_end() { return take('E') || m_failed || m_rest.empty(); }

    unsigned number() {
        unsigned value = 0;
        while (is_digit(next()) && value < 100'000) value = value * 10 + static_cast<unsigned>(next() - '0'), m_rest.remove_prefix(1);
        return value;
    }
    /// "_", "0_", "A_": the number of a substitution, a parameter, a lambda.
    void sequence() {
        while (is_digit(next()) || (next() >= 'A' && next() <= 'Z')) m_rest.remove_prefix(1);
        require(take('_'));
    }
    void offset() {
        while (is_digit(next()) || next() == 'n' || next() == '_') {
            if (take('_')) return;
            m_rest.remove_prefix(1);
        }
    }

    std::string source_name() {
        const unsigned length = number();
        if (length == 0 || length > m_rest.size()) return m_failed = true, std::string();
        std::string text(m_rest.substr(0, length));
        m_rest.remove_prefix(length);
        return text.starts_with("_GLOBAL_") ? std::string() : text;
    }

    /// One component; `before` is the one that a constructor has its name from.
    std::string unqualified(const std::string& before) {
        std::string text;
        (void)take('L'); // internal linkage
        if (is_digit(next())) text = source_name();
        else if (take("Ut")) sequence(), text = "{unnamed}";
        else if (take("Ul")) {
            while (!at_end()) type();
            sequence();
            text = "{lambda}";
        } else if (next() == 'C' || next() == 'D') {
            const bool destructor = next() == 'D';
            m_rest.remove_prefix(1);
            require(is_digit(next()));
            if (!m_failed) m_rest.remove_prefix(1);
            text = (destructor ? "~" : "") + before;
        } else if (take("cv")) type(), text = "operator cast";
        else if (take("li")) text = "operator\"\" " + source_name();
        else {
            const auto found = std::ranges::find_if(operators, [&](const Operator& each) { return m_rest.starts_with(each.code); });
            if (found == operators.end()) return m_failed = true, std::string();
            m_rest.remove_prefix(2);
            text = "operator" + std::string(found->name);
        }
        while (take('B')) (void)source_name(); // ABI tags
        return text;
    }

    /// Behind the 'S'.
    std::string substitution() {
        constexpr std::array known = std::to_array<Operator>({{"t", "std"}, {"a", "std::allocator"}, {"b", "std::basic_string"},
            {"s", "std::string"}, {"i", "std::istream"}, {"o", "std::ostream"}, {"d", "std::iostream"}});
        for (const Operator& each : known)
            if (take(each.code)) return std::string(each.name);
        sequence();
        return "..."; // names something that came before, among what is passed over here
    }

    static void append(std::string& path, const std::string& component) {
        if (!component.empty()) path += (path.empty() ? "" : "::") + component;
    }

    std::string nested() {
        while (take('r') || take('V') || take('K')) {}
        (void)(take('R') || take('O'));
        std::string path, last;
        while (!at_end()) {
            if (take('I')) template_arguments();
            else if (take('M')) continue;
            else if (take('S')) append(path, last = substitution()), last = last.substr(last.rfind(':') + 1);
            else if (take('T')) sequence(), append(path, "...");
            else append(path, last = unqualified(last));
        }
        return path;
    }

    std::string local() {
        const Deeper deeper(*this);
        std::string path = encoding();
        while (!at_end()) type();
        if (take('s')) return discriminator(), path; // a string in it
        if (take('d')) {
            if (is_digit(next())) number();
            require(take('_'));
        }
        append(path, name());
        discriminator();
        return path;
    }
    void discriminator() {
        if (take("__")) number(), require(take('_'));
        else if (take('_')) require(is_digit(next())), m_rest.remove_prefix(m_failed ? 0 : 1);
    }

    std::string name() {
        const Deeper deeper(*this);
        if (m_failed) return {};
        if (take('N')) return nested();
        if (take('Z')) return local();
        std::string path;
        if (take('S')) {
            path = substitution();
            if (path == "std") append(path, unqualified({}));
        } else path = unqualified({});
        if (take('I')) template_arguments();
        return path;
    }

    /// Up to and with their 'E'.
    void template_arguments() {
        const Deeper deeper(*this);
        while (!at_end()) {
            if (take('J') || take('I')) template_arguments();
            else if (take('L')) literal();
            else type();
        }
    }
    void literal() {
        if (take("_Z")) {
            (void)encoding();
            while (!at_end()) type();
            return;
        }
        type();
        while (!at_end()) m_rest.remove_prefix(1);
    }

    void type() {
        const Deeper deeper(*this);
        while (take('P') || take('R') || take('O') || take('K') || take('V') || take('r') || take('C') || take('G') || take("Dp") || take("Do")) {}
        constexpr std::string_view builtin = "vwbcahstijlmxynofdegz", builtin_behind_d = "nacdefhius";
        const char c = next();
        if (c == '\0') return require(false);
        if (builtin.find(c) != builtin.npos) return m_rest.remove_prefix(1);
        if (is_digit(c) || c == 'N' || c == 'Z') return (void)name();
        if (take('D')) {
            require(next() != '\0' && builtin_behind_d.find(next()) != builtin_behind_d.npos);
            return m_failed ? void() : m_rest.remove_prefix(1);
        }
        if (take('S')) {
            if (substitution() == "std") (void)unqualified({});
        } else if (take('T')) sequence();
        else if (take('M')) return type(), type();
        else if (take('u')) (void)source_name();
        else if (take('A')) {
            number();
            require(take('_'));
            return type();
        } else if (take('F')) {
            (void)take('Y');
            while (!at_end())
                if (!take("RE") && !take("OE")) type();
                else return;
            return;
        } else return require(false);
        if (take('I')) template_arguments();
    }

    std::string_view m_rest;
    unsigned m_depth = 0;
    bool m_failed = false;
};

/// Rust's older mangling is C++'s with a hash as the last component.
void drop_rust_hash(std::string& name) {
    constexpr std::size_t hash = sizeof "::h0123456789abcdef" - 1;
    if (name.size() <= hash || name.compare(name.size() - hash, 3, "::h") != 0) return;
    const std::string_view digits = std::string_view(name).substr(name.size() - hash + 3);
    if (digits.find_first_not_of("0123456789abcdef") == digits.npos) name.resize(name.size() - hash);
}

} // namespace

std::string short_name(std::string_view linker_name) {
    if (!linker_name.starts_with("_Z")) return std::string(linker_name);
    std::string name = Reader(linker_name.substr(2)).encoding();
    if (name.empty()) return std::string(linker_name);
    drop_rust_hash(name);
    return name;
}

std::string without_details(std::string_view demangled) {
    constexpr std::string_view anonymous[] = {"(anonymous namespace)::", "`anonymous namespace'::"};
    std::string text(demangled), out;
    for (const std::string_view words : anonymous)
        for (std::size_t at; (at = text.find(words)) != text.npos;) text.erase(at, words.size());
    if (text.find("operator") != text.npos) return text; // its name may have the brackets that are left out here
    int depth = 0;
    for (const char c : text) {
        if (c == '(' && depth == 0 && !out.empty()) break;
        if (c == '<' || c == '(') ++depth;
        else if ((c == '>' || c == ')') && depth > 0) --depth;
        else if (depth == 0) out += c;
    }
    const std::size_t type_before = out.rfind(' ');
    if (type_before != out.npos) out.erase(0, type_before + 1);
    return out.empty() ? text : out;
}

} // namespace oriel::start
