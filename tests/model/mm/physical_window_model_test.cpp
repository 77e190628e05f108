// SPDX-License-Identifier: MIT
// physical_window_model_test.cpp: random frames in random windows, beside a reference of two tables: which frame a
// page shows, and what is in each frame.
#include <tests/unit/mm/address_space_fixture.h>

#include <map>
#include <random>
#include <set>

namespace oriel::test {

class PhysicalWindowModel : public testing::TestWithParam<unsigned> {
protected:
    static constexpr std::size_t windows = 3, window_pages = 8, most_frames = 40;

    void SetUp() override {
        for (Address& window : m_windows) {
            const auto range = m_space.reserve(
                {.bytes = window_pages * page_size, .protection = read_write, .kind = mm::VadKind::Physical});
            ASSERT_OK(range);
            window = range->base();
        }
    }

    std::uint64_t pick(std::uint64_t count) { return m_random() % count; }
    Address some_page() { return m_windows[pick(windows)] + pick(window_pages) * page_size; }
    /// Mostly one that is owned; sometimes none, sometimes nobody's.
    std::uint64_t some_frame() {
        if (m_content.empty() || pick(10) == 0) return pick(3) == 0 ? mm::first_frame + pick(100) : 0;
        auto at = m_content.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(pick(m_content.size())));
        return at->first;
    }

    void allocate() {
        if (m_content.size() > most_frames) return;
        const auto frames = m_space.allocate_frames(1 + pick(6));
        ASSERT_OK(frames);
        for (const std::uint64_t frame : *frames) ASSERT_TRUE(m_content.emplace(frame, 0).second) << frame;
    }
    void free() {
        std::vector<std::uint64_t> numbers(1 + pick(4));
        for (std::uint64_t& number : numbers) number = some_frame();
        std::size_t good = 0;
        while (good < numbers.size() && m_content.erase(numbers[good]) != 0) {
            std::erase_if(m_shown, [&](const auto& one) { return one.second == numbers[good]; });
            ++good;
        }
        const mm::FramesFreed freed = m_space.free_frames(numbers);
        ASSERT_EQ(freed.count, good);
        ASSERT_EQ(freed.status, good == numbers.size() ? nt::Status::Success : nt::Status::ConflictingAddresses);
    }
    void map() {
        std::vector<mm::WindowPage> request(1 + pick(5));
        const bool consecutive = pick(2) == 0;
        for (mm::WindowPage& one : request) one = {some_page(), some_frame()};
        for (std::size_t i = 1; consecutive && i < request.size(); ++i)
            request[i].address = request[0].address + i * page_size;
        ASSERT_EQ(m_space.map_frames(request).ok(), expect(request));
    }
    /// Does it in the reference if it may be done.
    bool expect(const std::vector<mm::WindowPage>& request) {
        auto shown = m_shown;
        for (const mm::WindowPage& one : request) {
            const bool inside = std::ranges::any_of(m_windows, [&](Address window) {
                return PageRange(window, window_pages * page_size).contains(one.address);
            });
            if (!inside || (one.frame != 0 && !m_content.contains(one.frame))) return false;
            shown.erase(one.address);
            if (one.frame != 0) shown[one.address] = one.frame;
        }
        std::set<std::uint64_t> used;
        for (const auto& [page, frame] : shown)
            if (!used.insert(frame).second) return false;
        m_shown = shown;
        return true;
    }
    void touch() {
        const Address page = some_page();
        const auto shown = m_shown.find(page);
        const auto value = static_cast<std::uint8_t>(pick(255));
        ASSERT_EQ(m_host.store(page, value), shown != m_shown.end());
        if (shown != m_shown.end())
            m_content[shown->second] = value;
        else
            ASSERT_EQ(m_space.handle_fault({page, mm::FaultAccess::Write}).kind, FaultKind::AccessViolation);
    }
    void compare() {
        ASSERT_EQ(m_space.fault(), nullptr);
        ASSERT_EQ(m_space.check_agreement().value_or(""), "");
        ASSERT_EQ(m_charge.used(), m_content.size());
        for (const Address window : m_windows)
            for (std::size_t i = 0; i < window_pages; ++i) {
                const auto shown = m_shown.find(window + i * page_size);
                const int expected = shown == m_shown.end() ? -1 : m_content[shown->second];
                const auto there = m_host.load(window + i * page_size);
                ASSERT_EQ(there ? int{*there} : -1, expected);
            }
    }

    std::mt19937 m_random{GetParam()};
    FakeHostMemory m_host{{PageRange(Address(0x10000), 0x100000)}};
    mm::CommitCharge m_charge{64};
    mm::AddressSpace m_space{m_host, m_charge, {.end = Address(0x110000)}};
    Address m_windows[windows];
    std::map<Address, std::uint64_t> m_shown;
    std::map<std::uint64_t, int> m_content;
};

TEST_P(PhysicalWindowModel, Shows_each_frame_where_it_was_mapped_last) {
    for (int i = 0; i < 2000; ++i) {
        switch (pick(8)) {
        case 0: allocate(); break;
        case 1: free(); break;
        case 2: case 3: case 4: map(); break;
        default: touch();
        }
        if (i % 4 == 0) compare();
        if (HasFatalFailure()) FAIL() << "seed " << GetParam() << ", step " << i;
    }
}

/// Whatever the host refuses, a request that fails has changed no window.
TEST_P(PhysicalWindowModel, A_request_that_the_host_refuses_has_not_happened) {
    allocate();
    allocate();
    for (int i = 0; i < 500; ++i) {
        std::vector<mm::WindowPage> request(1 + pick(6));
        for (mm::WindowPage& one : request) one = {some_page(), some_frame()};
        m_host.fail_call(1 + static_cast<int>(pick(4)));
        const auto done = m_space.map_frames(request);
        m_host.fail_call(0);
        if (done.ok()) ASSERT_TRUE(expect(request));
        compare();
        if (HasFatalFailure()) FAIL() << "seed " << GetParam() << ", step " << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PhysicalWindowModel, testing::Range(1u, 21u));

} // namespace oriel::test
