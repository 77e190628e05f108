// SPDX-License-Identifier: MIT
#include "pe_files.h"

#include <loader/pe/coff_symbols.h>

#include <gtest/gtest.h>

using namespace oriel::pe;
using namespace oriel::pe::test;

namespace {

enum : std::uint8_t { external = 2, internal = 3, file = 103 };

/// A seed with a symbol table at its end.
class WithSymbols {
public:
    WithSymbols() : m_file(read_seed("everything64.exe")), m_offset(m_file.size()) {}

    void add(const std::string& name, std::uint32_t value, std::int16_t section, std::uint16_t type, std::uint8_t kind, std::uint8_t auxiliaries = 0) {
        File entry(18);
        if (name.size() <= 8) std::copy(name.begin(), name.end(), entry.begin());
        else {
            poke(entry, 4, static_cast<std::uint32_t>(4 + m_names.size()));
            m_names += name + '\0';
        }
        poke(entry, 8, value), poke(entry, 12, section), poke(entry, 14, type), poke(entry, 16, kind), poke(entry, 17, auxiliaries);
        m_table.insert(m_table.end(), entry.begin(), entry.end());
        m_table.resize(m_table.size() + 18U * auxiliaries, '\xFF');
    }
    [[nodiscard]] std::vector<std::string> read(std::size_t cut = 0) {
        File head = m_file;
        poke(head, file_header + 8, static_cast<std::uint32_t>(m_offset));
        poke(head, file_header + 12, static_cast<std::uint32_t>(m_table.size() / 18));
        File table = m_table;
        table.resize(table.size() + 4);
        poke(table, m_table.size(), static_cast<std::uint32_t>(4 + m_names.size()));
        table.insert(table.end(), m_names.begin(), m_names.end());
        table.resize(table.size() - cut);
        const auto headers = Headers::parse(bytes_of(head), head.size() + table.size()).value();
        const auto place = symbol_table_of(bytes_of(head), headers);
        if (!place) return {"no table"};
        std::vector<std::string> found;
        m_storage = table;
        m_code = headers.sections[0].rva;
        for (const CodeSymbol& each : code_symbols(headers, *place, bytes_of(m_storage)))
            found.push_back(std::string(each.name) + "+" + std::to_string(each.rva - m_code) + (each.is_function ? "()" : "") + (each.is_external ? "" : " internal"));
        return found;
    }

private:
    File m_file, m_table, m_storage;
    std::string m_names;
    std::size_t m_offset;
    std::uint32_t m_code = 0;
};

using Found = std::vector<std::string>;

} // namespace

TEST(CoffSymbols, Functions_and_labels_are_found) {
    WithSymbols image;
    image.add("main", 0, 1, 0x20, external);
    image.add("a_name_longer_than_eight", 1, 1, 0x20, internal);
    image.add("label", 2, 1, 0, internal);
    EXPECT_EQ(image.read(), (Found{"main+0()", "a_name_longer_than_eight+1() internal", "label+2 internal"}));
}

TEST(CoffSymbols, What_is_no_code_is_left_out) {
    WithSymbols image;
    image.add("data", 0, 2, 0, external);
    image.add("absolute", 0, -1, 0, external);
    image.add("undefined", 0, 0, 0x20, external);
    image.add(".text", 0, 1, 0, internal);
    image.add("far", 0x7FFFFFFF, 1, 0x20, external);
    image.add("nowhere", 0, 99, 0x20, external);
    EXPECT_EQ(image.read(), Found{});
}

TEST(CoffSymbols, Auxiliary_records_are_passed_over) {
    WithSymbols image;
    image.add(".file", 0, -2, 0, file, 1);
    image.add("main", 0, 1, 0x20, external, 1);
    image.add("next", 1, 1, 0x20, external, 255);
    EXPECT_EQ(image.read(), (Found{"main+0()", "next+1()"}));
}

TEST(CoffSymbols, A_table_that_is_cut_off_names_what_is_left) {
    WithSymbols image;
    image.add("main", 0, 1, 0x20, external);
    image.add("a_name_longer_than_eight", 1, 1, 0x20, external);
    EXPECT_EQ(image.read(6), (Found{"main+0()", "a_name_longer_than_+1()"}));
    for (std::size_t cut = 0; cut <= 18 * 2 + 4 + 25; ++cut) (void)image.read(cut);
    EXPECT_EQ(image.read(25 + 4), (Found{"main+0()"}));
}

TEST(CoffSymbols, An_image_without_a_table_has_none) { EXPECT_EQ(WithSymbols().read(), Found{"no table"}); }
