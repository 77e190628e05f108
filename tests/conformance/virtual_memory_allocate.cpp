// SPDX-License-Identifier: MIT
// virtual_memory_allocate.cpp: reserving, committing and freeing.
// Sources: "VirtualAlloc function", "VirtualFree function", "ZwAllocateVirtualMemory function", "ZwFreeVirtualMemory
// function", "Reserving and Committing Memory", Microsoft documentation.
#include "nt_memory_calls.h"

namespace {

constexpr SIZE_T page = 0x1000;
constexpr SIZE_T granule = 0x10000;

struct Reservation {
    explicit Reservation(SIZE_T bytes, DWORD type = MEM_RESERVE, DWORD protect = PAGE_READWRITE)
        : base(VirtualAlloc(nullptr, bytes, type, protect)) {}
    ~Reservation() { VirtualFree(base, 0, MEM_RELEASE); }
    void* base;
};

TEST(Allocate, A_reservation_begins_on_64_KiB) {
    const Reservation one(page);
    ASSERT_NE(one.base, nullptr);
    EXPECT_EQ(reinterpret_cast<ULONG_PTR>(one.base) % granule, 0u);
    const auto info = query(one.base);
    EXPECT_EQ(info.State, DWORD{MEM_RESERVE});
    EXPECT_EQ(info.RegionSize, page);
    EXPECT_EQ(info.Protect, 0u);
    EXPECT_EQ(info.AllocationProtect, DWORD{PAGE_READWRITE});
    EXPECT_EQ(info.Type, DWORD{MEM_PRIVATE});
}

TEST(Allocate, Committed_pages_are_zero) {
    const Reservation one(4 * page, MEM_RESERVE | MEM_COMMIT);
    for (SIZE_T i = 0; i < 4 * page; i += 512) EXPECT_EQ(*bytes_at(one.base, i), 0);
}

TEST(Allocate, Commit_alone_without_an_address_reserves_too) {
    void* const memory = VirtualAlloc(nullptr, page, MEM_COMMIT, PAGE_READWRITE);
    ASSERT_NE(memory, nullptr);
    EXPECT_EQ(query(memory).State, DWORD{MEM_COMMIT});
    EXPECT_TRUE(VirtualFree(memory, 0, MEM_RELEASE));
}

TEST(Allocate, An_address_is_rounded_down_and_the_region_covers_what_was_asked) {
    Reservation room(4 * granule);
    char* const at = bytes_at(room.base, granule + page + 5);
    ASSERT_TRUE(VirtualFree(room.base, 0, MEM_RELEASE));
    void* const memory = VirtualAlloc(at, page, MEM_RESERVE, PAGE_READWRITE);
    room.base = memory;
    ASSERT_NE(memory, nullptr);
    EXPECT_EQ(memory, static_cast<void*>(at - page - 5));
    EXPECT_EQ(query(memory).RegionSize, 3 * page);
}

TEST(Allocate, Committing_rounds_to_pages) {
    const Reservation one(8 * page);
    EXPECT_EQ(VirtualAlloc(bytes_at(one.base, page + 1), page, MEM_COMMIT, PAGE_READWRITE), bytes_at(one.base, page));
    EXPECT_EQ(query(one.base).RegionSize, page);
    EXPECT_EQ(query(bytes_at(one.base, page)).RegionSize, 2 * page);
    EXPECT_EQ(query(bytes_at(one.base, page)).State, DWORD{MEM_COMMIT});
}

TEST(Allocate, Committing_twice_is_no_error_and_keeps_the_content) {
    const Reservation one(page, MEM_RESERVE | MEM_COMMIT);
    *bytes_at(one.base, 7) = 'x';
    ASSERT_NE(VirtualAlloc(one.base, page, MEM_COMMIT, PAGE_READONLY), nullptr);
    EXPECT_EQ(*bytes_at(one.base, 7), 'x');
    EXPECT_EQ(query(one.base).Protect, DWORD{PAGE_READONLY});
}

TEST(Allocate, Reserving_what_is_reserved_fails) {
    const Reservation one(granule);
    SetLastError(0xDEAD);
    EXPECT_EQ(VirtualAlloc(one.base, page, MEM_RESERVE, PAGE_READWRITE), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_ADDRESS});
}

TEST(Allocate, Committing_what_is_not_reserved_fails) {
    Reservation one(2 * granule);
    void* const at = one.base;
    ASSERT_TRUE(VirtualFree(at, 0, MEM_RELEASE));
    one.base = nullptr;
    EXPECT_EQ(VirtualAlloc(at, page, MEM_COMMIT, PAGE_READWRITE), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_ADDRESS});
}

