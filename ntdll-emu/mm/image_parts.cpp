// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/image_parts.h>

#include <algorithm>

namespace oriel::mm {

Protection image_protection(const ImageSection& section) {
    PageAccess access = PageAccess::NoAccess;
    if (section.writable)
        access = section.executable ? PageAccess::ExecuteReadWrite : PageAccess::ReadWrite;
    else if (section.executable)
        access = section.readable ? PageAccess::ExecuteRead : PageAccess::Execute;
    else if (section.readable)
        access = PageAccess::ReadOnly;
    const Protection protection(access);
    return section.shared ? protection : protection.copying_on_write();
}

namespace {

std::uint32_t pages_of(std::uint64_t bytes) {
    return static_cast<std::uint32_t>(align_up(bytes, page_size) / page_size);
}

ImagePart part(std::uint32_t rva, std::uint32_t virtual_size, std::uint32_t file_offset, std::uint32_t file_size) {
    const std::uint32_t pages = pages_of(virtual_size != 0 ? virtual_size : file_size);
    const auto bytes =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(file_size, std::uint64_t{pages} * page_size));
    return {.rva = rva, .pages = pages, .file_offset = file_offset, .file_bytes = bytes};
}

} // namespace

NtResult<std::vector<ImagePart>> image_parts(const ImageLayout& layout) {
    std::vector<ImagePart> parts;
    if (layout.size_of_headers != 0) {
        parts.push_back(part(0, layout.size_of_headers, 0, layout.size_of_headers));
        parts.back().protection = Protection(PageAccess::ReadOnly);
    }
    for (const ImageSection& section : layout.sections) {
        if (section.virtual_size == 0 && section.file_size == 0) continue;
        parts.push_back(part(section.rva, section.virtual_size, section.file_offset, section.file_size));
        parts.back().protection = image_protection(section);
        parts.back().shared = section.shared && section.writable;
    }
    const std::uint64_t image_end = align_up(layout.size_of_image, page_size);
    std::uint64_t end = 0;
    for (const ImagePart& one : parts) {
        if (!is_aligned(one.rva, page_size) || one.rva < end || one.end() > image_end)
            return Status::InvalidImageFormat;
        end = one.end();
    }
    if (parts.empty() || !is_aligned(layout.preferred_base, allocation_granularity))
        return Status::InvalidImageFormat;
    return parts;
}

NtResult<> read_part(FileBacking& file, const ImagePart& part, std::span<std::byte> to) {
    for (std::size_t done = 0; done < to.size();) {
        const std::size_t got = TRY(file.read(part.file_offset + done, to.subspan(done)));
        if (got == 0) break;
        done += got;
    }
    return {};
}

NtResult<std::vector<std::byte>> read_part(FileBacking& file, const ImagePart& part) {
    std::vector<std::byte> bytes(part.file_bytes);
    TRY(read_part(file, part, bytes));
    return bytes;
}

} // namespace oriel::mm
