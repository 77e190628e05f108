// SPDX-License-Identifier: MIT
// address_space_model_test.cpp: random steps, on mm and on the reference; after each, everything that a program can
// ask must be the same. A failure names the seed and the step.
#include <tests/model/mm/reference_memory.h>
#include <tests/unit/mm/address_space_fixture.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <sstream>

namespace oriel::test {

class AddressSpaceModel : public testing::TestWithParam<unsigned> {
protected:
    using Kind = ReferenceMemory::Kind;
    static constexpr std::size_t arena_pages = 24 * ReferenceMemory::granule_pages;
    static constexpr std::size_t commit_limit = 200;
    static constexpr std::uint64_t arena_base = 0x10000;

    std::uint64_t pick(std::uint64_t count) { return m_random() % count; }
    static Address address(std::size_t page) { return Address(arena_base + page * page_size); }

    mm::Protection some_protection() {
        static constexpr mm::PageAccess accesses[] = {mm::PageAccess::NoAccess, mm::PageAccess::ReadOnly,
                                                      mm::PageAccess::ReadWrite, mm::PageAccess::ReadWrite,
                                                      mm::PageAccess::ExecuteRead};
        const mm::Protection protection(accesses[pick(std::size(accesses))]);
        return protection.is_readable() && pick(8) == 0 ? protection.with_guard() : protection;
    }

    void step() {
        const std::size_t first = pick(arena_pages);
        const std::size_t count = 1 + pick(std::min<std::size_t>(arena_pages - first, 40));
        switch (pick(14)) {
        case 0:
            return reserve(std::nullopt, count);
        case 1:
            return reserve(first / ReferenceMemory::granule_pages * ReferenceMemory::granule_pages, count);
        case 10:
            return replace(first, count);
        case 11:
            return free_to_placeholder(first, count);
        case 12:
            return coalesce(first, count);
        case 13:
            return take_written(first, count);
        case 2:
        case 3:
            return commit(first, 1 + pick(count));
        case 4:
            return free(first, pick(3) == 0 ? 0 : 1 + pick(count), mm::FreeKind::Decommit);
        case 5:
            return release(first, count);
        case 6:
        case 7:
            return protect(first, 1 + pick(count));
        default:
            return touch(first);
        }
    }

