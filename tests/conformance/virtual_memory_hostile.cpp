// SPDX-License-Identifier: MIT
// virtual_memory_hostile.cpp: arguments that no honest program passes. Each has its status, and nothing happens.
// Sources: "ZwAllocateVirtualMemory function" and its neighbours, Microsoft documentation ("highest user address");
// the numbers of the parameters: observed on Windows 10 by public test suites.
#include "nt_memory_calls.h"

namespace {

constexpr SIZE_T page = 0x1000;
const HANDLE self = GetCurrentProcess();

/// Addresses that a program does not have: the page below 64 KiB, and the system's half.
void* kernel_pointer() { return reinterpret_cast<void*>(~ULONG_PTR{0} - 0xFFFF); }
template<class T>
T* bad() {
    return reinterpret_cast<T*>(ULONG_PTR{0x10});
}
char* beyond_user_space() {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return static_cast<char*>(system.lpMaximumApplicationAddress) + 1;
}

const auto nt_lock = nt_function<NtStatus(NTAPI*)(HANDLE, PVOID*, PSIZE_T, ULONG)>("NtLockVirtualMemory");
const auto nt_flush = nt_function<NtStatus(NTAPI*)(HANDLE, PVOID*, PSIZE_T, void*)>("NtFlushVirtualMemory");
const auto nt_get_watch =
    nt_function<NtStatus(NTAPI*)(HANDLE, ULONG, PVOID, SIZE_T, PVOID*, PULONG_PTR, PULONG)>("NtGetWriteWatch");

NtStatus allocate(void* at, SIZE_T size, ULONG type = MEM_RESERVE, ULONG_PTR zero_bits = 0) {
    const NtStatus status = nt_allocate(self, &at, zero_bits, &size, type, PAGE_READWRITE);
    SIZE_T none = 0;
    if (status == status_success) nt_free(self, &at, &none, MEM_RELEASE);
    return status;
}

TEST(Hostile, Pointers_that_cannot_be_read_and_written) {
    void* base = nullptr;
    SIZE_T size = page;
    DWORD old = 0;
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_allocate(self, nullptr, 0, &size, MEM_RESERVE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_allocate(self, &base, 0, bad<SIZE_T>(), MEM_RESERVE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION,
                  nt_allocate(self, static_cast<void**>(kernel_pointer()), 0, &size, MEM_RESERVE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_free(self, bad<void*>(), &size, MEM_RELEASE));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_protect(self, &base, bad<SIZE_T>(), PAGE_READONLY, &old));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_lock(self, bad<void*>(), &size, 1));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_flush(self, &base, bad<SIZE_T>(), nullptr));
    EXPECT_EQ(base, nullptr);
    EXPECT_EQ(size, page);
}

TEST(Hostile, Answers_that_cannot_be_stored) {
    char* const memory = static_cast<char*>(VirtualAlloc(nullptr, page, MEM_RESERVE | MEM_COMMIT, PAGE_READONLY));
    // The base's variable is on a page that can only be read: probed before anything is done.
    SIZE_T size = page;
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION,
                  nt_allocate(self, reinterpret_cast<void**>(memory), 0, &size, MEM_RESERVE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_query(self, memory, 0, memory, sizeof(MEMORY_BASIC_INFORMATION), nullptr));
    VirtualFree(memory, 0, MEM_RELEASE);
}

TEST(Hostile, Addresses_and_sizes_beyond_user_space) {
    char* const end = beyond_user_space();
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_2, allocate(end, page));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_2, allocate(kernel_pointer(), page));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, allocate(end - page, 2 * page));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, allocate(nullptr, ~SIZE_T{0}));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, allocate(reinterpret_cast<void*>(0x10000), ~SIZE_T{0} - 0x8000));
    void* base = end;
    SIZE_T size = page;
    DWORD old = 0;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_2, nt_free(self, &base, &size, MEM_RELEASE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_2, nt_protect(self, &base, &size, PAGE_READONLY, &old));
    base = end - page;
    size = ~SIZE_T{0};
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_3, nt_free(self, &base, &size, MEM_DECOMMIT));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_3, nt_protect(self, &base, &size, PAGE_READONLY, &old));
    MEMORY_BASIC_INFORMATION info = {};
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_query(self, kernel_pointer(), 0, &info, sizeof info, nullptr));
}

TEST(Hostile, Too_much_for_the_address_space_is_no_memory) {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    const SIZE_T nearly_all = reinterpret_cast<ULONG_PTR>(system.lpMaximumApplicationAddress) - 0x20000;
    EXPECT_STATUS(STATUS_NO_MEMORY, allocate(nullptr, nearly_all));
    SetLastError(0);
    EXPECT_EQ(VirtualAlloc(nullptr, nearly_all, MEM_RESERVE, PAGE_NOACCESS), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_ENOUGH_MEMORY});
}

TEST(Hostile, Combinations_of_flags_that_mean_nothing) {
    constexpr ULONG no_allocation[] = {0, 1, MEM_TOP_DOWN, MEM_COMMIT | MEM_RESET, MEM_RESERVE | MEM_RESET_UNDO,
                                       MEM_COMMIT | MEM_WRITE_WATCH, MEM_RESERVE | 0x80000000};
    for (const ULONG type : no_allocation) EXPECT_NE(hex(status_success), hex(allocate(nullptr, page, type))) << type;
    SIZE_T size = 0;
    void* base = nullptr;
    constexpr ULONG no_freeing[] = {0, MEM_DECOMMIT | MEM_RELEASE, MEM_RESERVE, MEM_RELEASE | 3};
    for (const ULONG type : no_freeing) EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, nt_free(self, &base, &size, type)) << type;
    constexpr ULONG no_protection[] = {0, 3, PAGE_GUARD, PAGE_READWRITE | PAGE_GUARD | PAGE_NOCACHE,
                                       PAGE_NOACCESS | PAGE_GUARD};
    for (const ULONG protect : no_protection) {
        SIZE_T one = page;
        base = nullptr;
        EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, nt_allocate(self, &base, 0, &one, MEM_RESERVE, protect)) << protect;
    }
}

