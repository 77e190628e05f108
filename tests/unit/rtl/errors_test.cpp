// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/errors.h>

#include <gtest/gtest.h>

using namespace oriel::rtl;
using nt::Status;

TEST(Errors, Well_known_statuses) {
    EXPECT_EQ(win32_error_of(Status::Success), 0u);
    EXPECT_EQ(win32_error_of(Status::AccessDenied), 5u);
    EXPECT_EQ(win32_error_of(Status::ObjectNameNotFound), 2u);
    EXPECT_EQ(win32_error_of(Status::ObjectPathNotFound), 3u);
    EXPECT_EQ(win32_error_of(Status::InvalidHandle), 6u);
    EXPECT_EQ(win32_error_of(Status::NoMemory), 8u);
    EXPECT_EQ(win32_error_of(Status::InvalidParameter), 87u);
    EXPECT_EQ(win32_error_of(Status::BufferTooSmall), 122u);
    EXPECT_EQ(win32_error_of(Status::ObjectNameCollision), 183u);
    EXPECT_EQ(win32_error_of(Status::BufferOverflow), 234u);
    EXPECT_EQ(win32_error_of(Status::AccessViolation), 998u);
    EXPECT_EQ(win32_error_of(Status::EndOfFile), 38u);
    EXPECT_EQ(win32_error_of(Status::Pending), 997u);
    EXPECT_EQ(win32_error_of(Status::Timeout), 258u);
    EXPECT_EQ(win32_error_of(Status::NoMoreFiles), 18u);
    EXPECT_EQ(win32_error_of(Status::SharingViolation), 32u);
    EXPECT_EQ(win32_error_of(Status::DirectoryNotEmpty), 145u);
    EXPECT_EQ(win32_error_of(Status::PipeBroken), 109u);
    EXPECT_EQ(win32_error_of(Status::NotImplemented), 1u);
}

TEST(Errors, An_unknown_status_is_message_317) {
    EXPECT_EQ(win32_error_of(static_cast<Status>(0xC0FF0001)), error_mr_mid_not_found);
}

TEST(Errors, Wrapped_Win32_errors_and_customer_statuses_come_back_as_they_are) {
    EXPECT_EQ(win32_error_of(static_cast<Status>(0xC0070005)), 5u);
    EXPECT_EQ(win32_error_of(static_cast<Status>(0x80070057)), 87u);
    EXPECT_EQ(win32_error_of(static_cast<Status>(0xE06D7363)), 0xE06D7363u);
    EXPECT_EQ(win32_error_of(static_cast<Status>(0xD0000022)), 5u);
}
