// SPDX-License-Identifier: MIT
// data_section.h: a section over a file's bytes.
//
// The views are the host's own mappings of the file, so reading through a view and reading through a handle
// see the same bytes, as NT promises for local files (its cache is made of the same sections).
#pragma once

#include <ntdll-emu/mm/section.h>
#include <ntdll-emu/ob/ref.h>

namespace oriel::mm {

struct DataSectionRequest {
    std::uint64_t size = 0; ///< 0: as large as the file is now
    Protection protection;
    std::uint32_t attributes = 0; ///< SEC_*, kept for NtQuerySection
};

class DataSection final : public Section {
public:
    /// A section larger than the file makes the file grow, if it may be written.
    /// Statuses: MappedFileSizeZero, SectionTooBig, InvalidFileForSection (the host cannot map it), AccessDenied
    /// (shared writing through a descriptor that cannot write), and the file's own.
    static NtResult<ob::Ref<Section>> create(std::shared_ptr<FileBacking> backing, const DataSectionRequest& request);

    [[nodiscard]] NtResult<std::shared_ptr<const ViewLayout>> layout(const ViewWindow& window) override;
    NtResult<> extend(std::uint64_t bytes) override;

    /// Use create().
    DataSection(std::shared_ptr<FileBacking> backing, const DataSectionRequest& request, HostWindow window)
        : Section(SectionKind::DataFile, request.protection, request.attributes, request.size, std::move(backing)),
          m_window(window) {}

private:
    HostWindow m_window;
};

} // namespace oriel::mm
