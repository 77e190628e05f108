// SPDX-License-Identifier: MIT
// environment.h: an environment block as a list of NAME=value strings.
//
// A block is "A=1\0B=2\0\0", sorted by name in upper case. Names that begin with '=' are the hidden current
// directories of drives ("=C:=C:\dir"): the '=' that separates name and value is searched from the second
// character on. Programs sort badly and put duplicates; the first match counts.
#pragma once

#include <ntdll-emu/rtl/strings/text.h>

namespace oriel::rtl {

struct Variable {
    Text name, value;
    const char16_t* begin; ///< of the whole string
    const char16_t* end;   ///< behind its NUL
};

/// Goes through a block: `for (const Variable& v : EnvironmentView(block))`.
class EnvironmentView {
public:
    explicit EnvironmentView(const char16_t* block) : m_block(block) {}

    struct End {};
    class Iterator {
    public:
        explicit Iterator(const char16_t* at) { read(at); }
        const Variable& operator*() const { return m_variable; }
        Iterator& operator++() {
            read(m_variable.end);
            return *this;
        }
        bool operator!=(End) const { return *m_variable.begin != 0; }

    private:
        void read(const char16_t* at);
        Variable m_variable;
    };
    [[nodiscard]] Iterator begin() const { return Iterator(m_block != nullptr ? m_block : u""); }
    [[nodiscard]] static End end() { return {}; }

    /// Null if there is none of that name.
    [[nodiscard]] bool find(Text name, Variable& found) const;
    /// Characters of the whole block, the final NUL included.
    [[nodiscard]] std::size_t size() const;

private:
    const char16_t* m_block;
};

/// How the block with `name` set (or, without a value, deleted) is put together from the old one.
struct EnvironmentChange {
    std::size_t new_size;  ///< characters, the final NUL included
    std::size_t keep_front; ///< characters of the old block that stay in front
    std::size_t skip;      ///< characters of the old block after them that are dropped
    bool found;            ///< the variable existed
};
EnvironmentChange plan_change(const char16_t* block, Text name, const Text* value);
/// Writes the new block; `to` has room for plan.new_size characters and does not overlap.
void apply_change(const char16_t* block, const EnvironmentChange& plan, Text name, const Text* value, char16_t* to);

struct Expanded {
    std::size_t needed;  ///< characters with the NUL
    bool complete;       ///< all of it was written
};
/// Replaces %NAME% by values; unknown ones stay. `to` may be null.
Expanded expand(const char16_t* block, Text source, char16_t* to, std::size_t room);

} // namespace oriel::rtl
