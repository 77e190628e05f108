// SPDX-License-Identifier: MIT
// malloc and its family in msvcrt.dll. The programs here import them from there; what no header declares is found by
// name. Source: the functions' pages of Microsoft's C runtime reference.
#include <gtest/gtest.h>

#include <windows.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <malloc.h>
#include <set>

namespace {

constexpr std::size_t too_much = SIZE_MAX / 2;

template<class Function>
Function* msvcrt(const char* name64, const char* name32 = nullptr) {
    const char* const name = sizeof(void*) == 8 || name32 == nullptr ? name64 : name32;
    return reinterpret_cast<Function*>(
        reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"msvcrt.dll"), name)));
}

/// The errno after a call that started with 0.
template<class Call>
int errno_of(Call call) {
    errno = 0;
    call();
    return errno;
}

int g_asked = 0;
int refuse(std::size_t) { return ++g_asked, 0; }
int retry_twice(std::size_t) { return ++g_asked < 3; }

/// The parameter handler of newer libraries would end the process; msvcrt.dll's default answers an error.
struct CrtHeap : testing::Test {
    void SetUp() override { g_asked = 0; }
};

} // namespace

TEST_F(CrtHeap, What_cannot_be_had_is_null_and_ENOMEM) { // "malloc", "calloc", "realloc"
    volatile std::size_t size = too_much;
    EXPECT_EQ(errno_of([&] { EXPECT_EQ(malloc(size), nullptr); }), ENOMEM);
    EXPECT_EQ(errno_of([&] { EXPECT_EQ(calloc(1, size), nullptr); }), ENOMEM);
    EXPECT_EQ(errno_of([&] { EXPECT_EQ(calloc(size, 4), nullptr); }), ENOMEM); // the product overflows
    void* const block = malloc(10);
    EXPECT_EQ(errno_of([&] { EXPECT_EQ(realloc(block, size), nullptr); }), ENOMEM);
    EXPECT_EQ(_msize(block), 10u);
    free(block);
}

TEST_F(CrtHeap, Sizes_are_what_was_asked_for) { // "_msize"
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{100}, std::size_t{1} << 20}) {
        void* const block = malloc(size);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(_msize(block), size);
        free(block);
    }
    free(nullptr);
}

TEST_F(CrtHeap, Reallocating_null_allocates_and_to_nothing_frees) { // "realloc"
    void* const block = realloc(nullptr, 100);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(realloc(block, 0), nullptr);
}

TEST_F(CrtHeap, Blocks_expand_where_they_are_or_not_at_all) { // "_expand"
    void* const block = malloc(0x20000);
    EXPECT_EQ(_expand(block, 0x10000), block);
    EXPECT_EQ(_msize(block), 0x10000u);
    volatile std::size_t size = too_much;
    EXPECT_EQ(_expand(block, size), nullptr);
    EXPECT_EQ(_msize(block), 0x10000u);
    free(block);
    void* small_ones[0x14];
    for (void*& each : small_ones) each = malloc(40);
    EXPECT_EQ(_expand(small_ones[0x13], 20), small_ones[0x13]); // large enough, if not smaller
    for (void* each : small_ones) free(each);
}

TEST_F(CrtHeap, What_recalloc_adds_is_zero) { // "_recalloc"
    const auto recalloc = msvcrt<void*(void*, std::size_t, std::size_t)>("_recalloc");
    if (recalloc == nullptr) GTEST_SKIP() << "this library has no _recalloc";
    auto* block = static_cast<char*>(recalloc(nullptr, 4, 25));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(block[i], 0);
    std::memset(block, 7, 100);
    block = static_cast<char*>(recalloc(block, 10, 500));
    EXPECT_EQ(block[99], 7);
    for (int i = 100; i < 5000; ++i) ASSERT_EQ(block[i], 0);
    EXPECT_EQ(errno_of([&] { EXPECT_EQ(recalloc(block, SIZE_MAX, 2), nullptr); }), ENOMEM);
    free(block);
}

TEST_F(CrtHeap, Aligned_blocks_are_aligned_and_keep_their_content) { // "_aligned_malloc", "_aligned_realloc"
    for (const std::size_t alignment : {std::size_t{1}, std::size_t{16}, std::size_t{64}, std::size_t{4096}}) {
        auto* block = static_cast<char*>(_aligned_malloc(100, alignment));
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignment, 0u);
        std::memset(block, 7, 100);
        block = static_cast<char*>(_aligned_realloc(block, 10000, alignment));
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignment, 0u);
        EXPECT_EQ(block[99], 7);
        _aligned_free(block);
    }
    auto* const offset = static_cast<char*>(_aligned_offset_malloc(200, 64, 5));
    EXPECT_EQ((reinterpret_cast<std::uintptr_t>(offset) + 5) % 64, 0u);
    _aligned_free(offset);
    _aligned_free(nullptr);
    volatile std::size_t size = too_much;
    EXPECT_EQ(errno_of([&] { EXPECT_EQ(_aligned_malloc(size, 64), nullptr); }), ENOMEM);
}

