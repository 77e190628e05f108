// SPDX-License-Identifier: MIT
#include <tests/unit/hal/memory/linux_arena_fixture.h>

#include <array>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel::test {

class LinuxHostMemory : public LinuxArenaTest {};

TEST_F(LinuxHostMemory, The_arena_is_inaccessible_at_first) {
    EXPECT_EQ(load(Address(arena_base)), -1);
    const auto runs = host->query(pages(0, 4)).value();
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0].range, pages(0, 4));
    EXPECT_EQ(runs[0].access, hal::PageAccess::None);
    EXPECT_FALSE(runs[0].from_file);
}
TEST_F(LinuxHostMemory, Discarded_pages_are_zero_again) {
    ASSERT_TRUE(host->protect(pages(0, 2), hal::PageAccess::ReadWrite));
    ASSERT_TRUE(store(Address(arena_base + 0x1000), 5));
    ASSERT_TRUE(host->discard(pages(0, 2)));
    EXPECT_EQ(load(Address(arena_base + 0x1000)), -1);
    ASSERT_TRUE(host->protect(pages(0, 2), hal::PageAccess::Read));
    EXPECT_EQ(load(Address(arena_base + 0x1000)), 0);
}
TEST_F(LinuxHostMemory, Shared_memory_is_one_and_private_views_are_copies) {
    auto memory = host->create_shared_memory(0x2000).value();
    ASSERT_TRUE(
        host->map_file(pages(0, 2), {memory.descriptor, 0}, hal::Sharing::Shared, hal::PageAccess::ReadWrite));
    ASSERT_TRUE(
        host->map_file(pages(0x10000, 1), {memory.descriptor, 0x1000}, hal::Sharing::Shared, hal::PageAccess::Read));
    ASSERT_TRUE(host->map_file(pages(0x20000, 1), {memory.descriptor, 0x1000}, hal::Sharing::Private,
                               hal::PageAccess::ReadWrite));
    ASSERT_TRUE(store(Address(arena_base + 0x1004), 9));
    EXPECT_EQ(load(Address(arena_base + 0x10004)), 9);
    ASSERT_TRUE(store(Address(arena_base + 0x20004), 1));
    EXPECT_EQ(load(Address(arena_base + 0x10004)), 9);
    std::byte* const mine = host->map_for_host(memory).value();
    EXPECT_EQ(mine[0x1004], std::byte{9});

    const auto runs = host->query(pages(0x10000, 1)).value();
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_TRUE(runs[0].from_file);
    EXPECT_EQ(runs[0].file_offset, 0x1000u);
    EXPECT_EQ(runs[0].sharing, hal::Sharing::Shared);
    ASSERT_TRUE(host->unmap(pages(0x10000, 1)));
    EXPECT_EQ(load(Address(arena_base + 0x10004)), -1);
    ::munmap(mine, memory.bytes);
    host->close_shared_memory(memory);
}
TEST_F(LinuxHostMemory, A_page_beyond_the_end_of_its_file_faults_and_is_survived) {
    auto memory = host->create_shared_memory(0x1000).value();
    ASSERT_TRUE(
        host->map_file(pages(0, 2), {memory.descriptor, 0}, hal::Sharing::Shared, hal::PageAccess::ReadWrite));
    EXPECT_EQ(load(Address(arena_base + 0x1000)), -1);
    host->close_shared_memory(memory);
}
TEST_F(LinuxHostMemory, What_was_there_before_stays) {
    host.reset();
    void* const wanted = reinterpret_cast<void*>(arena_base + 0x100000);
    void* const mine =
        ::mmap(wanted, 0x10000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    ASSERT_EQ(mine, wanted);
    static_cast<volatile char*>(mine)[0] = 'x';
    host = hal::LinuxHostMemory::create(arena).value();
    ASSERT_EQ(host->arena().size(), 2u);
    EXPECT_EQ(host->arena()[0], PageRange(Address(arena_base), 0x100000));
    EXPECT_EQ(host->arena()[1].base(), Address(arena_base + 0x110000));
    hal::set_guest_arena(host->arena());
    EXPECT_FALSE(hal::is_guest_range(Address(arena_base + 0x100000), 1));
    EXPECT_FALSE(hal::is_guest_range(Address(arena_base + 0xFFFFF), 2));
    EXPECT_TRUE(hal::is_guest_range(Address(arena_base + 0x110000), 0x1000));
    EXPECT_EQ(static_cast<volatile char*>(mine)[0], 'x');
    ::munmap(mine, 0x10000);
}
TEST_F(LinuxHostMemory, Under_a_limit_the_arena_is_smaller) {
    host.reset();
    const pid_t child = fork();
    if (child == 0) {
        const rlimit limit{std::uint64_t{40} << 30, std::uint64_t{40} << 30};
        if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(2);
        const auto made = hal::LinuxHostMemory::create(PageRange(Address(arena_base), std::uint64_t{1} << 38));
        _exit(made && made.value()->arena()[0].bytes() < (std::uint64_t{40} << 30) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
    EXPECT_EQ(status, 0);
#endif
}
TEST_F(LinuxHostMemory, Knows_how_much_memory_there_is) {
    EXPECT_GT(host->memory_and_swap(), std::uint64_t{1} << 26);
}

} // namespace oriel::test