    void reserve(std::optional<std::size_t> first, std::size_t count) {
        if (first && *first + count > arena_pages) return;
        const mm::Protection protection = some_protection();
        static constexpr Kind kinds[] = {Kind::Plain, Kind::Plain, Kind::Placeholder, Kind::Watched};
        const Kind kind = kinds[pick(std::size(kinds))];
        const bool commits = kind != Kind::Placeholder && pick(2) == 0;
        mm::ReserveRequest request{
            .base = first ? address(*first) : Address(), .bytes = count * page_size, .protection = protection};
        if (commits) request.commitment = mm::Commitment::ReserveAndCommit;
        if (kind == Kind::Placeholder) request.placeholder = mm::PlaceholderUse::Make;
        if (kind == Kind::Watched) request.write_watch = mm::WriteWatch::On;
        const auto expected = m_reference.reserve(first, count, protection, commits, kind);
        const auto got = m_space.reserve(request);
        ASSERT_EQ(got.status(), expected.status());
        if (got.ok()) ASSERT_EQ(got->base(), address(*expected));
    }
    /// Mostly at what is a placeholder, or nearly nothing would ever be one for long.
    std::pair<std::size_t, std::size_t> at_reservation(std::size_t first, std::size_t count) {
        if (pick(4) == 0 || m_reference.page(first).reservation == 0) return {first, count};
        const std::size_t begin = m_reference.reservation_begin(first);
        return {begin, m_reference.reservation_end(first) - begin};
    }
    void replace(std::size_t first, std::size_t count) {
        const auto [at, pages] = at_reservation(first, count);
        const mm::Protection protection = some_protection();
        const bool commits = pick(2) == 0;
        mm::ReserveRequest request{.base = address(at), .bytes = pages * page_size, .protection = protection};
        request.placeholder = mm::PlaceholderUse::Replace;
        if (commits) request.commitment = mm::Commitment::ReserveAndCommit;
        ASSERT_EQ(m_space.reserve(request).status(), m_reference.replace(at, pages, protection, commits).status());
    }
    void free_to_placeholder(std::size_t first, std::size_t count) {
        const auto [at, pages] = pick(2) == 0 ? at_reservation(first, count) : std::pair{first, 1 + pick(4)};
        ASSERT_EQ(m_space.free_to_placeholder(address(at), pages * page_size).status(),
                  m_reference.free_to_placeholder(at, pages).status());
    }
    void coalesce(std::size_t first, std::size_t count) {
        auto [at, pages] = at_reservation(first, count);
        // On to the end of the neighbour, if there is one.
        const std::size_t next = at + pages;
        if (next < arena_pages && m_reference.page(next).reservation != 0) pages = m_reference.reservation_end(next) - at;
        ASSERT_EQ(m_space.coalesce_placeholders(address(at), pages * page_size).status(),
                  m_reference.coalesce(at, pages).status());
    }
    void take_written(std::size_t first, std::size_t count) {
        const auto [at, pages] = at_reservation(first, count);
        const PageRange range(address(at), pages * page_size);
        const auto expected = m_reference.take_written(at, pages);
        const auto got = m_space.written_pages(range, pages);
        ASSERT_EQ(got.status(), expected.status());
        if (!got.ok()) return;
        ASSERT_EQ(got->size(), expected->size());
        for (std::size_t i = 0; i < got->size(); ++i) ASSERT_EQ((*got)[i], address((*expected)[i]));
        ASSERT_EQ(m_space.reset_written(range).status(), Status::Success);
    }
    void commit(std::size_t first, std::size_t count) {
        const mm::Protection protection = some_protection();
        ASSERT_EQ(m_space.commit(PageRange(address(first), count * page_size), protection).status(),
                  m_reference.commit(first, count, protection).status());
    }
    void free(std::size_t first, std::size_t count, mm::FreeKind kind) {
        ASSERT_EQ(m_space.free(address(first), count * page_size, kind).status(),
                  m_reference.free(first, count, kind).status());
    }
    void release(std::size_t first, std::size_t count) {
        // Mostly whole reservations, or the arena would soon be all splinters.
        if (pick(4) != 0 && m_reference.page(first).reservation != 0)
            return free(m_reference.reservation_begin(first), 0, mm::FreeKind::Release);
        free(first, pick(count + 1), mm::FreeKind::Release);
    }
    void protect(std::size_t first, std::size_t count) {
        const mm::Protection protection = pick(16) == 0 ? write_copy : some_protection();
        const auto expected = m_reference.protect(first, count, protection);
        const auto got = m_space.protect(PageRange(address(first), count * page_size), protection);
        ASSERT_EQ(got.status(), expected.status());
        if (got.ok()) ASSERT_EQ(*got, *expected);
    }
    void touch(std::size_t page) {
        const bool writes = pick(2) == 0;
        const int value = static_cast<int>(pick(255));
        const auto expected = m_reference.touch(page, writes ? mm::FaultAccess::Write : mm::FaultAccess::Read, value);
        const auto access = writes ? mm::FaultAccess::Write : mm::FaultAccess::Read;
        const auto touched = [&] {
            return writes ? m_host.store(address(page), static_cast<std::uint8_t>(value))
                          : m_host.load(address(page)).has_value();
        };
        const auto kind = touched() ? FaultKind::Resolved : m_space.handle_fault({address(page), access}).kind;
        ASSERT_EQ(kind, expected);
        // What mm resolves is tried again, as the CPU would.
        if (kind == FaultKind::Resolved) ASSERT_TRUE(touched());
    }

