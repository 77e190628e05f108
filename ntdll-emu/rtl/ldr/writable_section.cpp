// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/writable_section.h>

namespace oriel::rtl::ldr {

Status WritableSection::open(std::uint32_t rva) {
    const auto* section = m_image.section_at(rva);
    if (section != nullptr && section == m_section) return Status::Success;
    close();
    if (section == nullptr || (section->Characteristics & nt::section_write) != 0) return Status::Success;

    m_start = m_image.base() + section->VirtualAddress;
    m_bytes = section->VirtualSize != 0 ? section->VirtualSize : section->SizeOfRawData;
    const bool executable = (section->Characteristics & nt::section_execute) != 0;
    const Status status = NtProtectVirtualMemory(current_process, &m_start, &m_bytes,
                                                 executable ? nt::PAGE_EXECUTE_READWRITE : nt::PAGE_READWRITE,
                                                 &m_protection);
    if (nt::is_success(status)) m_section = section;
    return status;
}

void WritableSection::close() {
    if (m_section == nullptr) return;
    std::uint32_t before = 0;
    (void)NtProtectVirtualMemory(current_process, &m_start, &m_bytes, m_protection, &before);
    m_section = nullptr;
}

} // namespace oriel::rtl::ldr
