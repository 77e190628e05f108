// SPDX-License-Identifier: MIT
#include "pe_files.h"

#include <loader/pe/describe.h>
#include <loader/pe/directories.h>
#include <loader/pe/exports.h>
#include <loader/pe/imports.h>
#include <loader/pe/relocations.h>
#include <loader/pe/resources.h>

#include <gtest/gtest.h>

using namespace oriel::pe;
using namespace oriel::pe::test;

namespace {

struct Seed {
    explicit Seed(const std::string& name) : file(read_seed(name)), image(Image::parse(bytes_of(file)).value()) {}
    File file;
    Image image;
};

/// The same image in both widths.
class PeTables : public testing::TestWithParam<const char*> {
protected:
    Seed program{std::string("everything") + GetParam() + ".exe"};
    Seed library{std::string("library") + GetParam() + ".dll"};
    [[nodiscard]] bool wide() const { return program.image.headers().is_64; }
};
INSTANTIATE_TEST_SUITE_P(Widths, PeTables, testing::Values("64", "32"));

} // namespace

TEST_P(PeTables, Imports_come_by_name_with_a_hint_and_by_ordinal) {
    const auto dlls = imports_of(program.image);
    ASSERT_TRUE(dlls.ok()) << dlls.error().describe();
    ASSERT_EQ(dlls->size(), 2U);
    EXPECT_EQ((*dlls)[0].name, "KERNEL32.dll");
    ASSERT_EQ((*dlls)[0].functions.size(), 2U);
    EXPECT_EQ((*dlls)[0].functions[1].name, "GetLastError");
    EXPECT_EQ((*dlls)[0].functions[1].hint, 1);
    EXPECT_EQ((*dlls)[0].functions[1].slot_rva - (*dlls)[0].functions[0].slot_rva, wide() ? 8U : 4U);
    EXPECT_TRUE((*dlls)[1].functions[0].name.empty());
    EXPECT_EQ((*dlls)[1].functions[0].ordinal, 23);
}

TEST_P(PeTables, Delay_imports_are_read_like_imports) {
    const auto dlls = delay_imports_of(program.image);
    ASSERT_TRUE(dlls.ok()) << dlls.error().describe();
    ASSERT_EQ(dlls->size(), 1U);
    EXPECT_TRUE((*dlls)[0].delayed);
    EXPECT_EQ((*dlls)[0].functions[0].name, "MessageBoxA");
    EXPECT_EQ((*dlls)[0].functions[1].ordinal, 7);
}

TEST_P(PeTables, Exports_are_found_by_name_and_by_ordinal) {
    const auto exports = Exports::of(library.image);
    ASSERT_TRUE(exports.ok()) << exports.error().describe();
    EXPECT_EQ(exports->dll_name(), "library.dll");
    const auto alpha = exports->by_name("Alpha");
    ASSERT_TRUE(alpha.has_value());
    EXPECT_EQ(alpha->ordinal, 6U);
    EXPECT_TRUE(alpha->forwarder.empty());
    EXPECT_EQ(exports->by_ordinal(6)->rva, alpha->rva);
    EXPECT_FALSE(exports->by_name("alpha").has_value());
    EXPECT_FALSE(exports->by_name("Beta").has_value());
    EXPECT_FALSE(exports->by_ordinal(4).has_value());
    EXPECT_FALSE(exports->by_ordinal(10).has_value()); // an ordinal that is not used
    EXPECT_FALSE(exports->by_ordinal(11).has_value());
}

TEST_P(PeTables, An_export_inside_the_export_directory_is_a_forwarder) {
    const auto exports = Exports::of(library.image);
    ASSERT_TRUE(exports.ok());
    EXPECT_EQ(exports->by_name("Heap")->forwarder, "NTDLL.RtlAllocateHeap");
    EXPECT_EQ(exports->by_name("ByNumber")->forwarder, "other.#12");
}

TEST_P(PeTables, The_list_of_exports_has_the_nameless_ones_too) {
    const auto exports = Exports::of(library.image);
    ASSERT_TRUE(exports.ok());
    const auto all = exports->all();
    ASSERT_TRUE(all.ok());
    ASSERT_EQ(all->size(), 5U);
    EXPECT_EQ(all->back().ordinal, 7U);
    EXPECT_TRUE(all->back().name.empty());
}

TEST_P(PeTables, Relocations_name_the_places_of_absolute_addresses) {
    std::vector<Relocation> found;
    const auto fault =
        for_each_relocation(program.image, [&](const Relocation& relocation) { found.push_back(relocation); });
    ASSERT_FALSE(fault.has_value()) << fault->describe();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, wide() ? nt::ImageRelocationKind::Dir64 : nt::ImageRelocationKind::HighLow);
    EXPECT_EQ(found[0].rva, program.image.headers().directory(nt::ImageDirectory::Tls).VirtualAddress);
}

