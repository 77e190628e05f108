// SPDX-License-Identifier: MIT
// section.h: memory that can be mapped: NT's section object.
//
// A section is what Win32 calls a file mapping. There are three kinds, each with a file of its own here:
//   data_section.h       a file's bytes as they are
//   pagefile_section.h   memory with no file, shared by whoever maps it (SEC_RESERVE or SEC_COMMIT)
//   image_section.h      a program or DLL, laid out and protected as its headers say (SEC_IMAGE)
// A view is a part of a section mapped into an address space (address_space.h, vad.h). The section lives as
// long as a handle or a view refers to it.
//
// Source: "Windows Internals", part 1, chapter 5, "Section objects"; "CreateFileMapping function".
#pragma once

#include <ntdll-emu/mm/commit_charge.h>
#include <ntdll-emu/mm/file_backing.h>
#include <ntdll-emu/mm/image_layout.h>
#include <ntdll-emu/mm/protection.h>
#include <ntdll-emu/mm/view.h>
#include <ntdll-emu/ob/object.h>
#include <oriel/page_range.h>

#include <atomic>
#include <memory>

namespace oriel::mm {

enum class SectionKind : std::uint8_t { DataFile, PageFile, Image };

/// Which part of a section is to be mapped, and how. Page-aligned.
struct ViewWindow {
    std::uint64_t offset = 0;
    std::uint64_t pages = 0;
    Protection protection;
    Address base; ///< where the view will lie; images are relocated for it
};

class Section : public ob::Object {
public:
    static const ob::Type object_type;
    [[nodiscard]] const ob::Type& type() const override { return object_type; }

    [[nodiscard]] SectionKind kind() const { return m_kind; }
    [[nodiscard]] Protection protection() const { return m_protection; }
    /// In bytes: of a data file as asked for, of the others whole pages. Of an image: SizeOfImage.
    [[nodiscard]] std::uint64_t size() const { return m_size.load(std::memory_order_acquire); }
    /// SEC_* as NtQuerySection tells them.
    [[nodiscard]] std::uint32_t attributes() const { return m_attributes; }
    /// Null for pagefile-backed sections.
    [[nodiscard]] FileBacking* backing() const { return m_backing.get(); }
    /// Null unless kind() is Image.
    [[nodiscard]] virtual const ImageLayout* image() const { return nullptr; }

    /// How the pages of `window` lie. May ask the file: called with no lock held.
    [[nodiscard]] virtual NtResult<std::shared_ptr<const ViewLayout>> layout(const ViewWindow& window) = 0;

    /// Whether pages are committed one by one, through any view (SEC_RESERVE without a file).
    [[nodiscard]] virtual bool is_committed_by_page() const { return false; }
    /// For such a section: commits pages, charging those that were not. Statuses: CommitmentLimit.
    virtual NtResult<> commit_pages(std::uint64_t first, std::uint64_t count);
    /// For such a section: the committed runs inside [first, first + count), numbered from the section's start.
    [[nodiscard]] virtual RunMap<bool> committed_pages(std::uint64_t first, std::uint64_t count) const;

    /// NtExtendSection: makes a section at least `bytes` long, and its file too.
    /// Statuses: SectionNotExtended for a section that cannot grow.
    virtual NtResult<> extend(std::uint64_t bytes);

protected:
    Section(SectionKind kind, Protection protection, std::uint32_t attributes, std::uint64_t size,
            std::shared_ptr<FileBacking> backing)
        : m_backing(std::move(backing)), m_size(size), m_attributes(attributes), m_protection(protection),
          m_kind(kind) {}

    std::shared_ptr<FileBacking> m_backing;
    std::atomic<std::uint64_t> m_size;

private:
    std::uint32_t m_attributes;
    Protection m_protection;
    SectionKind m_kind;
};

} // namespace oriel::mm
