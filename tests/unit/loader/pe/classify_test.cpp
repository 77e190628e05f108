// SPDX-License-Identifier: MIT
#include "pe_files.h"

#include <loader/pe/classify.h>

#include <gtest/gtest.h>

using namespace oriel::pe;
using namespace oriel::pe::test;

namespace {

FileKind kind_of_seed(const char* name) { return classify(bytes_of(read_seed(name))).kind; }

FileKind kind_of(std::string_view content) { return classify(std::as_bytes(std::span(content))).kind; }

} // namespace

TEST(Classify, Programs_of_both_widths_are_runnable) {
    EXPECT_EQ(kind_of_seed("everything64.exe"), FileKind::Program64);
    EXPECT_EQ(kind_of_seed("everything32.exe"), FileKind::Program32);
    EXPECT_EQ(kind_of_seed("flat64.exe"), FileKind::Program64);
    EXPECT_TRUE(classify(bytes_of(read_seed("everything64.exe"))).runnable());
}

TEST(Classify, Every_kind_of_foreign_image_is_told_apart) {
    EXPECT_EQ(kind_of_seed("library64.dll"), FileKind::Dll);
    EXPECT_EQ(kind_of_seed("arm64.exe"), FileKind::OtherCpu);
    EXPECT_EQ(kind_of_seed("driver.sys"), FileKind::NativeProgram);
    EXPECT_EQ(kind_of_seed("managed.exe"), FileKind::DotNet);
    EXPECT_EQ(kind_of_seed("ne.exe"), FileKind::Ne);
    EXPECT_EQ(kind_of_seed("le.exe"), FileKind::Le);
    EXPECT_EQ(kind_of_seed("dos.exe"), FileKind::Dos);
    EXPECT_EQ(kind_of_seed("truncated.exe"), FileKind::Truncated);
}

TEST(Classify, Every_kind_of_foreign_file_is_told_apart) {
    EXPECT_EQ(kind_of(""), FileKind::Empty);
    EXPECT_EQ(kind_of("\x7F" "ELF\x02\x01\x01"), FileKind::Elf);
    EXPECT_EQ(kind_of("#!/bin/sh\necho\n"), FileKind::Script);
    EXPECT_EQ(kind_of("Hello, world.\r\n"), FileKind::Text);
    EXPECT_EQ(kind_of("PK\x03\x04"), FileKind::Archive);
    EXPECT_EQ(kind_of("\xCF\xFA\xED\xFE"), FileKind::MachO);
    EXPECT_EQ(kind_of("M"), FileKind::Truncated);
    EXPECT_EQ(kind_of("MZ"), FileKind::Truncated);
    EXPECT_EQ(kind_of("\x01\x02\x03"), FileKind::Unknown);
}

TEST(Classify, The_line_says_what_is_wrong_in_words) {
    EXPECT_NE(classify(bytes_of(read_seed("arm64.exe"))).line.find("ARM64"), std::string::npos);
    EXPECT_NE(classify(bytes_of(read_seed("managed.exe"))).line.find(".NET"), std::string::npos);
    EXPECT_EQ(classify(bytes_of(read_seed("ne.exe"))).status, nt::Status::InvalidImageWin16);
}
