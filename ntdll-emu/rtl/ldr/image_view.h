// SPDX-License-Identifier: MIT
// image_view.h: a mapped image, as the loader inside the process sees it.
//
// mm checked the headers when the section was made, so here they are believed; RVAs of the directories
// nobody has checked, so each is compared with SizeOfImage before it becomes a pointer. (The host's reading
// of the format, for files that nobody has checked at all, is loader/pe.)
#pragma once

#include <nt/image.h>

#include <cstddef>
#include <cstdint>

namespace oriel::rtl::ldr {

using nt::Native;
using nt::ImageDirectory;
using NtHeaders = nt::IMAGE_NT_HEADERS<Native>;
using Word = nt::uptr<Native>;

class ImageView {
public:
    ImageView() = default;
    /// `base` must be where an image of this process's own width is mapped; check() says whether it is.
    explicit ImageView(void* base) : m_base(static_cast<std::byte*>(base)) {}

    /// Whether there is an image of our width at the base.
    [[nodiscard]] bool check() const;

    [[nodiscard]] std::byte* base() const { return m_base; }
    [[nodiscard]] Word address() const { return reinterpret_cast<Word>(m_base); }
    [[nodiscard]] NtHeaders& headers() const;
    [[nodiscard]] std::uint32_t size() const { return headers().OptionalHeader.SizeOfImage; }
    [[nodiscard]] bool holds(const void* address) const {
        return static_cast<std::size_t>(static_cast<const std::byte*>(address) - m_base) < size();
    }
    /// Zero if the image does not have it.
    [[nodiscard]] nt::IMAGE_DATA_DIRECTORY directory(ImageDirectory which) const;
    [[nodiscard]] const nt::IMAGE_SECTION_HEADER* section_at(std::uint32_t rva) const;

    /// `count` Ts at `rva`; null if rva is 0 or they leave the image.
    template<class T>
    [[nodiscard]] T* at(std::uint32_t rva, std::uint32_t count = 1) const {
        const std::uint32_t bytes = size();
        if (rva == 0 || rva >= bytes || std::uint64_t{count} * sizeof(T) > bytes - rva) return nullptr;
        return reinterpret_cast<T*>(m_base + rva);
    }
    [[nodiscard]] std::byte* byte_at(std::uint32_t rva) const { return at<std::byte>(rva); }
    /// The directory's first T; null if there is none.
    template<class T>
    [[nodiscard]] T* directory_at(ImageDirectory which) const { return at<T>(directory(which).VirtualAddress); }

private:
    std::byte* m_base = nullptr;
};

} // namespace oriel::rtl::ldr
