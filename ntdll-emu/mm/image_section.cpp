// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/image_section.h>

#include <ntdll-emu/mm/image_view_builder.h>

#include <algorithm>

namespace oriel::mm {

NtResult<ob::Ref<Section>> ImageFileSection::create(hal::HostMemory& host, std::shared_ptr<FileBacking> backing,
                                                    ImageLayout layout, Protection protection,
                                                    std::uint32_t attributes) {
    auto parts = TRY(image_parts(layout));
    auto section = ob::make<ImageFileSection>(host, std::move(backing), std::move(layout), std::move(parts),
                                              protection, attributes);
    TRY(section->prepare());
    return ob::Ref<Section>(std::move(section));
}

ImageFileSection::ImageFileSection(hal::HostMemory& host, std::shared_ptr<FileBacking> backing, ImageLayout layout,
                                   std::vector<ImagePart> parts, Protection protection, std::uint32_t attributes)
    : Section(SectionKind::Image, protection, attributes, align_up(layout.size_of_image, page_size),
              std::move(backing)),
      m_host(host), m_image(std::move(layout)), m_parts(std::move(parts)) {}

NtResult<> ImageFileSection::prepare() {
    if (std::any_of(m_parts.begin(), m_parts.end(), [](const ImagePart& part) { return part.shared; })) {
        m_shared = TRY(SharedPages::create(m_host, size()));
        for (const ImagePart& part : m_parts) {
            if (!part.shared) continue;
            const std::vector<std::byte> bytes = TRY(read_part(*m_backing, part));
            TRY(m_shared->write(part.rva, bytes));
        }
    }
    m_straight = TRY(lay_out(PatchedParts(m_parts.size())));
    return {};
}

NtResult<std::shared_ptr<const ViewLayout>> ImageFileSection::layout(const ViewWindow& window) {
    if (window.base == Address(m_image.preferred_base)) return m_straight;
    auto known = m_relocated.with([&](const LastRelocated& last) {
        return last.base == window.base ? last.layout : std::shared_ptr<const ViewLayout>();
    });
    if (known) return known;
    const PatchedParts patched = TRY(relocate_image(*m_backing, m_image, m_parts, window.base));
    auto layout = TRY(lay_out(patched));
    LastRelocated old{window.base, layout};
    m_relocated.with([&](LastRelocated& last) { std::swap(last, old); });
    return layout;
}

NtResult<std::shared_ptr<const ViewLayout>> ImageFileSection::lay_out(const PatchedParts& patched) {
    ImageViewBuilder builder(m_host, *m_backing, size());
    TRY(builder.expect(m_parts));
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        if (m_parts[i].shared)
            builder.add_shared(m_parts[i], *m_shared);
        else if (patched[i])
            TRY(builder.add_patched(m_parts[i], *patched[i]));
        else
            TRY(builder.add_from_file(m_parts[i]));
    }
    return builder.finish();
}

} // namespace oriel::mm
