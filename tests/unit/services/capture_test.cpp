// SPDX-License-Identifier: MIT
// capture_test.cpp: names and attributes out of a guest that makes mistakes. Here the guest is a small array, at
// address 0x10000; everything outside it faults.
#include <ntdll-emu/services/capture.h>

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace {
std::array<std::byte, 0x10000> memory;
constexpr std::uint64_t base = 0x10000;

bool inside(oriel::Address address, std::size_t bytes) {
    return address.value() >= base && bytes <= memory.size() && address.value() - base <= memory.size() - bytes;
}
} // namespace

namespace oriel {

NtResult<> copy_from_guest(void* to, Address from, std::size_t bytes) {
    if (!inside(from, bytes)) return Status::AccessViolation;
    std::memcpy(to, memory.data() + (from.value() - base), bytes);
    return {};
}
NtResult<> copy_to_guest(Address to, const void* from, std::size_t bytes) {
    if (!inside(to, bytes)) return Status::AccessViolation;
    std::memcpy(memory.data() + (to.value() - base), from, bytes);
    return {};
}

namespace services {
namespace {

constexpr Address attributes_at{base}, string_at{base + 0x100}, text_at{base + 0x200};

template<class Abi>
class CaptureTest : public testing::Test {
public:
    CaptureTest() {
        memory.fill(std::byte{0});
        string.Length = string.MaximumLength = 8;
        string.Buffer.value = static_cast<nt::uptr<Abi>>(text_at.value());
        attributes.Length = sizeof attributes;
        attributes.ObjectName.value = static_cast<nt::uptr<Abi>>(string_at.value());
        EXPECT_TRUE(copy_to_guest(text_at, u"\\abc", 8).ok());
    }
    NtResult<std::u16string> capture_string(Address at = string_at) {
        EXPECT_TRUE(copy_to_guest(string_at, &string, sizeof string).ok());
        return capture_unicode_string(UserPtr<nt::UNICODE_STRING<Abi>>(at));
    }
    NtResult<ObjectAttributes> capture_attributes(Address at = attributes_at) {
        EXPECT_TRUE(copy_to_guest(string_at, &string, sizeof string).ok());
        EXPECT_TRUE(copy_to_guest(attributes_at, &attributes, sizeof attributes).ok());
        return capture_object_attributes(UserPtr<nt::OBJECT_ATTRIBUTES<Abi>>(at));
    }

    nt::UNICODE_STRING<Abi> string{};
    nt::OBJECT_ATTRIBUTES<Abi> attributes{};
};
using Abis = testing::Types<nt::Nt64, nt::Nt32>;
TYPED_TEST_SUITE(CaptureTest, Abis);

TYPED_TEST(CaptureTest, A_name_and_attributes_are_copied) {
    this->attributes.Attributes = nt::OBJ_CASE_INSENSITIVE;
    this->attributes.RootDirectory = 0x44;
    const auto captured = this->capture_attributes();
    ASSERT_TRUE(captured.ok());
    EXPECT_EQ(captured->name, u"\\abc");
    EXPECT_EQ(captured->attributes, nt::OBJ_CASE_INSENSITIVE);
    EXPECT_EQ(captured->root, nt::Handle{0x44});
    EXPECT_TRUE(captured->has_name);
}
TYPED_TEST(CaptureTest, An_empty_name_needs_no_buffer) {
    this->string.Length = 0;
    this->string.Buffer.value = 1;
    EXPECT_EQ(this->capture_string().value(), u"");
}
TYPED_TEST(CaptureTest, Odd_lengths_and_the_longest_one_are_no_names) {
    this->string.Length = 7;
    EXPECT_EQ(this->capture_string().error(), Status::ObjectNameInvalid);
    this->string.Length = 0xFFFE;
    EXPECT_EQ(this->capture_string().error(), Status::ObjectNameInvalid);
}
TYPED_TEST(CaptureTest, Bad_addresses_are_access_violations) {
    EXPECT_EQ(this->capture_string(Address(0x5000)).error(), Status::AccessViolation);
    this->string.Buffer.value = 0x5000;
    EXPECT_EQ(this->capture_string().error(), Status::AccessViolation);
    this->string.Buffer.value = static_cast<nt::uptr<TypeParam>>(base + memory.size() - 4);
    EXPECT_EQ(this->capture_string().error(), Status::AccessViolation) << "half of it lies outside";
    EXPECT_EQ(this->capture_attributes(Address(0x5000)).error(), Status::AccessViolation);
}
TYPED_TEST(CaptureTest, Misaligned_structures_are_reported_as_such) {
    EXPECT_EQ(this->capture_string(string_at + 2).error(), Status::DatatypeMisalignment);
    this->string.Buffer.value += 1;
    EXPECT_EQ(this->capture_string().error(), Status::DatatypeMisalignment);
    EXPECT_EQ(this->capture_attributes(attributes_at + 2).error(), Status::DatatypeMisalignment);
}
TYPED_TEST(CaptureTest, A_structure_of_another_size_or_with_unknown_flags_is_refused) {
    this->attributes.Length = 4;
    EXPECT_EQ(this->capture_attributes().error(), Status::InvalidParameter);
    this->attributes.Length = sizeof this->attributes;
    this->attributes.Attributes = 0x1;
    EXPECT_EQ(this->capture_attributes().error(), Status::InvalidParameter);
}
TYPED_TEST(CaptureTest, A_root_directory_needs_a_name) {
    this->attributes.ObjectName.value = 0;
    EXPECT_FALSE(this->capture_attributes()->has_name);
    this->attributes.RootDirectory = 4;
    EXPECT_EQ(this->capture_attributes().error(), Status::ObjectNameInvalid);
}
TYPED_TEST(CaptureTest, No_structure_is_an_error_only_where_a_name_is_needed) {
    EXPECT_EQ(this->capture_attributes(Address()).error(), Status::InvalidParameter);
    const auto none = capture_optional_object_attributes(UserPtr<nt::OBJECT_ATTRIBUTES<TypeParam>>());
    ASSERT_TRUE(none.ok());
    EXPECT_EQ(none->name, u"");
}
TYPED_TEST(CaptureTest, A_32_bit_handle_is_extended_with_its_sign) {
    this->attributes.RootDirectory = static_cast<nt::uptr<TypeParam>>(~std::uint64_t{0});
    EXPECT_EQ(this->capture_attributes()->root, nt::current_process_handle);
}

} // namespace
} // namespace services
} // namespace oriel
