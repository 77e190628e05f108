// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/image_view_builder.h>

#include <algorithm>

namespace oriel::mm {

namespace {

std::uint64_t pages_of(std::uint64_t bytes) { return align_up(bytes, page_size) / page_size; }

} // namespace

NtResult<> ImageViewBuilder::add_from_file(const ImagePart& part) {
    fill_gap(part.rva / page_size);
    const std::uint64_t whole = is_mappable(part) ? part.file_bytes / page_size : 0;
    if (whole != 0) add_piece(whole, hal::FilePlace{m_window->descriptor, m_window->offset + part.file_offset}, part);

    const std::uint64_t done = whole * page_size;
    std::uint64_t copied = 0;
    if (done < part.file_bytes) {
        ImagePart rest = part;
        rest.file_offset += static_cast<std::uint32_t>(done);
        rest.file_bytes -= static_cast<std::uint32_t>(done);
        TRY(read_part(m_file, rest, TRY(copy_at(part.rva + done, rest.file_bytes))));
        copied = pages_of(rest.file_bytes);
        add_piece(copied, m_copy->place_at(part.rva + done), part);
    }
    add_piece(part.pages - whole - copied, std::nullopt, part);
    return {};
}

NtResult<> ImageViewBuilder::add_patched(const ImagePart& part, std::span<const std::byte> bytes) {
    fill_gap(part.rva / page_size);
    std::ranges::copy(bytes, TRY(copy_at(part.rva, bytes.size())).begin());
    const std::uint64_t copied = pages_of(bytes.size());
    add_piece(copied, m_copy->place_at(part.rva), part);
    add_piece(part.pages - copied, std::nullopt, part);
    return {};
}

void ImageViewBuilder::add_shared(const ImagePart& part, const SharedPages& memory) {
    fill_gap(part.rva / page_size);
    add_piece(part.pages, memory.place_at(part.rva), part);
}

std::shared_ptr<const ViewLayout> ImageViewBuilder::finish() {
    fill_gap(m_image_bytes / page_size);
    if (m_copy) m_copy->drop_host_view();
    m_layout->owner = m_copy;
    return std::move(m_layout);
}

NtResult<> ImageViewBuilder::expect(std::span<const ImagePart> parts) {
    constexpr std::uint64_t most = 0x100000; // of a large image not every page is touched soon
    if (m_image_bytes > most) return {};
    std::uint64_t copied = 0;
    for (const ImagePart& part : parts)
        if (!is_mappable(part)) copied += pages_of(part.file_bytes);
    if (copied * page_size * 2 < m_image_bytes) return {};
    m_host.will_write(TRY(copy_at(0, m_image_bytes)));
    return {};
}

bool ImageViewBuilder::is_mappable(const ImagePart& part) const {
    return m_window && is_aligned(m_window->offset + part.file_offset, page_size);
}

NtResult<std::span<std::byte>> ImageViewBuilder::copy_at(std::uint64_t rva, std::uint64_t bytes) {
    if (!m_copy) m_copy = TRY(SharedPages::create(m_host, m_image_bytes));
    return TRY(m_copy->host_view()).subspan(rva, bytes);
}

void ImageViewBuilder::add_piece(std::uint64_t pages, std::optional<hal::FilePlace> place, const ImagePart& part) {
    if (pages == 0) return;
    PageState state = PageState::committed_with(part.protection);
    state.shared = part.shared;
    m_layout->pieces.push_back({.first_page = m_layout->pages(),
                                .pages = pages,
                                .place = place,
                                .sharing = part.shared ? hal::Sharing::Shared : hal::Sharing::Private,
                                .state = state});
}

void ImageViewBuilder::fill_gap(std::uint64_t until_page) {
    ImagePart gap;
    add_piece(until_page - m_layout->pages(), std::nullopt, gap);
}

} // namespace oriel::mm
