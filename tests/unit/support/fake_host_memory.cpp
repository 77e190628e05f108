// SPDX-License-Identifier: MIT
#include <tests/unit/support/fake_host_memory.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace oriel::test {

namespace {

bool can_write(hal::PageAccess access) {
    return access == hal::PageAccess::ReadWrite || access == hal::PageAccess::ReadWriteExecute;
}

} // namespace

std::optional<std::uint8_t> FakeHostMemory::load(Address address) {
    const auto at = m_pages.find(address.page());
    if (at == m_pages.end() || at->second.access == hal::PageAccess::None) return std::nullopt;
    const Page& page = at->second;
    const std::uint64_t offset = address - address.page();
    if (page.own) return (*page.own)[offset];
    return page.file ? read_from_file(page, offset) : 0;
}

bool FakeHostMemory::store(Address address, std::uint8_t value) {
    const auto at = m_pages.find(address.page());
    if (at == m_pages.end() || !can_write(at->second.access)) return false;
    Page& page = at->second;
    const std::uint64_t offset = address - address.page();
    if (page.file && page.sharing == hal::Sharing::Shared) {
        if (page.offset + offset < page.file->size()) (*page.file)[page.offset + offset] = std::byte{value};
        return true;
    }
    if (!page.own) {
        page.own = std::make_shared<std::array<std::uint8_t, page_size>>();
        for (std::uint64_t i = 0; page.file && i < page_size; ++i) (*page.own)[i] = read_from_file(page, i);
    }
    (*page.own)[offset] = value;
    return true;
}

hal::PageAccess FakeHostMemory::access_at(Address address) const { return run_of(address.page()).access; }

std::uint8_t FakeHostMemory::read_from_file(const Page& page, std::uint64_t offset) {
    const std::uint64_t at = page.offset + offset;
    return at < page.file->size() ? std::to_integer<std::uint8_t>((*page.file)[at]) : 0;
}

int FakeHostMemory::add_file(std::vector<std::byte> bytes) {
    m_files[m_next_descriptor] = std::make_shared<Bytes>(std::move(bytes));
    return m_next_descriptor++;
}

std::optional<hal::HostError> FakeHostMemory::refused(PageRange range) {
    ++m_calls;
    if (m_fail_in > 0 && --m_fail_in == 0) return hal::HostError{ENOMEM};
    for (const PageRange piece : m_arena)
        if (piece.contains(range)) return std::nullopt;
    return hal::HostError{EINVAL};
}

hal::HostResult<> FakeHostMemory::protect(PageRange range, hal::PageAccess access) {
    if (const auto error = refused(range)) return *error;
    for (Address at = range.base(); at < range.end(); at += page_size) m_pages[at].access = access;
    return {};
}

hal::HostResult<> FakeHostMemory::discard(PageRange range) { return unmap(range); }

hal::HostResult<> FakeHostMemory::map_file(PageRange range, hal::FilePlace place, hal::Sharing sharing,
                                           hal::PageAccess access) {
    if (const auto error = refused(range)) return *error;
    const auto file = m_files.find(place.descriptor);
    if (file == m_files.end() || !is_aligned(place.offset, page_size)) return hal::HostError{EBADF};
    for (Address at = range.base(); at < range.end(); at += page_size)
        m_pages[at] = {access, sharing, file->second, place.offset + (at - range.base()), nullptr};
    return {};
}

hal::HostResult<> FakeHostMemory::map_anonymous(PageRange range, hal::PageAccess access) {
    if (const auto error = refused(range)) return *error;
    for (Address at = range.base(); at < range.end(); at += page_size) m_pages[at] = {.access = access};
    return {};
}

hal::HostResult<> FakeHostMemory::unmap(PageRange range) {
    if (const auto error = refused(range)) return *error;
    m_pages.erase(m_pages.lower_bound(range.base()), m_pages.lower_bound(range.end()));
    return {};
}

hal::HostResult<> FakeHostMemory::flush(PageRange range) {
    if (const auto error = refused(range)) return *error;
    return {};
}

hal::HostResult<hal::SharedMemory> FakeHostMemory::create_shared_memory(std::uint64_t bytes) {
    ++m_shared_memories;
    return hal::SharedMemory{add_file(Bytes(bytes)), bytes};
}

hal::HostResult<> FakeHostMemory::resize_shared_memory(hal::SharedMemory& memory, std::uint64_t bytes) {
    file(memory.descriptor).resize(bytes);
    memory.bytes = bytes;
    return {};
}

hal::HostResult<> FakeHostMemory::write_shared_memory(const hal::SharedMemory& memory, std::uint64_t offset,
                                                      std::span<const std::byte> bytes) {
    Bytes& to = file(memory.descriptor);
    if (offset + bytes.size() > to.size()) return hal::HostError{EINVAL};
    std::copy(bytes.begin(), bytes.end(), to.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
}

hal::HostResult<> FakeHostMemory::empty_shared_memory(const hal::SharedMemory& memory, std::uint64_t offset,
                                                      std::uint64_t bytes) {
    Bytes& to = file(memory.descriptor);
    if (offset + bytes > to.size()) return hal::HostError{EINVAL};
    std::fill_n(to.begin() + static_cast<std::ptrdiff_t>(offset), bytes, std::byte{});
    return {};
}

hal::HostResult<std::vector<bool>> FakeHostMemory::resident(PageRange range) {
    // A private page is there once it was written; a file's page always.
    std::vector<bool> answer;
    for (Address at = range.base(); at < range.end(); at += page_size) {
        const auto page = m_pages.find(at);
        answer.push_back(page != m_pages.end() && (page->second.own || page->second.file));
    }
    return answer;
}

void FakeHostMemory::bring_in(PageRange range) {
    for (Address at = range.base(); at < range.end(); at += page_size) {
        const auto page = m_pages.find(at);
        if (page == m_pages.end() || page->second.own || page->second.file) continue;
        page->second.own = std::make_shared<std::array<std::uint8_t, page_size>>();
    }
}

hal::HostResult<std::byte*> FakeHostMemory::map_for_host(const hal::SharedMemory& memory) {
    return file(memory.descriptor).data();
}

void FakeHostMemory::close_shared_memory(hal::SharedMemory& memory) {
    if (m_files.erase(memory.descriptor) != 0) --m_shared_memories;
    memory = {};
}

hal::MappedRun FakeHostMemory::run_of(Address address) const {
    const PageRange one(address, page_size);
    const auto at = m_pages.find(address);
    if (at == m_pages.end()) return {one, hal::PageAccess::None, hal::Sharing::Private, false, 0};
    const Page& page = at->second;
    return {one, page.access, page.sharing, page.file != nullptr, page.offset};
}

std::vector<Address> FakeHostMemory::private_copies(PageRange range, bool) {
    std::vector<Address> copies;
    const auto end = m_pages.lower_bound(range.end());
    for (auto at = m_pages.lower_bound(range.base()); at != end; ++at)
        if (at->second.own) copies.push_back(at->first);
    return copies;
}

hal::HostResult<std::vector<hal::MappedRun>> FakeHostMemory::query(PageRange range) {
    std::vector<hal::MappedRun> runs;
    Address next = range.base();
    const auto end = m_pages.lower_bound(range.end());
    for (auto at = m_pages.lower_bound(range.base()); at != end; ++at) {
        if (at->first > next) runs.push_back({PageRange(next, at->first - next), {}, {}, false, 0});
        runs.push_back(run_of(at->first));
        next = at->first + page_size;
    }
    if (next < range.end()) runs.push_back({PageRange(next, range.end() - next), {}, {}, false, 0});
    return runs;
}

} // namespace oriel::test
