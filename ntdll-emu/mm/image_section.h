// SPDX-License-Identifier: MIT
// image_section.h: a section made with SEC_IMAGE: a program or DLL ready to be mapped.
//
// A part's whole pages are mapped straight from the file where the file has them on page boundaries (our own
// DLLs are linked so; the pages are then shared by every process of the host). What cannot be mapped so, an
// unaligned part or the last, partly filled page of one, is copied once into memory of the section's own. Views
// at the preferred base share one layout; the last relocated layout is kept, because the next process
// is likely to want the same.
#pragma once

#include <ntdll-emu/mm/image_relocation.h>
#include <ntdll-emu/mm/section.h>
#include <ntdll-emu/mm/shared_pages.h>
#include <ntdll-emu/ob/ref.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <oriel/guarded.h>

namespace oriel::mm {

class ImageFileSection final : public Section {
public:
    /// `protection` and `attributes` are what NtQuerySection tells. Statuses: InvalidImageFormat,
    /// InsufficientResources, and what reading the file answers.
    static NtResult<ob::Ref<Section>> create(hal::HostMemory& host, std::shared_ptr<FileBacking> backing,
                                             ImageLayout layout, Protection protection, std::uint32_t attributes);

    [[nodiscard]] const ImageLayout* image() const override { return &m_image; }
    [[nodiscard]] NtResult<std::shared_ptr<const ViewLayout>> layout(const ViewWindow& window) override;

    /// Use create().
    ImageFileSection(hal::HostMemory& host, std::shared_ptr<FileBacking> backing, ImageLayout layout,
                     std::vector<ImagePart> parts, Protection protection, std::uint32_t attributes);

private:
    struct LastRelocated {
        Address base;
        std::shared_ptr<const ViewLayout> layout;
    };

    NtResult<> prepare();
    NtResult<std::shared_ptr<const ViewLayout>> lay_out(const PatchedParts& patched);

    hal::HostMemory& m_host;
    ImageLayout m_image;
    std::vector<ImagePart> m_parts;
    std::shared_ptr<SharedPages> m_shared;        ///< the shared parts, at their RVAs; null without any
    std::shared_ptr<const ViewLayout> m_straight; ///< at the preferred base
    Guarded<LastRelocated, ke::RankedLock<ke::LockRank::Section>> m_relocated;
};

} // namespace oriel::mm
