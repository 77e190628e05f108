// SPDX-License-Identifier: MIT
// native.h: what tests of rtl see of their surroundings.
#pragma once

#include <nt/status.h>
#include <ntdll-emu/rtl/heap/page_source.h>

#include <atomic>
#include <cstdint>

namespace oriel::rtl::test {

/// platform::raise in a native test.
struct Raised {
    nt::Status status;
};

/// What the calling thread was told.
struct Recorded {
    nt::Status raised{};
    nt::Status last_status{};
    std::uint32_t last_error = 0;
};
Recorded& recorded();

/// Pages from Linux.
struct MmapPages {
    NtResult<PageRange> reserve(std::uint64_t bytes);
    NtResult<> commit(PageRange range, heap::PageUse use);
    void decommit(PageRange range);
    void release(PageRange range);
};

/// Pages that count, check what they are asked, and refuse on request.
class FakePages {
public:
    NtResult<PageRange> reserve(std::uint64_t bytes) {
        if (refuse_reserve) return nt::Status::NoMemory;
        auto range = m_pages.reserve(bytes);
        if (range.ok()) reserved += bytes;
        return range;
    }
    NtResult<> commit(PageRange range, heap::PageUse use) {
        if (committed + range.bytes() > commit_limit) return nt::Status::CommitmentLimit;
        committed += range.bytes();
        if (use == heap::PageUse::Code) committed_as_code += range.bytes();
        return m_pages.commit(range, use);
    }
    void decommit(PageRange range) {
        committed -= range.bytes();
        m_pages.decommit(range);
    }
    void release(PageRange range) {
        reserved -= range.bytes();
        ++releases;
        m_pages.release(range);
    }

    // A front end asks from several threads.
    std::atomic<std::uint64_t> reserved = 0;
    std::atomic<std::uint64_t> committed = 0; ///< releases do not count back: they do not say how much was committed
    std::atomic<std::uint64_t> committed_as_code = 0;
    std::uint64_t commit_limit = ~std::uint64_t{0};
    std::atomic<unsigned> releases = 0;
    bool refuse_reserve = false;

private:
    MmapPages m_pages;
};

} // namespace oriel::rtl::test
