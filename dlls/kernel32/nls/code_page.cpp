// SPDX-License-Identifier: MIT
// code_page.cpp: looking things up in the generated tables.
#include "code_page.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

#include <generated/kernel32/code_pages.inc>

int find(std::span<const CodePagePair> pairs, char16_t character) {
    const auto found =
        std::lower_bound(pairs.begin(), pairs.end(), character,
                         [](const CodePagePair& pair, char16_t wanted) { return pair.character < wanted; });
    return found != pairs.end() && found->character == character ? found->byte : -1;
}

} // namespace

int CodePage::byte_of(char16_t character) const {
    if (character < 0x80 && to_wide[character] == character) return character;
    return find(exact, character);
}

int CodePage::best_fit_of(char16_t character) const { return find(best_fit, character); }

unsigned resolve_code_page(unsigned number) {
    switch (number) {
    case 0:
        return system_ansi_page; // CP_ACP
    case 1:
        return system_oem_page; // CP_OEMCP
    case 2:
        return 10000; // CP_MACCP
    case 3:
        return system_ansi_page; // CP_THREAD_ACP: every thread's locale is English
    default:
        return number;
    }
}

const CodePage* find_single_byte_page(unsigned number) {
    const auto found = std::ranges::find(single_byte_pages, number, &CodePage::number);
    return found != std::end(single_byte_pages) ? found : nullptr;
}

std::span<const CodePage> all_single_byte_pages() { return single_byte_pages; }

} // namespace oriel::k32
