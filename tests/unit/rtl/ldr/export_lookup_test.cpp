// SPDX-License-Identifier: MIT
#include "mapped_seed.h"

#include <ntdll-emu/rtl/ldr/export_lookup.h>

#include <gtest/gtest.h>

using namespace oriel::rtl::ldr;
using test::MappedSeed;

namespace {

class ExportLookup : public testing::Test {
protected:
    MappedSeed library{"library64.dll"};
    ExportTable exports = ExportTable::of(ImageView(library.base()));
    [[nodiscard]] std::ptrdiff_t rva(const ExportFound& found) {
        return static_cast<char*>(found.address) - static_cast<char*>(library.base());
    }
};

} // namespace

TEST_F(ExportLookup, A_name_is_found_with_a_right_a_wrong_and_an_absurd_hint) {
    // In the table's order: Alpha, ByNumber, Heap, Zeta.
    for (const std::uint32_t hint : {0U, 1U, 3U, 4U, 0xFFFFU}) {
        const auto found = exports.by_name("Alpha", hint);
        EXPECT_EQ(found.kind, ExportFound::Kind::Address) << hint;
        EXPECT_EQ(rva(found), 0x1002) << hint;
    }
    EXPECT_EQ(rva(exports.by_name("Zeta", 0)), 0x1000);
}

TEST_F(ExportLookup, A_name_that_is_not_there_is_missing) {
    for (const char* name : {"", "A", "Alph", "Alphabet", "alpha", "Zz", "~"})
        EXPECT_EQ(exports.by_name(name).kind, ExportFound::Kind::Missing) << name;
}

TEST_F(ExportLookup, Ordinals_count_from_the_base) {
    EXPECT_EQ(rva(exports.by_ordinal(5)), 0x1000);
    EXPECT_EQ(rva(exports.by_ordinal(7)), 0x1001);
    EXPECT_EQ(exports.by_ordinal(0).kind, ExportFound::Kind::Missing);
    EXPECT_EQ(exports.by_ordinal(4).kind, ExportFound::Kind::Missing);
    EXPECT_EQ(exports.by_ordinal(10).kind, ExportFound::Kind::Missing); // unused
    EXPECT_EQ(exports.by_ordinal(11).kind, ExportFound::Kind::Missing);
}

TEST_F(ExportLookup, A_forwarder_comes_as_its_text) {
    const auto found = exports.by_name("Heap");
    ASSERT_EQ(found.kind, ExportFound::Kind::Forwarder);
    EXPECT_STREQ(found.forwarder, "NTDLL.RtlAllocateHeap");
}

TEST(ExportTable, An_image_without_exports_has_an_empty_table) {
    MappedSeed program("everything64.exe");
    const auto exports = ExportTable::of(ImageView(program.base()));
    EXPECT_EQ(exports.name_count(), 0U);
    EXPECT_EQ(exports.by_name("Alpha").kind, ExportFound::Kind::Missing);
    EXPECT_EQ(exports.by_ordinal(1).kind, ExportFound::Kind::Missing);
}

TEST(ForwarderTarget, The_last_dot_divides_the_DLL_from_the_function) {
    const auto simple = ForwarderTarget::parse("NTDLL.RtlAllocateHeap");
    EXPECT_TRUE(simple.valid);
    EXPECT_EQ(simple.dll, "NTDLL");
    EXPECT_STREQ(simple.name, "RtlAllocateHeap");

    const auto dotted = ForwarderTarget::parse("my.lib.dll.Function");
    EXPECT_EQ(dotted.dll, "my.lib.dll");
    EXPECT_STREQ(dotted.name, "Function");
}

TEST(ForwarderTarget, A_number_sign_means_an_ordinal) {
    const auto target = ForwarderTarget::parse("other.#12");
    EXPECT_TRUE(target.valid);
    EXPECT_EQ(target.name, nullptr);
    EXPECT_EQ(target.ordinal, 12U);
}

TEST(ForwarderTarget, Nonsense_is_not_valid) {
    for (const char* text :
         {"", ".", "dll", "dll.", ".Function", "dll.#", "dll.#x", "dll.#99999999999", "dll.#65536"})
        EXPECT_FALSE(ForwarderTarget::parse(text).valid) << text;
}