TEST(Allocate, Committing_beyond_the_reservation_fails_and_commits_nothing) {
    const Reservation one(2 * page);
    EXPECT_EQ(VirtualAlloc(one.base, 3 * page, MEM_COMMIT, PAGE_READWRITE), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_ADDRESS});
    EXPECT_EQ(query(one.base).State, DWORD{MEM_RESERVE});
}

TEST(Allocate, Wrong_parameters_are_named) {
    const HANDLE self = GetCurrentProcess();
    const auto allocate = [&](ULONG_PTR zero_bits, SIZE_T bytes, ULONG type, ULONG protect) {
        void* base = nullptr;
        const NtStatus status = nt_allocate(self, &base, zero_bits, &bytes, type, protect);
        if (status == status_success) VirtualFree(base, 0, MEM_RELEASE);
        return status;
    };
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_3, allocate(22, page, MEM_RESERVE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_3, allocate(31, page, MEM_RESERVE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_5, allocate(0, page, 0, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_5, allocate(0, page, MEM_RELEASE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, allocate(0, page, MEM_RESERVE, 0));
    EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, allocate(0, page, MEM_RESERVE, PAGE_READONLY | PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, allocate(0, page, MEM_COMMIT, PAGE_WRITECOPY));
}

TEST(Allocate, No_size_is_a_wrong_parameter) {
    EXPECT_EQ(VirtualAlloc(nullptr, 0, MEM_RESERVE, PAGE_READWRITE), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(Allocate, Zero_bits_keep_the_address_low) {
    const HANDLE self = GetCurrentProcess();
    for (const ULONG_PTR zero_bits : {ULONG_PTR{1}, ULONG_PTR{3}}) {
        void* base = nullptr;
        SIZE_T bytes = page;
        ASSERT_EQ(nt_allocate(self, &base, zero_bits, &bytes, MEM_RESERVE, PAGE_READWRITE), status_success)
            << zero_bits;
        EXPECT_EQ(reinterpret_cast<ULONG_PTR>(base) >> (32 - zero_bits), 0u) << zero_bits;
        VirtualFree(base, 0, MEM_RELEASE);
    }
}

#if defined(_WIN64)
TEST(Allocate, Zero_bits_from_32_on_are_a_mask) {
    void* base = nullptr;
    SIZE_T bytes = page;
    ASSERT_EQ(nt_allocate(GetCurrentProcess(), &base, 0x1AAAAAAA, &bytes, MEM_RESERVE | MEM_TOP_DOWN, PAGE_READWRITE),
              status_success);
    EXPECT_LE(reinterpret_cast<ULONG_PTR>(base), ULONG_PTR{0x1FFFFFFF});
    VirtualFree(base, 0, MEM_RELEASE);
}
#endif

TEST(Allocate, Top_down_lies_above_bottom_up) {
    const Reservation low(page);
    const Reservation high(page, MEM_RESERVE | MEM_TOP_DOWN);
    EXPECT_GT(high.base, low.base);
}

TEST(Free, Decommitted_pages_are_reserved_and_zero_when_committed_again) {
    const Reservation one(4 * page, MEM_RESERVE | MEM_COMMIT);
    *bytes_at(one.base, page) = 'x';
    ASSERT_TRUE(VirtualFree(bytes_at(one.base, page), page, MEM_DECOMMIT));
    EXPECT_EQ(query(bytes_at(one.base, page)).State, DWORD{MEM_RESERVE});
    EXPECT_EQ(query(bytes_at(one.base, 2 * page)).State, DWORD{MEM_COMMIT});
    ASSERT_NE(VirtualAlloc(bytes_at(one.base, page), page, MEM_COMMIT, PAGE_READWRITE), nullptr);
    EXPECT_EQ(*bytes_at(one.base, page), 0);
}

TEST(Free, Decommitting_what_is_not_committed_is_no_error) {
    const Reservation one(4 * page);
    EXPECT_TRUE(VirtualFree(one.base, 4 * page, MEM_DECOMMIT));
}

TEST(Free, Decommitting_without_a_size_takes_the_whole_reservation) {
    const Reservation one(4 * page, MEM_RESERVE | MEM_COMMIT);
    ASSERT_TRUE(VirtualFree(one.base, 0, MEM_DECOMMIT));
    EXPECT_EQ(query(one.base).State, DWORD{MEM_RESERVE});
    EXPECT_EQ(query(one.base).RegionSize, 4 * page);
}

TEST(Free, Released_memory_is_free) {
    Reservation one(granule, MEM_RESERVE | MEM_COMMIT);
    ASSERT_TRUE(VirtualFree(one.base, 0, MEM_RELEASE));
    const auto info = query(one.base);
    EXPECT_EQ(info.State, DWORD{MEM_FREE});
    EXPECT_EQ(info.Protect, DWORD{PAGE_NOACCESS});
    EXPECT_EQ(info.AllocationBase, nullptr);
    EXPECT_EQ(info.Type, 0u);
    EXPECT_FALSE(VirtualFree(one.base, 0, MEM_RELEASE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_ADDRESS});
    one.base = nullptr;
}

TEST(Free, Releasing_takes_no_size_and_only_the_base) {
    const Reservation one(granule);
    EXPECT_FALSE(VirtualFree(one.base, granule, MEM_RELEASE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_FALSE(VirtualFree(bytes_at(one.base, page), 0, MEM_RELEASE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_ADDRESS});
    EXPECT_FALSE(VirtualFree(one.base, 0, MEM_RELEASE | MEM_DECOMMIT));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(Free, The_service_names_what_is_wrong) {
    const HANDLE self = GetCurrentProcess();
    const Reservation one(granule);
    const auto free_it = [&](void* base, SIZE_T bytes, ULONG type) { return nt_free(self, &base, &bytes, type); };
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, free_it(one.base, 0, 0));
    EXPECT_STATUS(STATUS_FREE_VM_NOT_AT_BASE, free_it(bytes_at(one.base, page), 0, MEM_RELEASE));
    EXPECT_STATUS(STATUS_UNABLE_TO_FREE_VM, free_it(one.base, granule + 1, MEM_RELEASE));
    EXPECT_STATUS(STATUS_UNABLE_TO_FREE_VM, free_it(one.base, granule + 1, MEM_DECOMMIT));
}

TEST(Free, The_service_releases_a_part_too) {
    const HANDLE self = GetCurrentProcess();
    void* const base = VirtualAlloc(nullptr, 4 * granule, MEM_RESERVE, PAGE_READWRITE);
    void* middle = bytes_at(base, granule);
    SIZE_T bytes = granule;
    ASSERT_EQ(nt_free(self, &middle, &bytes, MEM_RELEASE), status_success);
    EXPECT_EQ(query(middle).State, DWORD{MEM_FREE});
    EXPECT_EQ(query(base).RegionSize, granule);
    EXPECT_EQ(query(bytes_at(base, 3 * granule)).AllocationBase, bytes_at(base, 2 * granule));
    EXPECT_TRUE(VirtualFree(base, 0, MEM_RELEASE));
    EXPECT_TRUE(VirtualFree(bytes_at(base, 2 * granule), 0, MEM_RELEASE));
}

TEST(WriteWatch, Tells_the_pages_that_were_written) {
    char* const base = static_cast<char*>(
        VirtualAlloc(nullptr, 8 * page, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH, PAGE_READWRITE));
    ASSERT_NE(base, nullptr);
    base[2 * page] = 1;
    base[5 * page + 9] = 1;
    void* written[8] = {};
    ULONG_PTR count = 8;
    DWORD granularity = 0;
    ASSERT_EQ(GetWriteWatch(WRITE_WATCH_FLAG_RESET, base, 8 * page, written, &count, &granularity), 0u);
    ASSERT_EQ(count, 2u);
    EXPECT_EQ(written[0], base + 2 * page);
    EXPECT_EQ(written[1], base + 5 * page);
    EXPECT_EQ(granularity, page);
    count = 8;
    ASSERT_EQ(GetWriteWatch(0, base, 8 * page, written, &count, &granularity), 0u);
    EXPECT_EQ(count, 0u);
    base[3 * page] = 1;
    count = 8;
    ASSERT_EQ(GetWriteWatch(0, base, 8 * page, written, &count, &granularity), 0u);
    EXPECT_EQ(count, 1u);
    ASSERT_EQ(ResetWriteWatch(base, 8 * page), 0u);
    count = 8;
    ASSERT_EQ(GetWriteWatch(0, base, 8 * page, written, &count, &granularity), 0u);
    EXPECT_EQ(count, 0u);
    EXPECT_TRUE(VirtualFree(base, 0, MEM_RELEASE));
}

TEST(WriteWatch, Needs_a_reservation_made_for_it) {
    const Reservation one(page, MEM_RESERVE | MEM_COMMIT);
    void* written[1];
    ULONG_PTR count = 1;
    DWORD granularity = 0;
    EXPECT_EQ(GetWriteWatch(0, one.base, page, written, &count, &granularity), ~UINT{0});
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

} // namespace
