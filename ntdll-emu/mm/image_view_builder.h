// SPDX-License-Identifier: MIT
// image_view_builder.h: puts an image's parts together to a layout (view.h), part by part.
#pragma once

#include <ntdll-emu/mm/image_parts.h>
#include <ntdll-emu/mm/shared_pages.h>
#include <ntdll-emu/mm/view.h>

#include <span>

namespace oriel::mm {

class ImageViewBuilder {
public:
    ImageViewBuilder(hal::HostMemory& host, FileBacking& file, std::uint64_t image_bytes)
        : m_host(host), m_file(file), m_window(file.host_window()), m_image_bytes(image_bytes) {}

    /// Which parts will come: makes room at once where most of the image has to be copied.
    NtResult<> expect(std::span<const ImagePart> parts);
    // Parts come in ascending order. Statuses: InsufficientResources, and what reading the file answers.
    NtResult<> add_from_file(const ImagePart& part);
    NtResult<> add_patched(const ImagePart& part, std::span<const std::byte> bytes);
    void add_shared(const ImagePart& part, const SharedPages& memory);
    /// What no part covers is committed and inaccessible.
    std::shared_ptr<const ViewLayout> finish();

private:
    [[nodiscard]] bool is_mappable(const ImagePart& part) const;
    /// [rva, rva + bytes) of the copy, for filling. Statuses: InsufficientResources.
    NtResult<std::span<std::byte>> copy_at(std::uint64_t rva, std::uint64_t bytes);
    void add_piece(std::uint64_t pages, std::optional<hal::FilePlace> place, const ImagePart& part);
    void fill_gap(std::uint64_t until_page);

    hal::HostMemory& m_host;
    FileBacking& m_file;
    std::optional<HostWindow> m_window;
    std::uint64_t m_image_bytes;
    std::shared_ptr<SharedPages> m_copy; ///< at their RVAs; made when first needed
    std::shared_ptr<ViewLayout> m_layout = std::make_shared<ViewLayout>();
};

} // namespace oriel::mm
