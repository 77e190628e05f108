// SPDX-License-Identifier: MIT
// nt_status_matchers.h: statuses print by their NT names, and results are checked in one word.
#pragma once

#include <oriel/nt_result.h>

#include <gtest/gtest.h>

#include <ostream>

namespace nt {

inline const char* name_of(Status status) {
    switch (static_cast<std::uint32_t>(status)) {
#define NT_STATUS(enumerator, value, name)                                                                           \
    case value:                                                                                                      \
        return #name;
#include <nt/status_codes.inc>
#undef NT_STATUS
    default:
        return "an unknown status";
    }
}
inline void PrintTo(Status status, std::ostream* out) { *out << name_of(status); }

} // namespace nt

#define ASSERT_OK(expression) ASSERT_EQ((expression).status(), ::nt::Status::Success)
#define EXPECT_OK(expression) EXPECT_EQ((expression).status(), ::nt::Status::Success)
#define EXPECT_STATUS(expression, expected) EXPECT_EQ((expression).status(), ::nt::Status::expected)
