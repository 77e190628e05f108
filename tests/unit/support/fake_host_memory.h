// SPDX-License-Identifier: MIT
// fake_host_memory.h: a host made of a table of pages, for tests of mm.
//
// It has the arena's rules (nothing outside, private pages copied at the first write, discarded pages zero) and no
// cleverness. Tests act as the CPU with load() and store(), count host calls, and make calls fail.
#pragma once

#include <ntdll-emu/hal/host_memory.h>

#include <array>
#include <map>
#include <memory>
#include <optional>

namespace oriel::test {

class FakeHostMemory final : public hal::HostMemory {
public:
    static constexpr PageRange default_arena{Address(0x10000), 0x7FFF0000 - 0x10000};

    explicit FakeHostMemory(std::vector<PageRange> arena = {default_arena}) : m_arena(std::move(arena)) {}

    // --- the CPU --------------------------------------------------------------------------------------
    /// None: a fault.
    std::optional<std::uint8_t> load(Address address);
    /// False: a fault.
    bool store(Address address, std::uint8_t value);
    [[nodiscard]] hal::PageAccess access_at(Address address) const;

    // --- the test -------------------------------------------------------------------------------------
    /// A file that can be mapped; answers its descriptor.
    int add_file(std::vector<std::byte> bytes);
    std::vector<std::byte>& file(int descriptor) { return *m_files.at(descriptor); }
    /// The call that many calls from now (1: the next) fails with ENOMEM, once.
    void fail_call(int calls_from_now) { m_fail_in = calls_from_now; }
    [[nodiscard]] int calls() const { return m_calls; }
    [[nodiscard]] std::size_t open_shared_memories() const { return m_shared_memories; }
    /// Whether no page differs from untouched arena.
    [[nodiscard]] bool is_untouched() const { return m_pages.empty(); }

    // --- HostMemory -----------------------------------------------------------------------------------
    [[nodiscard]] const std::vector<PageRange>& arena() const override { return m_arena; }
    hal::HostResult<> protect(PageRange range, hal::PageAccess access) override;
    hal::HostResult<> discard(PageRange range) override;
    hal::HostResult<> map_file(PageRange range, hal::FilePlace place, hal::Sharing sharing,
                               hal::PageAccess access) override;
    hal::HostResult<> map_anonymous(PageRange range, hal::PageAccess access) override;
    hal::HostResult<> unmap(PageRange range) override;
    hal::HostResult<> flush(PageRange range) override;
    hal::HostResult<hal::SharedMemory> create_shared_memory(std::uint64_t bytes) override;
    hal::HostResult<> resize_shared_memory(hal::SharedMemory& memory, std::uint64_t bytes) override;
    hal::HostResult<> write_shared_memory(const hal::SharedMemory& memory, std::uint64_t offset,
                                          std::span<const std::byte> bytes) override;
    hal::HostResult<> empty_shared_memory(const hal::SharedMemory& memory, std::uint64_t offset,
                                          std::uint64_t bytes) override;
    hal::HostResult<std::byte*> map_for_host(const hal::SharedMemory& memory) override;
    void will_write(std::span<std::byte>) override {}
    void unmap_for_host(const hal::SharedMemory&, std::byte*) override {}
    void close_shared_memory(hal::SharedMemory& memory) override;
    hal::HostResult<std::vector<bool>> resident(PageRange range) override;
    void bring_in(PageRange range) override;
    void expect_use(PageRange) override {}
    void expect_no_use(PageRange) override {}
    hal::HostResult<std::vector<hal::MappedRun>> query(PageRange range) override;
    std::vector<Address> private_copies(PageRange range, bool from_file) override;
    [[nodiscard]] std::uint64_t memory_and_swap() const override { return std::uint64_t{1} << 32; }

private:
    using Bytes = std::vector<std::byte>;

    struct Page {
        hal::PageAccess access = hal::PageAccess::None;
        hal::Sharing sharing = hal::Sharing::Private;
        std::shared_ptr<Bytes> file; ///< null: the arena's own
        std::uint64_t offset = 0;
        std::shared_ptr<std::array<std::uint8_t, page_size>> own; ///< written privately
    };

    [[nodiscard]] std::optional<hal::HostError> refused(PageRange range);
    [[nodiscard]] hal::MappedRun run_of(Address address) const;
    static std::uint8_t read_from_file(const Page& page, std::uint64_t offset);

    std::vector<PageRange> m_arena;
    std::map<Address, Page> m_pages; ///< absent: untouched arena
    std::map<int, std::shared_ptr<Bytes>> m_files;
    int m_next_descriptor = 100;
    int m_calls = 0;
    int m_fail_in = 0;
    std::size_t m_shared_memories = 0;
};

} // namespace oriel::test
