// SPDX-License-Identifier: MIT
// pagefile_section.h: memory with no file, for whoever maps it.
//
// With SEC_COMMIT all pages are committed when the section is made. With SEC_RESERVE none is, and
// NtAllocateVirtualMemory(MEM_COMMIT) on a page of any view commits it for all views; it cannot be
// decommitted again ("CreateFileMapping function": SEC_RESERVE).
#pragma once

#include <ntdll-emu/mm/section.h>
#include <ntdll-emu/mm/shared_pages.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/ob/ref.h>
#include <oriel/guarded.h>

namespace oriel::mm {

enum class SectionCommitment : std::uint8_t { Whole, ByPage };

struct PageFileSectionRequest {
    std::uint64_t size = 0; ///< bytes, not 0
    Protection protection;
    SectionCommitment commitment = SectionCommitment::Whole;
    std::uint32_t attributes = 0; ///< SEC_*, kept for NtQuerySection
};

class PageFileSection final : public Section {
public:
    /// Statuses: CommitmentLimit, SectionTooBig, InsufficientResources.
    static NtResult<ob::Ref<Section>> create(hal::HostMemory& host, CommitCharge& account,
                                             const PageFileSectionRequest& request);
    ~PageFileSection() override;

    [[nodiscard]] NtResult<std::shared_ptr<const ViewLayout>> layout(const ViewWindow& window) override;
    [[nodiscard]] bool is_committed_by_page() const override { return m_commitment == SectionCommitment::ByPage; }
    NtResult<> commit_pages(std::uint64_t first, std::uint64_t count) override;
    [[nodiscard]] RunMap<bool> committed_pages(std::uint64_t first, std::uint64_t count) const override;

    /// Use create().
    PageFileSection(CommitCharge& account, const PageFileSectionRequest& request, std::shared_ptr<SharedPages> pages);

private:
    CommitCharge& m_account;
    SectionCommitment m_commitment;
    std::shared_ptr<SharedPages> m_pages;
    Guarded<RunMap<bool>, ke::RankedLock<ke::LockRank::Section>> m_committed;
};

} // namespace oriel::mm
