// SPDX-License-Identifier: MIT
#include <loader/start/symbols/short_name.h>

#include <gtest/gtest.h>

using oriel::start::short_name;
using oriel::start::without_details;

TEST(ShortName, A_name_of_C_is_itself) {
    EXPECT_EQ(short_name("RtlAllocateHeap"), "RtlAllocateHeap");
    EXPECT_EQ(short_name("main.main"), "main.main");
    EXPECT_EQ(short_name("?f@@YAXXZ"), "?f@@YAXXZ");
    EXPECT_EQ(short_name(""), "");
}

TEST(ShortName, Of_a_Cxx_function_scopes_and_name_are_left) {
    EXPECT_EQ(short_name("_Z4makej"), "make");
    EXPECT_EQ(short_name("_ZN5oriel3rtl4heap15allocate_slowlyERNS1_4HeapEjy"), "oriel::rtl::heap::allocate_slowly");
    EXPECT_EQ(short_name("_ZN12_GLOBAL__N_110HeapReader9add_entryEPcyty"), "HeapReader::add_entry");
    EXPECT_EQ(short_name("_ZL5localv"), "local");
    EXPECT_EQ(short_name("_ZNK3Set4sizeEv.cold"), "Set::size");
}

TEST(ShortName, Template_arguments_are_passed_over) {
    EXPECT_EQ(short_name("_ZNSt6vectorIiSaIiEE9push_backERKi"), "std::vector::push_back");
    EXPECT_EQ(short_name("_ZSt4moveIRNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEONSt16remove_referenceIT_E4typeEOS8_"), "std::move");
    EXPECT_EQ(short_name("_Z3runIXadL_Z4stepvEEEvv"), "run");
    EXPECT_EQ(short_name("_Z3runILi3ELb1EJifEEvv"), "run");
    EXPECT_EQ(short_name("_Z5applyIFvRiEEvOT_"), "apply");
    EXPECT_EQ(short_name("_Z5countIA16_KcM3SetFivEEvv"), "count");
}

TEST(ShortName, Special_members_have_their_names) {
    EXPECT_EQ(short_name("_ZN3SetC2Ev"), "Set::Set");
    EXPECT_EQ(short_name("_ZN3SetIiED1Ev"), "Set::~Set");
    EXPECT_EQ(short_name("_ZN3SeteqERKS_"), "Set::operator==");
    EXPECT_EQ(short_name("_ZN3SetclEi"), "Set::operator()");
    EXPECT_EQ(short_name("_ZN3SetcvbEv"), "Set::operator bool");
    EXPECT_EQ(short_name("_Znwy"), "operator new");
    EXPECT_EQ(short_name("_ZNSsC1Ev"), "std::basic_string::basic_string");
    EXPECT_EQ(short_name("_ZThn16_N3Set4sizeEv"), "Set::size");
}

TEST(ShortName, Local_names_have_their_function_before_them) {
    EXPECT_EQ(short_name("_ZZ4mainENKUlvE_clEv"), "main::{lambda}::operator()");
    EXPECT_EQ(short_name("_ZZN3Set4sizeEvE5cache"), "Set::size::cache");
    EXPECT_EQ(short_name("_ZZ4mainENK3$_0clEv"), "main::$_0::operator()");
}

TEST(ShortName, A_hash_of_Rust_is_no_part_of_the_name) {
    EXPECT_EQ(short_name("_ZN4core3fmt9Formatter9write_str17h0123456789abcdefE"), "core::fmt::Formatter::write_str");
}

// Whatever the bytes: an end, and a name. Every prefix and every name with one character changed.
TEST(ShortName, Nonsense_comes_back_as_it_is_or_shorter) {
    const std::string good = "_ZNSt6vectorIZN3Set4sizeEvEUlOT_DpOT0_E_LPFvPKcE0EE12emplace_backIJRiiEEERS3_DpOT_";
    for (std::size_t i = 0; i <= good.size(); ++i) {
        (void)short_name(good.substr(0, i));
        for (int c = 0; c < 256; ++c) {
            std::string changed = good;
            if (i < good.size()) changed[i] = static_cast<char>(c);
            (void)short_name(changed);
        }
    }
    (void)short_name("_Z" + std::string(100'000, 'N'));
    (void)short_name("_Z1f" + std::string(100'000, 'I'));
    (void)short_name("_ZZ" + std::string(100'000, 'Z'));
    EXPECT_EQ(short_name("_Z99999999999999999999f"), "_Z99999999999999999999f");
}

TEST(ShortName, A_demangled_name_loses_types_and_arguments) {
    EXPECT_EQ(without_details("int std::max<int>(int, int)"), "std::max");
    EXPECT_EQ(without_details("(anonymous namespace)::read(char const*)"), "read");
    EXPECT_EQ(without_details("ns::Set<std::pair<int, long>>::size() const"), "ns::Set::size");
    EXPECT_EQ(without_details("read_through"), "read_through");
    EXPECT_EQ(without_details("Set::operator<(Set const&)"), "Set::operator<");
    EXPECT_EQ(without_details("void Set::operator<< <int>(int)"), "Set::operator<<");
    EXPECT_EQ(without_details("operator delete[](void*, unsigned long)"), "operator delete[]");
    EXPECT_EQ(without_details(""), "");
}
