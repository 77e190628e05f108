// SPDX-License-Identifier: MIT
// cxx_names.cpp: reading Microsoft's decorated type names, for type_info::name.
//
// ".?AVfoo@bar@@" is class bar::foo (V class, U struct, T union, W4 enum; the scopes come inside out),
// ".H" is int, ".PEAH" is int * (E marks 64 bits; A plain, B const). Templates, functions and members are
// not taken apart here: their names stay decorated. Source: "Decorated names".
#include <dlls/crt/cxx_names.h>

namespace oriel::crt {

namespace {

struct Letter {
    char letter;
    const char* text;
};
constexpr Letter basic_types[] = {{'C', "signed char"}, {'D', "char"}, {'E', "unsigned char"}, {'F', "short"},
    {'G', "unsigned short"}, {'H', "int"}, {'I', "unsigned int"}, {'J', "long"}, {'K', "unsigned long"},
    {'M', "float"}, {'N', "double"}, {'O', "long double"}, {'X', "void"}};
constexpr Letter extended_types[] = {{'J', "__int64"}, {'K', "unsigned __int64"}, {'N', "bool"}, {'W', "wchar_t"},
    {'S', "char16_t"}, {'U', "char32_t"}};
constexpr Letter class_kinds[] = {{'V', "class "}, {'U', "struct "}, {'T', "union "}};

template<size_t count> const char* find(const Letter (&table)[count], char letter) {
    for (auto& entry : table)
        if (entry.letter == letter)
            return entry.text;
    return nullptr;
}

class NameReader {
public:
    NameReader(const char* in, char* out, size_t room) : m_in(in), m_out(out), m_room(room) {}

    /// The whole name: false if any of it is not understood.
    bool run() { return type() && !*m_in && finish(); }

private:
    bool put(const char* text, size_t length) {
        if (m_used + length >= m_room)
            return false;
        memcpy(m_out + m_used, text, length);
        m_used += length;
        return true;
    }
    bool put(const char* text) { return put(text, strlen(text)); }
    bool finish() {
        m_out[m_used] = 0;
        return true;
    }

    /// "inner@outer@@": the scopes, written outermost first.
    bool qualified_name() {
        const char* parts[16];
        size_t lengths[16], count = 0;
        while (*m_in && *m_in != '@') {
            size_t length = 0;
            if (*m_in == '?' || is_ascii_digit(*m_in) || count == 16)
                return false; // a template, an anonymous scope or a back reference
            while (m_in[length] && m_in[length] != '@')
                ++length;
            if (!m_in[length])
                return false;
            parts[count] = m_in;
            lengths[count++] = length;
            m_in += length + 1;
        }
        if (*m_in != '@' || !count)
            return false;
        ++m_in;
        for (size_t i = count; i--;)
            if (!put(parts[i], lengths[i]) || (i && !put("::")))
                return false;
        return true;
    }

    bool type() {
        char letter = *m_in++;
        if (letter == '?' && *m_in == 'A') { // the type of an object
            ++m_in;
            return type();
        }
        if (const char* kind = find(class_kinds, letter))
            return put(kind) && qualified_name();
        if (letter == 'W' && *m_in == '4') {
            ++m_in;
            return put("enum ") && qualified_name();
        }
        if (letter == '_')
            return put_known(find(extended_types, *m_in++));
        if (letter == 'P' || letter == 'Q') {
            if (*m_in == 'E')
                ++m_in;
            char qualifier = *m_in++;
            if (qualifier != 'A' && qualifier != 'B')
                return false;
            bool understood = type() && (qualifier == 'A' || put(" const")) && put(" *");
            return understood && (letter == 'P' || put(" const"));
        }
        return put_known(find(basic_types, letter));
    }
    bool put_known(const char* text) { return text && put(text); }

    const char* m_in;
    char* m_out;
    size_t m_room, m_used = 0;
};

} // namespace

char* readable_type_name(const char* decorated) {
    const char* inner = *decorated == '.' ? decorated + 1 : decorated;
    size_t length = strlen(decorated), room = length * 2 + 32;
    char* out = Owned<char>::allocate(room);
    if (out && !NameReader(inner, out, room).run())
        memcpy(out, decorated, length + 1);
    return out;
}

} // namespace oriel::crt