    Status any_step() {
        const Address first = address(pick(arena_pages));
        const PageRange range(first, (1 + pick(20)) * page_size);
        switch (pick(6)) {
        case 0: {
            mm::ReserveRequest request{.bytes = range.bytes(), .protection = some_protection()};
            if (pick(2) == 0) request.commitment = mm::Commitment::ReserveAndCommit;
            return m_space.reserve(request).status();
        }
        case 1:
            return m_space.free(first, range.bytes(), mm::FreeKind::Decommit).status();
        case 2:
            return m_space.free(first, pick(4) == 0 ? 0 : range.bytes(), mm::FreeKind::Release).status();
        case 3:
            return m_space.protect(range, some_protection()).status();
        default:
            return m_space.commit(range, some_protection()).status();
        }
    }
    std::string printed() {
        std::ostringstream text;
        m_space.print(text);
        return text.str();
    }

    void compare() {
        ASSERT_EQ(m_space.fault(), nullptr);
        ASSERT_EQ(m_space.check_agreement().value_or(""), "");
        ASSERT_EQ(m_charge.used(), m_reference.committed());
        for (std::size_t page = 0; page < arena_pages; ++page) compare(page);
    }
    void compare(std::size_t index) {
        const ReferenceMemory::Page& page = m_reference.page(index);
        const mm::RegionInfo info = m_space.query(address(index));
        const bool is_free = page.reservation == 0;
        ASSERT_EQ(info.state, is_free          ? mm::RegionState::Free
                              : page.committed ? mm::RegionState::Committed
                                               : mm::RegionState::Reserved);
        ASSERT_EQ(info.range.base(), address(index));
        ASSERT_EQ(info.range.pages(), m_reference.region_pages(index)) << "page " << index;
        if (!is_free) ASSERT_EQ(info.allocation_base, address(m_reference.reservation_begin(index)));
        if (page.committed) ASSERT_EQ(info.protection, page.protection);
        if (page.committed && page.protection.is_readable() && !page.protection.is_guard())
            ASSERT_EQ(m_host.load(address(index)).value_or(-1), page.content) << "page " << index;
    }

    std::mt19937 m_random{GetParam()};
    FakeHostMemory m_host{{PageRange(Address(arena_base), arena_pages* page_size)}};
    mm::CommitCharge m_charge{commit_limit};
    mm::AddressSpace m_space{m_host, m_charge, {.end = address(arena_pages)}};
    ReferenceMemory m_reference{arena_pages, commit_limit};
};

/// How many steps each seed takes; ORIEL_MODEL_STEPS=250000 makes it ten million in all.
int steps_to_take() {
    const char* const wanted = std::getenv("ORIEL_MODEL_STEPS");
    return wanted ? std::max(1, std::atoi(wanted)) : 1500;
}

TEST_P(AddressSpaceModel, Does_what_the_reference_does) {
    const int steps = steps_to_take();
    // Comparing every page is what costs: a long run does it as often as 1,500 steps can hide a difference.
    const int between_comparisons = steps > 10'000 ? 100 : 5;
    for (int i = 0; i < steps; ++i) {
        step();
        if (i % between_comparisons == 0) compare();
        if (HasFatalFailure()) FAIL() << "seed " << GetParam() << ", step " << i;
    }
}

/// Without the reference: whatever the host refuses, and whenever, leaves no trace.
TEST_P(AddressSpaceModel, A_step_that_the_host_refuses_has_not_happened) {
    int refusals = 0;
    for (int i = 0; i < 3000; ++i) {
        const std::string before = printed();
        const std::uint64_t used = m_charge.used();
        m_host.fail_call(pick(2) == 0 ? 1 + static_cast<int>(pick(3)) : 0);
        const Status status = any_step();
        m_host.fail_call(0);
        if (status == Status::InsufficientResources) {
            ++refusals;
            ASSERT_EQ(printed(), before) << "seed " << GetParam() << ", step " << i;
            ASSERT_EQ(m_charge.used(), used);
        }
        ASSERT_EQ(m_space.fault(), nullptr) << "seed " << GetParam() << ", step " << i;
        ASSERT_EQ(m_space.check_agreement().value_or(""), "") << "seed " << GetParam() << ", step " << i;
    }
    EXPECT_GT(refusals, 5);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AddressSpaceModel, testing::Range(1u, 41u));

} // namespace oriel::test