TEST_F(CrtHeap, The_heap_s_entries_can_be_walked) { // "_heapwalk": _HEAPOK until _HEAPEND
    std::set<void*> blocks;
    for (int i = 0; i < 100; ++i) blocks.insert(malloc(static_cast<std::size_t>(i) * 50 + 1));
    _HEAPINFO entry{};
    std::size_t found = 0;
    int answer;
    while ((answer = _heapwalk(&entry)) == _HEAPOK) found += entry._useflag == _USEDENTRY && blocks.count(entry._pentry);
    EXPECT_EQ(answer, _HEAPEND);
    EXPECT_EQ(found, blocks.size());
    for (void* block : blocks) free(block);
}

TEST_F(CrtHeap, A_sound_heap_is_sound) { // "_heapchk", "_heapmin", "_heapset"
    EXPECT_EQ(_heapchk(), _HEAPOK);
    EXPECT_EQ(_heapmin(), 0);
    EXPECT_EQ(_heapset(0xEE), _HEAPOK);
}

TEST_F(CrtHeap, The_heap_s_handle_is_a_heap) { // "_get_heap_handle"
    const auto handle = msvcrt<std::intptr_t()>("_get_heap_handle");
    ASSERT_NE(handle, nullptr);
    void* const block = malloc(100);
    EXPECT_TRUE(HeapValidate(reinterpret_cast<HANDLE>(handle()), 0, block));
    free(block);
}

TEST_F(CrtHeap, New_asks_its_handler_until_it_gives_up) { // "_set_new_handler", "operator new (CRT)"
    using Handler = int(std::size_t);
    const auto set_handler =
        msvcrt<Handler*(Handler*)>("?_set_new_handler@@YAP6AH_K@ZP6AH0@Z@Z", "?_set_new_handler@@YAP6AHI@ZP6AHI@Z@Z");
    const auto query_handler =
        msvcrt<Handler*()>("?_query_new_handler@@YAP6AH_K@ZXZ", "?_query_new_handler@@YAP6AHI@ZXZ");
    const auto allocate = msvcrt<void*(std::size_t)>("??2@YAPEAX_K@Z", "??2@YAPAXI@Z");
    const auto release = msvcrt<void(void*)>("??3@YAXPEAX@Z", "??3@YAXPAX@Z");
    ASSERT_TRUE(set_handler && query_handler && allocate && release);
    void* const block = allocate(100);
    EXPECT_NE(block, nullptr);
    release(block);
    EXPECT_EQ(set_handler(retry_twice), nullptr);
    EXPECT_EQ(query_handler(), retry_twice);
    EXPECT_EQ(allocate(too_much), nullptr);
    EXPECT_EQ(g_asked, 3);
    EXPECT_EQ(set_handler(nullptr), retry_twice);
}

TEST_F(CrtHeap, Malloc_asks_the_handler_only_in_new_mode_1) { // "_set_new_mode"
    using Handler = int(std::size_t);
    const auto set_handler =
        msvcrt<Handler*(Handler*)>("?_set_new_handler@@YAP6AH_K@ZP6AH0@Z@Z", "?_set_new_handler@@YAP6AHI@ZP6AHI@Z@Z");
    const auto set_mode = msvcrt<int(int)>("?_set_new_mode@@YAHH@Z");
    const auto query_mode = msvcrt<int()>("?_query_new_mode@@YAHXZ");
    ASSERT_TRUE(set_handler && set_mode && query_mode);
    set_handler(refuse);
    volatile std::size_t size = too_much;
    EXPECT_EQ(query_mode(), 0);
    EXPECT_EQ(malloc(size), nullptr);
    EXPECT_EQ(g_asked, 0);
    EXPECT_EQ(set_mode(1), 0);
    EXPECT_EQ(errno_of([&] { EXPECT_EQ(malloc(size), nullptr); }), ENOMEM);
    EXPECT_EQ(g_asked, 1);
    EXPECT_EQ(set_mode(0), 1);
    set_handler(nullptr);
}
