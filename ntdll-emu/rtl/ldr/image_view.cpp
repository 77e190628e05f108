// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/image_view.h>

namespace oriel::rtl::ldr {

bool ImageView::check() const {
    const auto* dos = reinterpret_cast<const nt::IMAGE_DOS_HEADER*>(m_base);
    if (m_base == nullptr || dos->e_magic != nt::dos_signature) return false;
    const NtHeaders& nt_headers = headers();
    return nt_headers.Signature == nt::pe_signature && nt_headers.OptionalHeader.Magic == nt::optional_magic<Native>;
}

NtHeaders& ImageView::headers() const {
    const auto* dos = reinterpret_cast<const nt::IMAGE_DOS_HEADER*>(m_base);
    return *reinterpret_cast<NtHeaders*>(m_base + dos->e_lfanew);
}

nt::IMAGE_DATA_DIRECTORY ImageView::directory(ImageDirectory which) const {
    const auto& optional = headers().OptionalHeader;
    const auto index = static_cast<std::uint32_t>(which);
    if (index >= optional.NumberOfRvaAndSizes) return {0, 0};
    return optional.DataDirectory[index];
}

const nt::IMAGE_SECTION_HEADER* ImageView::section_at(std::uint32_t rva) const {
    const NtHeaders& nt_headers = headers();
    const auto* section = reinterpret_cast<const nt::IMAGE_SECTION_HEADER*>(
        reinterpret_cast<const std::byte*>(&nt_headers.OptionalHeader) + nt_headers.FileHeader.SizeOfOptionalHeader);
    for (unsigned left = nt_headers.FileHeader.NumberOfSections; left > 0; --left, ++section) {
        const std::uint32_t bytes = section->VirtualSize != 0 ? section->VirtualSize : section->SizeOfRawData;
        if (rva - section->VirtualAddress < bytes) return section;
    }
    return nullptr;
}

} // namespace oriel::rtl::ldr
