// SPDX-License-Identifier: MIT
// virtual_memory_protect.cpp: protections, guard pages, queries, and what a wrong access raises.
// Sources: "VirtualProtect function", "Creating Guard Pages", "VirtualQuery function", "EXCEPTION_RECORD structure"
// (the parameters of an access violation), "ReadProcessMemory function", Microsoft documentation.
#include "nt_memory_calls.h"

#include <vector>

namespace {

constexpr SIZE_T page = 0x1000;

class Memory : public testing::Test {
protected:
    Memory() : base(static_cast<char*>(VirtualAlloc(nullptr, 8 * page, MEM_RESERVE, PAGE_READWRITE))) {
        VirtualAlloc(base, 4 * page, MEM_COMMIT, PAGE_READWRITE);
        seen.clear();
        handler = AddVectoredExceptionHandler(1, on_exception);
    }
    ~Memory() override {
        RemoveVectoredExceptionHandler(handler);
        VirtualFree(base, 0, MEM_RELEASE);
    }

    DWORD protect(SIZE_T offset, SIZE_T bytes, DWORD protection) {
        DWORD old = 0xDEAD;
        EXPECT_TRUE(VirtualProtect(base + offset, bytes, protection, &old)) << GetLastError();
        return old;
    }

    struct Seen {
        DWORD code;
        ULONG_PTR access;
        ULONG_PTR address;
    };
    /// Notes what happened, and makes the page usable so that the program can go on.
    static LONG CALLBACK on_exception(EXCEPTION_POINTERS* pointers) {
        const EXCEPTION_RECORD& record = *pointers->ExceptionRecord;
        if (record.NumberParameters < 2) return EXCEPTION_CONTINUE_SEARCH;
        seen.push_back({record.ExceptionCode, record.ExceptionInformation[0], record.ExceptionInformation[1]});
        if (record.ExceptionCode == DWORD(STATUS_GUARD_PAGE_VIOLATION)) return EXCEPTION_CONTINUE_EXECUTION;
        void* const at = reinterpret_cast<void*>(record.ExceptionInformation[1]);
        return VirtualAlloc(at, 1, MEM_COMMIT, PAGE_EXECUTE_READWRITE) ? EXCEPTION_CONTINUE_EXECUTION
                                                                       : EXCEPTION_CONTINUE_SEARCH;
    }
    static inline std::vector<Seen> seen;

    char* base;
    void* handler;
};

char load(const char* address) { return *static_cast<const volatile char*>(address); }
void store(char* address, char value) { *static_cast<volatile char*>(address) = value; }

TEST_F(Memory, Protecting_answers_the_first_pages_old_protection) {
    EXPECT_EQ(protect(page, page, PAGE_READONLY), DWORD{PAGE_READWRITE});
    EXPECT_EQ(protect(0, 2 * page, PAGE_NOACCESS), DWORD{PAGE_READWRITE});
    EXPECT_EQ(protect(page, 1, PAGE_EXECUTE_READ), DWORD{PAGE_NOACCESS});
    EXPECT_EQ(query(base).RegionSize, page);
    EXPECT_EQ(query(base + page).Protect, DWORD{PAGE_EXECUTE_READ});
}
TEST_F(Memory, Protecting_a_byte_on_each_side_of_a_boundary_takes_two_pages) {
    protect(page - 1, 2, PAGE_READONLY);
    EXPECT_EQ(query(base).RegionSize, 2 * page);
    EXPECT_EQ(query(base).Protect, DWORD{PAGE_READONLY});
}
TEST_F(Memory, What_is_not_committed_cannot_be_protected) {
    DWORD old = 0;
    EXPECT_FALSE(VirtualProtect(base + 3 * page, 2 * page, PAGE_READONLY, &old));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_ADDRESS});
    EXPECT_EQ(query(base + 3 * page).Protect, DWORD{PAGE_READWRITE});
}
TEST_F(Memory, Private_memory_is_not_copied_on_write) {
    DWORD old = 0;
    EXPECT_FALSE(VirtualProtect(base, page, PAGE_WRITECOPY, &old));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_FALSE(VirtualProtect(base, page, PAGE_READONLY | PAGE_READWRITE, &old));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}
TEST_F(Memory, The_old_protection_must_have_a_place) {
    EXPECT_FALSE(VirtualProtect(base, page, PAGE_READONLY, nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOACCESS});
    EXPECT_EQ(query(base).Protect, DWORD{PAGE_READWRITE});
}

