// SPDX-License-Identifier: MIT
// linux_host_memory.h: the guest arena made of real Linux pages.
//
// The arena is mapped once, PROT_NONE and MAP_NORESERVE, so it costs address space but neither memory nor
// commit of the host's (a private mapping without write permission is not accounted by Linux, also with
// vm.overcommit_memory=2). After that, commit is mprotect and decommit is MADV_DONTNEED with mprotect:
// measured cheaper than mapping anew, and nothing else can slip into the range in between.
//
// What Linux had in the range before us stays where it is (MAP_FIXED_NOREPLACE, in pieces around it).
#pragma once

#include <ntdll-emu/hal/host_memory.h>

#include <memory>

namespace oriel::hal {

class LinuxHostMemory final : public HostMemory {
public:
    /// From the first address that Linux lets a process map up to 64 TiB past 0x10000000000; Linux keeps its
    /// own mappings above 0x550000000000 (DESIGN 5).
    static constexpr PageRange full_arena{Address(0x10000), 0x410000000000 - 0x10000};

    /// Reserves `wanted`, or, where a limit of the host's forbids so much, a smaller arena from the same
    /// base: a quarter each time, down to 4 GiB. Fails only when even that cannot be had.
    static HostResult<std::unique_ptr<LinuxHostMemory>> create(PageRange wanted = full_arena);
    ~LinuxHostMemory() override;
    LinuxHostMemory(const LinuxHostMemory&) = delete;
    LinuxHostMemory& operator=(const LinuxHostMemory&) = delete;

    [[nodiscard]] const std::vector<PageRange>& arena() const override { return m_arena; }

    HostResult<> protect(PageRange range, PageAccess access) override;
    HostResult<> discard(PageRange range) override;
    HostResult<> map_file(PageRange range, FilePlace place, Sharing sharing, PageAccess access) override;
    HostResult<> map_anonymous(PageRange range, PageAccess access) override;
    HostResult<> unmap(PageRange range) override;
    HostResult<> flush(PageRange range) override;

    HostResult<SharedMemory> create_shared_memory(std::uint64_t bytes) override;
    HostResult<> resize_shared_memory(SharedMemory& memory, std::uint64_t bytes) override;
    HostResult<> write_shared_memory(const SharedMemory& memory, std::uint64_t offset,
                                     std::span<const std::byte> bytes) override;
    HostResult<> empty_shared_memory(const SharedMemory& memory, std::uint64_t offset, std::uint64_t bytes) override;
    HostResult<std::byte*> map_for_host(const SharedMemory& memory) override;
    void will_write(std::span<std::byte> bytes) override;
    void unmap_for_host(const SharedMemory& memory, std::byte* view) override;
    void close_shared_memory(SharedMemory& memory) override;

    HostResult<std::vector<bool>> resident(PageRange range) override;
    void bring_in(PageRange range) override;
    void expect_use(PageRange range) override;
    void expect_no_use(PageRange range) override;

    HostResult<std::vector<MappedRun>> query(PageRange range) override;
    std::vector<Address> private_copies(PageRange range, bool from_file) override;
    [[nodiscard]] std::uint64_t memory_and_swap() const override;

private:
    explicit LinuxHostMemory(std::vector<PageRange> arena) : m_arena(std::move(arena)) {}

    std::vector<PageRange> m_arena;
};

} // namespace oriel::hal
