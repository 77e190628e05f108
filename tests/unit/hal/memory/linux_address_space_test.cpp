// SPDX-License-Identifier: MIT
// linux_address_space_test.cpp: mm on real pages: what the unit tests say of the fake must be true of Linux.
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/mm/pagefile_section.h>
#include <tests/unit/hal/memory/linux_arena_fixture.h>
#include <tests/unit/support/nt_status_matchers.h>

#include <random>
#include <thread>

#if __has_feature(thread_sanitizer)
// The handler runs mm, which allocates. The fault is the copy's own, so nothing else was interrupted.
extern "C" const char* __tsan_default_options() { return "report_signal_unsafe=0"; }
#endif

namespace oriel::test {

class LinuxAddressSpace : public LinuxArenaTest {
protected:
    void SetUp() override {
        LinuxArenaTest::SetUp();
        if (!host) return;
        space = std::make_unique<mm::AddressSpace>(
            *host, charge, mm::AddressSpaceOptions{.lowest = arena.base(), .end = arena.end()});
        on_fault = [this](Address at, bool is_write) {
            const auto access = is_write ? mm::FaultAccess::Write : mm::FaultAccess::Read;
            const auto kind = space->handle_fault({at, access}).kind;
            return kind == mm::FaultOutcome::Kind::Resolved || kind == mm::FaultOutcome::Kind::StackGrown;
        };
    }
    void TearDown() override {
        if (space) EXPECT_EQ(space->check_agreement().value_or(""), "");
        space.reset();
        LinuxArenaTest::TearDown();
    }

    static constexpr mm::Protection read_write{mm::PageAccess::ReadWrite};
    mm::CommitCharge charge{1 << 20};
    std::unique_ptr<mm::AddressSpace> space;
};

TEST_F(LinuxAddressSpace, Committed_memory_can_be_used_and_freed) {
    const auto range =
        space->reserve({.bytes = 0x10000, .protection = read_write, .commitment = mm::Commitment::ReserveAndCommit})
            .value();
    EXPECT_TRUE(store(range.base(), 7));
    EXPECT_EQ(load(range.base()), 7);
    ASSERT_OK(space->protect(PageRange(range.base(), page_size), mm::Protection(mm::PageAccess::ReadOnly)));
    EXPECT_FALSE(store(range.base(), 8));
    ASSERT_OK(space->free(range.base(), 0, mm::FreeKind::Release));
    EXPECT_EQ(load(range.base()), -1);
}
TEST_F(LinuxAddressSpace, A_stack_grows_under_a_copy) {
    const auto stack = space->create_stack({.reserve = 0x20000, .commit = 0x1000}).value();
    std::vector<char> frame(0x6000, 'f');
    ASSERT_EQ(hal::fault_safe_copy(reinterpret_cast<void*>(stack.base.value() - 0x1000), frame.data(), 0x1000),
              hal::CopyOutcome::Done);
    for (Address at = stack.base - 8; at > stack.deallocation + 0x3000; at = at - 0x800)
        ASSERT_TRUE(store(at, 1)) << at.value();
}
TEST_F(LinuxAddressSpace, Watched_pages_are_noticed) {
    const auto range = space
                           ->reserve({.bytes = 0x8000,
                                      .protection = read_write,
                                      .commitment = mm::Commitment::ReserveAndCommit,
                                      .write_watch = mm::WriteWatch::On})
                           .value();
    EXPECT_EQ(load(range.base()), 0);
    EXPECT_TRUE(store(range.base() + 0x3000, 1));
    EXPECT_EQ(space->written_pages(range, 8).value(), std::vector<Address>{range.base() + 0x3000});
}
TEST_F(LinuxAddressSpace, A_copying_view_leaves_the_section_alone) {
    const auto section =
        mm::PageFileSection::create(*host, charge, {.size = 0x2000, .protection = read_write}).value();
    const auto shared = space->map_view(section, {.protection = read_write}).value().range.base();
    const auto copying =
        space->map_view(section, {.protection = mm::Protection(mm::PageAccess::WriteCopy)}).value().range.base();
    ASSERT_TRUE(store(shared, 1));
    ASSERT_TRUE(store(copying, 2));
    EXPECT_EQ(load(shared), 1);
    EXPECT_EQ(load(copying), 2);
    ASSERT_TRUE(store(shared + 0x1000, 3));
    EXPECT_EQ(load(copying + 0x1000), 3);
}
TEST_F(LinuxAddressSpace, After_many_random_steps_host_and_mm_agree) {
    std::mt19937 random(7);
    std::vector<PageRange> ranges;
    for (int step = 0; step < 2000; ++step) {
        if (ranges.size() < 4) ranges.push_back(space->reserve({.bytes = 0x40000, .protection = read_write}).value());
        const std::size_t which = random() % ranges.size();
        const std::uint64_t first = random() % 64;
        const PageRange part(ranges[which].base() + first * page_size, (1 + random() % (64 - first)) * page_size);
        switch (random() % 8) {
        case 0:
            (void)space->free(part.base(), part.bytes(), mm::FreeKind::Decommit);
            break;
        case 1:
            (void)space->protect(part, mm::Protection(mm::PageAccess::ReadOnly));
            break;
        case 2:
            (void)space->protect(part, read_write.with_guard());
            break;
        case 3:
            (void)store(part.base(), 1);
            break;
        case 4:
            (void)load(part.base());
            break;
        case 5:
            if (random() % 16 != 0) break;
            ASSERT_OK(space->free(ranges[which].base(), 0, mm::FreeKind::Release));
            ranges.erase(ranges.begin() + static_cast<long>(which));
            break;
        default:
            ASSERT_OK(space->commit(part, read_write));
        }
        if (step % 16 == 0) {
            ASSERT_EQ(space->check_agreement().value_or(""), "") << "step " << step;
        }
    }
    ASSERT_EQ(space->fault(), nullptr);
}

TEST_F(LinuxAddressSpace, Threads_do_not_disturb_each_other) {
    const auto section =
        mm::PageFileSection::create(
            *host, charge, {.size = 0x10000, .protection = read_write, .commitment = mm::SectionCommitment::ByPage})
            .value();
    const auto work = [&](std::uint8_t mine) {
        for (int i = 0; i < 300; ++i) {
            const auto range = space->reserve({.bytes = 0x10000, .protection = read_write}).value();
            const PageRange part(range.base() + (i % 8) * page_size, 2 * page_size);
            EXPECT_OK(space->commit(part, read_write));
            EXPECT_TRUE(store(part.base(), mine));
            EXPECT_OK(space->protect(part, mm::Protection(mm::PageAccess::ReadOnly)));
            EXPECT_EQ(load(part.base()), mine);
            const auto view = space->map_view(section, {.protection = read_write}).value().range;
            EXPECT_OK(space->commit(PageRange(view.base() + (i % 16) * page_size, page_size), read_write));
            EXPECT_TRUE(store(view.base() + (i % 16) * page_size, mine));
            EXPECT_OK(space->unmap_view(view.base()));
            EXPECT_EQ(space->query(range.base()).allocation_base, range.base());
            EXPECT_OK(space->free(range.base(), 0, mm::FreeKind::Release));
        }
    };
    std::vector<std::thread> threads;
    for (std::uint8_t i = 1; i <= 4; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(charge.used(), 16u);
}

} // namespace oriel::test
