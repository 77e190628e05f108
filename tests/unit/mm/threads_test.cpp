// SPDX-License-Identifier: MIT
// threads_test.cpp: several threads on one address space: each works on a reservation of its own, and all of them ask
// about, fault on and fight for a common one. What it is for is TSan (the preset `tsan`), and that nothing is lost.
#include <tests/unit/mm/address_space_fixture.h>

#include <atomic>
#include <random>
#include <thread>

namespace oriel::test {

class AddressSpaceThreads : public AddressSpaceTest {
protected:
    static constexpr int threads = 4, rounds = 400;

    template<class Work>
    static void run(Work work) {
        std::vector<std::thread> all;
        for (int i = 0; i < threads; ++i) all.emplace_back([&, i] { work(i); });
        for (std::thread& one : all) one.join();
    }
};

TEST_F(AddressSpaceThreads, Reservations_of_different_threads_never_overlap) {
    std::atomic<int> failures = 0;
    run([&](int number) {
        std::mt19937 random(static_cast<unsigned>(number));
        for (int i = 0; i < rounds; ++i) {
            const auto mine = space.reserve({.bytes = (1 + random() % 20) * page_size,
                                             .protection = read_write,
                                             .commitment = mm::Commitment::ReserveAndCommit});
            if (!mine.ok()) continue;
            const mm::Protection own = number % 2 == 0 ? read_only : execute_read;
            failures += space.protect(*mine, own).ok() ? 0 : 1;
            failures += space.query(mine->base()).protection == own ? 0 : 1;
            failures += space.free(mine->base(), 0, mm::FreeKind::Release).ok() ? 0 : 1;
        }
    });
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(charge.used(), 0u);
}

TEST_F(AddressSpaceThreads, A_common_reservation_survives_all_of_them) {
    const Address common(0x1000000);
    ASSERT_OK(space.reserve(at(common.value(), 32 * page_size)));
    run([&](int number) {
        std::mt19937 random(static_cast<unsigned>(number) + 100);
        for (int i = 0; i < rounds; ++i) {
            const PageRange part(common + random() % 16 * page_size, (1 + random() % 16) * page_size);
            switch (random() % 6) {
            case 0: (void)space.commit(part, read_write.with_guard()); break;
            case 1: (void)space.commit(part, read_write); break;
            case 2: (void)space.free(part.base(), part.bytes(), mm::FreeKind::Decommit); break;
            case 3: (void)space.handle_fault({part.base(), mm::FaultAccess::Write}); break;
            case 4: (void)space.list(); break;
            default: (void)space.protect(part, read_only);
            }
        }
    });
    EXPECT_OK(space.free(common, 0, mm::FreeKind::Release));
    EXPECT_EQ(charge.used(), 0u);
}

TEST_F(AddressSpaceThreads, A_placeholder_is_replaced_by_one_of_them) {
    std::atomic<int> winners = 0;
    for (int i = 0; i < 50; ++i) {
        mm::ReserveRequest request{.base = Address(0x1000000), .bytes = 0x10000, .protection = no_access};
        request.placeholder = mm::PlaceholderUse::Make;
        ASSERT_OK(space.reserve(request));
        request.placeholder = mm::PlaceholderUse::Replace;
        winners = 0;
        run([&](int) { winners += space.reserve(request).ok() ? 1 : 0; });
        EXPECT_EQ(winners, 1);
        ASSERT_OK(space.free(Address(0x1000000), 0, mm::FreeKind::Release));
    }
}

TEST_F(AddressSpaceThreads, A_frame_is_in_one_window_at_most) {
    const auto frames = space.allocate_frames(4);
    ASSERT_OK(frames);
    std::vector<Address> windows(threads);
    for (Address& window : windows)
        window = space.reserve({.bytes = 0x4000, .protection = read_write, .kind = mm::VadKind::Physical})->base();
    run([&](int number) {
        for (int i = 0; i < rounds; ++i) {
            const Address page = windows[static_cast<std::size_t>(number)] + static_cast<std::uint64_t>(i % 4) * page_size;
            const mm::WindowPage shown{page, (*frames)[static_cast<std::size_t>(i) % 4]}, hidden{page, 0};
            if (space.map_frames({&shown, 1}).ok()) (void)space.map_frames({&hidden, 1});
        }
    });
    EXPECT_EQ(space.free_frames(*frames).count, 4u);
}

} // namespace oriel::test
