// SPDX-License-Identifier: MIT
// token.cpp: the type of tokens, and their privileges.
#include "token.h"

#include <algorithm>

namespace oriel::ps {

const ob::Type Token::object_type{.name = u"Token",
                                  .generic = {.read = 0x00020008, .write = 0x000200E0, .execute = 0x00020005, .all = token_access::all},
                                  .valid = token_access::all};

Privilege* Token::Privileges::find(std::uint32_t number) {
    const auto end = entries.begin() + static_cast<std::ptrdiff_t>(count);
    const auto found = std::find_if(entries.begin(), end, [&](const Privilege& one) { return one.number == number; });
    return found == end ? nullptr : &*found;
}

void Token::Privileges::remove(std::uint32_t number) {
    const auto end = entries.begin() + static_cast<std::ptrdiff_t>(count);
    count = static_cast<std::size_t>(std::remove_if(entries.begin(), end, [&](const Privilege& one) { return one.number == number; }) - entries.begin());
}

bool Token::has_enabled(std::uint32_t number) const {
    const auto all = privileges();
    return std::ranges::any_of(all.all(), [&](const Privilege& one) {
        return one.number == number && (one.attributes & privilege_attribute::enabled) != 0;
    });
}

Token::Adjustment Token::adjust(Privileges& privileges, std::span<const Privilege> wanted) {
    Adjustment adjustment;
    adjustment.changed.count = 0;
    for (const Privilege& one : wanted) {
        Privilege* const own = privileges.find(one.number);
        if (!own) {
            adjustment.all = false;
            continue;
        }
        const Privilege before = *own;
        const std::uint32_t state = one.attributes & privilege_attribute::enabled;
        if ((one.attributes & privilege_attribute::removed) != 0) privileges.remove(one.number);
        else if ((before.attributes & privilege_attribute::enabled) != state) own->attributes = (before.attributes & ~privilege_attribute::enabled) | state;
        else continue;
        // Each is told once, as it was in the beginning.
        if (!adjustment.changed.find(one.number)) adjustment.changed.entries[adjustment.changed.count++] = before;
    }
    return adjustment;
}

Token::Adjustment Token::preview(std::span<const Privilege> wanted) const {
    Privileges copy = privileges();
    return adjust(copy, wanted);
}

Token::Adjustment Token::adjust(std::span<const Privilege> wanted) {
    return m_privileges.with([&](Privileges& privileges) { return adjust(privileges, wanted); });
}

} // namespace oriel::ps