TEST(Hostile, Handles_of_something_else) {
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    void* base = nullptr;
    SIZE_T size = page;
    EXPECT_STATUS(STATUS_OBJECT_TYPE_MISMATCH, nt_allocate(event, &base, 0, &size, MEM_RESERVE, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_allocate(nullptr, &base, 0, &size, MEM_RESERVE, PAGE_READWRITE));
    SIZE_T view_size = 0;
    EXPECT_STATUS(STATUS_OBJECT_TYPE_MISMATCH,
                  nt_map_view(event, self, &base, 0, 0, nullptr, &view_size, 2, 0, PAGE_READONLY));
    CloseHandle(event);
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_map_view(event, self, &base, 0, 0, nullptr, &view_size, 2, 0, PAGE_READONLY));
    // A process handle that may not do this.
    const HANDLE query_only = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, GetCurrentProcessId());
    EXPECT_STATUS(STATUS_ACCESS_DENIED, nt_allocate(query_only, &base, 0, &size, MEM_RESERVE, PAGE_READWRITE));
    CloseHandle(query_only);
}

TEST(Hostile, Watches_with_wrong_arrays) {
    void* const memory = VirtualAlloc(nullptr, page, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH, PAGE_READWRITE);
    *static_cast<char*>(memory) = 1;
    void* address = nullptr;
    ULONG_PTR count = 1;
    ULONG granularity = 0;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_2, nt_get_watch(self, 0xdeadbeef, memory, page, &address, &count, &granularity));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_get_watch(self, 0, memory, page, bad<void*>(), &count, &granularity));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_get_watch(self, 0, memory, page, &address, nullptr, &granularity));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, nt_get_watch(self, 0, memory, page, &address, &count, nullptr));
    count = 0;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_5, nt_get_watch(self, 0, memory, page, &address, &count, &granularity));
    count = 1;
    EXPECT_STATUS(status_success, nt_get_watch(self, 0, memory, page, &address, &count, &granularity));
    EXPECT_EQ(address, memory); // none of the wrong calls has reset it
    VirtualFree(memory, 0, MEM_RELEASE);
}

// ------------------------------------------------------------------------------------ other processes' memory
TEST(Transfer, Reading_past_what_is_there_is_a_partial_copy) {
    char* const two = static_cast<char*>(VirtualAlloc(nullptr, 2 * page, MEM_RESERVE, PAGE_READWRITE));
    VirtualAlloc(two, page, MEM_COMMIT, PAGE_READWRITE);
    char buffer[64];
    SIZE_T done = 99;
    EXPECT_FALSE(ReadProcessMemory(self, two + page - 16, buffer, 32, &done));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PARTIAL_COPY});
    EXPECT_FALSE(ReadProcessMemory(self, kernel_pointer(), buffer, 16, &done));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOACCESS});
    EXPECT_FALSE(ReadProcessMemory(self, two, kernel_pointer(), 16, &done));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOACCESS});
    VirtualFree(two, 0, MEM_RELEASE);
}

/// Debuggers write breakpoints: code pages are made writable for the time, data pages that are read-only are not.
TEST(Transfer, Code_is_written_and_read_only_data_is_not) {
    char* const memory = static_cast<char*>(VirtualAlloc(nullptr, page, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READ));
    const char value = 'c';
    SIZE_T done = 0;
    EXPECT_TRUE(WriteProcessMemory(self, memory, &value, 1, &done));
    EXPECT_EQ(done, 1u);
    EXPECT_EQ(*memory, 'c');
    EXPECT_EQ(query(memory).Protect, DWORD{PAGE_EXECUTE_READ});
    DWORD old = 0;
    VirtualProtect(memory, page, PAGE_READONLY, &old);
    EXPECT_FALSE(WriteProcessMemory(self, memory, &value, 1, &done));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOACCESS});
    VirtualFree(memory, 0, MEM_RELEASE);
}

// ------------------------------------------------------------------------------------ large address spaces
#ifdef _WIN64
/// "Reserving and Committing Memory": a reservation uses no physical storage.
TEST(LargeSpace, Reserving_64_GiB_and_8_TiB_costs_nothing) {
    for (const SIZE_T size : {SIZE_T{64} << 30, SIZE_T{8} << 40}) {
        char* const memory = static_cast<char*>(VirtualAlloc(nullptr, size, MEM_RESERVE, PAGE_READWRITE));
        ASSERT_NE(memory, nullptr);
        EXPECT_EQ(query(memory).RegionSize, size);
        ASSERT_NE(VirtualAlloc(memory + size / 2, page, MEM_COMMIT, PAGE_READWRITE), nullptr);
        memory[size / 2] = 'm';
        EXPECT_EQ(query(memory + size / 2 + page).RegionSize, size / 2 - page);
        EXPECT_TRUE(VirtualFree(memory, 0, MEM_RELEASE));
    }
}
#endif

} // namespace
