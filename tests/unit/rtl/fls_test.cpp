// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/fls.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

using namespace oriel::rtl;
using nt::Status;

namespace {

std::vector<void*> called_with;
void note(void* value) { called_with.push_back(value); }

void* number(std::uintptr_t value) { return reinterpret_cast<void*>(value); }

struct Fls : testing::Test {
    Fls() { called_with.clear(); }
    static std::uint32_t allocated(NtFlsCallback callback = nullptr) {
        std::uint32_t index = 0;
        EXPECT_EQ(fls_allocate(callback, index), Status::Success);
        return index;
    }
    static void* value_of(void* fiber, std::uint32_t index) {
        void* value = number(0xDEAD);
        EXPECT_EQ(fls_get(fiber, index, value), Status::Success);
        return value;
    }
};

} // namespace

TEST_F(Fls, Each_fiber_has_its_own_values) {
    void *first = nullptr, *second = nullptr;
    const std::uint32_t index = allocated();
    EXPECT_NE(index, 0u);
    EXPECT_EQ(value_of(first, index), nullptr); // nothing was ever set
    fls_set(first, index, number(1));
    fls_set(second, index, number(2));
    EXPECT_EQ(value_of(first, index), number(1));
    EXPECT_EQ(value_of(second, index), number(2));
    fls_free(index);
    fls_free_data(first);
    fls_free_data(second);
}

TEST_F(Fls, Freeing_an_index_calls_back_for_every_fiber_that_holds_a_value) {
    void *first = nullptr, *second = nullptr;
    const std::uint32_t index = allocated(note);
    fls_set(first, index, number(1));
    fls_set(second, index, number(2));
    EXPECT_EQ(fls_free(index), Status::Success);
    EXPECT_EQ(called_with.size(), 2u);
    EXPECT_EQ(fls_free(index), Status::InvalidParameter);
    const std::uint32_t again = allocated();
    EXPECT_EQ(again, index);
    EXPECT_EQ(value_of(first, again), nullptr);
    fls_free(again);
    fls_free_data(first);
    fls_free_data(second);
}

TEST_F(Fls, A_fiber_that_ends_calls_back_for_its_values_that_are_not_null) {
    void* fiber = nullptr;
    const std::uint32_t with = allocated(note), without = allocated(), null_value = allocated(note);
    fls_set(fiber, with, number(7));
    fls_set(fiber, without, number(8));
    fls_set(fiber, null_value, nullptr);
    fls_run_callbacks(fiber);
    EXPECT_EQ(called_with, std::vector<void*>{number(7)});
    EXPECT_EQ(value_of(fiber, with), nullptr);
    fls_free_data(fiber);
    for (const std::uint32_t index : {with, without, null_value}) fls_free(index);
}

TEST_F(Fls, There_are_4079_indexes_and_each_is_a_place_of_its_own) {
    std::vector<std::uint32_t> indexes;
    std::uint32_t index = 0;
    while (fls_allocate(nullptr, index) == Status::Success) indexes.push_back(index);
    EXPECT_EQ(indexes.size(), 4079u);
    void* fiber = nullptr;
    for (const std::uint32_t each : indexes) EXPECT_EQ(fls_set(fiber, each, number(each)), Status::Success);
    for (const std::uint32_t each : indexes) EXPECT_EQ(value_of(fiber, each), number(each));
    for (const std::uint32_t each : indexes) fls_free(each);
    fls_free_data(fiber);
}

TEST_F(Fls, Indexes_that_cannot_be_are_refused) {
    void* fiber = nullptr;
    void* value = nullptr;
    EXPECT_EQ(fls_set(fiber, 0, nullptr), Status::InvalidParameter);
    EXPECT_EQ(fls_set(fiber, fls_limit, nullptr), Status::InvalidParameter);
    EXPECT_EQ(fls_get(fiber, 0, value), Status::InvalidParameter);
    EXPECT_EQ(fls_free(0), Status::InvalidParameter);
}
