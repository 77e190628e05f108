// SPDX-License-Identifier: MIT
// writable_section.h: makes a read-only section of an image writable for a while.
//
// Import address tables mostly lie in read-only data, so that nothing but the loader changes them.
#pragma once

#include <ntdll-emu/rtl/ldr/image_view.h>
#include <ntdll-emu/rtl/ldr/own_process.h>

namespace oriel::rtl::ldr {

class WritableSection {
public:
    explicit WritableSection(ImageView image) : m_image(image) {}
    ~WritableSection() { close(); }
    WritableSection(const WritableSection&) = delete;
    WritableSection& operator=(const WritableSection&) = delete;

    /// Opens the section that holds `rva`; the one that was open is closed, if it is another.
    Status open(std::uint32_t rva);

private:
    void close();

    ImageView m_image;
    const nt::IMAGE_SECTION_HEADER* m_section = nullptr;
    void* m_start = nullptr;
    Word m_bytes = 0;
    std::uint32_t m_protection = 0;
};

} // namespace oriel::rtl::ldr