TEST_P(PeTables, The_TLS_directory_gives_template_index_and_callbacks_as_RVAs) {
    const auto tls = tls_of(program.image);
    ASSERT_TRUE(tls.ok()) << tls.error().describe();
    ASSERT_TRUE(tls->has_value());
    EXPECT_EQ((*tls)->template_bytes, 8U);
    EXPECT_EQ(program.image.string_at((*tls)->template_rva)->substr(0, 8), "template");
    EXPECT_EQ((*tls)->zero_fill_bytes, 24U);
    EXPECT_EQ((*tls)->alignment, 16U);
    ASSERT_EQ((*tls)->callback_rvas.size(), 1U);
    EXPECT_EQ((*tls)->callback_rvas[0], program.image.headers().entry_rva);
}

TEST_P(PeTables, The_load_config_names_the_security_cookie) {
    const auto config = load_config_of(program.image);
    ASSERT_TRUE(config.ok() && config->has_value());
    const auto cookie = program.image.rva_of((*config)->security_cookie);
    ASSERT_TRUE(cookie.has_value());
    EXPECT_EQ(program.image.read<std::uint32_t>(*cookie), wide() ? 0x2DDFA232U : 0xBB40E64EU);
}

TEST_P(PeTables, Resources_are_walked_with_names_and_ids) {
    const auto resources = resources_of(program.image);
    ASSERT_TRUE(resources.ok()) << resources.error().describe();
    ASSERT_EQ(resources->size(), 2U);
    ASSERT_EQ((*resources)[0].path.size(), 3U);
    EXPECT_EQ((*resources)[0].path[0].text, u"TEXT");
    EXPECT_EQ((*resources)[0].path[1].id, 7U);
    EXPECT_EQ((*resources)[1].path[0].id, 24U);
    EXPECT_EQ((*resources)[1].path.back().id, 1033U);
    EXPECT_EQ((*resources)[1].bytes, 11U);
}

TEST_P(PeTables, A_resource_tree_that_contains_itself_is_broken_not_endless) {
    File& file = program.file;
    const auto where = program.image.headers().directory(nt::ImageDirectory::Resource).VirtualAddress;
    const auto& section = program.image.headers().sections[0];
    const std::size_t offset = section.raw_offset + (where - section.rva);
    poke<std::uint32_t>(file, offset + 16 + 4, 0x80000000); // the first entry leads to the root
    const auto again = Image::parse(bytes_of(file));
    ASSERT_TRUE(again.ok());
    const auto resources = resources_of(*again);
    ASSERT_FALSE(resources.ok());
    EXPECT_EQ(resources.error().rule, Rule::ResourceTree);
}

TEST_P(PeTables, Only_x64_has_an_exception_table) {
    const auto table = exceptions_of(program.image);
    ASSERT_TRUE(table.ok());
    EXPECT_EQ(table->size(), wide() ? 1U : 0U);
    EXPECT_FALSE(check_exceptions(program.image, *table).has_value());
}

TEST_P(PeTables, The_description_names_each_import_and_export) {
    const std::string text = describe(program.image);
    EXPECT_NE(text.find("GetLastError"), std::string::npos) << text;
    EXPECT_NE(text.find("delay-imports user32.dll"), std::string::npos) << text;
    EXPECT_EQ(text.find("broken"), std::string::npos) << text;
    EXPECT_NE(describe(library.image).find("NTDLL.RtlAllocateHeap"), std::string::npos);
}

TEST(PeRelocations, A_block_that_leaves_its_directory_is_broken) {
    struct {
        nt::IMAGE_BASE_RELOCATION block;
        std::uint16_t entries[2];
    } blocks{{0x1000, 16}, {0x3004, 0}};
    const auto bytes = std::as_bytes(std::span(&blocks, 1));
    const auto fault = for_each_relocation(bytes, 0x5000, 0x10000, [](const Relocation&) {});
    ASSERT_TRUE(fault.has_value());
    EXPECT_EQ(fault->rule, Rule::RelocationBlock);

    blocks.block.SizeOfBlock = 4;
    EXPECT_EQ(for_each_relocation(bytes, 0x5000, 0x10000, [](const Relocation&) {})->rule, Rule::RelocationBlock);
}

TEST(PeRelocations, A_target_must_lie_in_the_image_whole) {
    struct {
        nt::IMAGE_BASE_RELOCATION block;
        std::uint16_t entries[2];
    } blocks{{0x1000, 12}, {0x3FFD, 0}}; // a 32-bit address at 0x1FFD
    const auto bytes = std::as_bytes(std::span(&blocks, 1));
    EXPECT_EQ(for_each_relocation(bytes, 0x5000, 0x2000, [](const Relocation&) {})->rule, Rule::RelocationTarget);
    EXPECT_FALSE(for_each_relocation(bytes, 0x5000, 0x2001, [](const Relocation&) {}).has_value());
    blocks.entries[0] = 0xB000; // kind 11
    EXPECT_EQ(for_each_relocation(bytes, 0x5000, 0x2001, [](const Relocation&) {})->rule, Rule::RelocationKind);
}
