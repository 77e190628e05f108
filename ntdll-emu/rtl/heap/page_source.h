// SPDX-License-Identifier: MIT
// page_source.h: where a heap's pages come from.
//
// A heap asks for address space (reserve) and for memory in it (commit), and gives both back. In ntdll.dll
// that is NtAllocateVirtualMemory and NtFreeVirtualMemory; in native tests it is mmap, or a fake that
// counts, refuses on request and remembers what is committed.
#pragma once

#include <oriel/nt_result.h>
#include <oriel/page_range.h>

#include <concepts>

namespace oriel::rtl::heap {

enum class PageUse : std::uint8_t { Data, Code }; ///< Code: HEAP_CREATE_ENABLE_EXECUTE

/// reserve: a new range at a 64 KiB boundary. commit and decommit: whole pages inside one reserved range;
/// newly committed pages read as zero. release: exactly what reserve answered.
template<class P>
concept PageSource = requires(P& pages, PageRange range, std::uint64_t bytes, PageUse use) {
    { pages.reserve(bytes) } -> std::same_as<NtResult<PageRange>>;
    { pages.commit(range, use) } -> std::same_as<NtResult<>>;
    { pages.decommit(range) } -> std::same_as<void>;
    { pages.release(range) } -> std::same_as<void>;
};

/// A reference to any PageSource. Only slow paths go through it, so that one indirect call costs nothing
/// and the heap need not be a template.
class Pages {
public:
    template<PageSource P>
    explicit constexpr Pages(P& source) : m_source(&source), m_operations(&operations_of<P>) {}

    [[nodiscard]] NtResult<PageRange> reserve(std::uint64_t bytes) const {
        return m_operations->reserve(m_source, bytes);
    }
    [[nodiscard]] NtResult<> commit(PageRange range, PageUse use) const {
        return m_operations->commit(m_source, range, use);
    }
    void decommit(PageRange range) const { m_operations->decommit(m_source, range); }
    void release(PageRange range) const { m_operations->release(m_source, range); }

private:
    struct Operations {
        NtResult<PageRange> (*reserve)(void*, std::uint64_t);
        NtResult<> (*commit)(void*, PageRange, PageUse);
        void (*decommit)(void*, PageRange);
        void (*release)(void*, PageRange);
    };
    template<class P>
    static constexpr Operations operations_of{
        [](void* source, std::uint64_t bytes) { return static_cast<P*>(source)->reserve(bytes); },
        [](void* source, PageRange range, PageUse use) { return static_cast<P*>(source)->commit(range, use); },
        [](void* source, PageRange range) { static_cast<P*>(source)->decommit(range); },
        [](void* source, PageRange range) { static_cast<P*>(source)->release(range); },
    };

    void* m_source;
    const Operations* m_operations;
};

/// The process' ordinary pages: NtAllocateVirtualMemory, or mmap. Given by the platform.
const Pages& process_pages();

/// Gives a reservation back unless somebody took it over (STYLE 5).
class Reservation {
public:
    Reservation(const Pages& pages, PageRange range) : m_pages(pages), m_range(range) {}
    ~Reservation() {
        if (!m_range.empty()) m_pages.release(m_range);
    }
    Reservation(const Reservation&) = delete;
    [[nodiscard]] PageRange range() const { return m_range; }
    void keep() { m_range = {}; }

private:
    const Pages& m_pages;
    PageRange m_range;
};

template<class T>
T* pointer_to(Address address) { return reinterpret_cast<T*>(static_cast<std::uintptr_t>(address.value())); }
inline Address address_of(const void* pointer) { return Address(reinterpret_cast<std::uintptr_t>(pointer)); }

} // namespace oriel::rtl::heap