TEST_F(Memory, A_wrong_access_says_what_and_where) {
    protect(0, page, PAGE_READONLY);
    EXPECT_EQ(load(base + 5), 0);
    store(base + 5, 'x');
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].code, DWORD(STATUS_ACCESS_VIOLATION));
    EXPECT_EQ(seen[0].access, 1u);
    EXPECT_EQ(seen[0].address, reinterpret_cast<ULONG_PTR>(base + 5));
    EXPECT_EQ(load(base + 5), 'x');
}
TEST_F(Memory, Reserved_memory_cannot_be_read) {
    EXPECT_EQ(load(base + 5 * page + 1), 0);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].code, DWORD(STATUS_ACCESS_VIOLATION));
    EXPECT_EQ(seen[0].access, 0u);
    EXPECT_EQ(seen[0].address, reinterpret_cast<ULONG_PTR>(base + 5 * page + 1));
}
TEST_F(Memory, A_guard_page_is_hit_once) {
    EXPECT_EQ(protect(page, page, PAGE_READWRITE | PAGE_GUARD), DWORD{PAGE_READWRITE});
    EXPECT_EQ(query(base + page).Protect, DWORD{PAGE_READWRITE | PAGE_GUARD});
    EXPECT_EQ(load(base + page + 3), 0);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].code, DWORD(STATUS_GUARD_PAGE_VIOLATION));
    EXPECT_EQ(seen[0].address, reinterpret_cast<ULONG_PTR>(base + page + 3));
    EXPECT_EQ(query(base + page).Protect, DWORD{PAGE_READWRITE});
    store(base + page + 3, 1);
    EXPECT_EQ(seen.size(), 1u);
}
TEST_F(Memory, A_guard_page_comes_before_its_protection) {
    protect(page, page, PAGE_READONLY | PAGE_GUARD);
    store(base + page, 1);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].code, DWORD(STATUS_GUARD_PAGE_VIOLATION));
    EXPECT_EQ(seen[1].code, DWORD(STATUS_ACCESS_VIOLATION));
}

TEST_F(Memory, A_region_ends_where_the_protection_changes) {
    protect(2 * page, page, PAGE_READONLY);
    const auto info = query(base + page + 100);
    EXPECT_EQ(info.BaseAddress, base + page);
    EXPECT_EQ(info.RegionSize, page);
    EXPECT_EQ(info.AllocationBase, base);
    EXPECT_EQ(query(base + 4 * page).RegionSize, 4 * page);
}
TEST_F(Memory, Queries_refuse_what_does_not_fit) {
    MEMORY_BASIC_INFORMATION info;
    SIZE_T needed = 0;
    EXPECT_STATUS(STATUS_INFO_LENGTH_MISMATCH,
                  nt_query(GetCurrentProcess(), base, 0, &info, sizeof info - 1, &needed));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER,
                  nt_query(GetCurrentProcess(), reinterpret_cast<void*>(~ULONG_PTR{0} - 0xFFFF), 0, &info,
                           sizeof info, nullptr));
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_query(nullptr, base, 0, &info, sizeof info, nullptr));
}

TEST_F(Memory, Reading_stops_where_nothing_is_committed) {
    std::vector<char> buffer(8 * page);
    SIZE_T done = 0xDEAD;
    EXPECT_STATUS(STATUS_PARTIAL_COPY, nt_read(GetCurrentProcess(), base, buffer.data(), 8 * page, &done));
    SIZE_T read = 0;
    EXPECT_TRUE(ReadProcessMemory(GetCurrentProcess(), base, buffer.data(), 4 * page, &read));
    EXPECT_EQ(read, 4 * page);
    EXPECT_FALSE(ReadProcessMemory(GetCurrentProcess(), base + 5 * page, buffer.data(), page, &read));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PARTIAL_COPY});
    EXPECT_TRUE(seen.empty());
}

TEST_F(Memory, A_service_that_is_given_a_bad_pointer_answers_so) {
    protect(0, page, PAGE_READONLY);
    SIZE_T bytes = page;
    // The place for the answer cannot be written.
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_allocate(GetCurrentProcess(), reinterpret_cast<void**>(base), 0, &bytes,
                                                       MEM_RESERVE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_allocate(GetCurrentProcess(), reinterpret_cast<void**>(base + 6 * page),
                                                       0, &bytes, MEM_RESERVE, PAGE_READWRITE));
    EXPECT_TRUE(seen.empty());
}

/// Enough recursion to grow the stack over many pages.
int deep(int levels) {
    volatile char frame[3000];
    frame[0] = static_cast<char>(levels);
    return levels == 0 ? 0 : deep(levels - 1) + frame[0] - static_cast<char>(levels) + 1;
}
DWORD CALLBACK run_deep(void*) { return static_cast<DWORD>(deep(200)); }

TEST_F(Memory, A_stack_grows_without_the_program_noticing) {
    const HANDLE thread = CreateThread(nullptr, 0, run_deep, nullptr, 0, nullptr);
    ASSERT_NE(thread, nullptr);
    WaitForSingleObject(thread, INFINITE);
    DWORD code = 0;
    GetExitCodeThread(thread, &code);
    EXPECT_EQ(code, 200u);
    EXPECT_TRUE(seen.empty());
    CloseHandle(thread);
}

} // namespace
