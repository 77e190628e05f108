// SPDX-License-Identifier: MIT
// linux_residency.cpp: which of our pages are in memory or were written, and wishes about it.
//
// /proc/self/pagemap has eight bytes for every page of the process; bit 63 says that the page is present ("Examining
// Process Page Tables", the kernel's documentation). A page that was committed and never touched is not. Bit 61 says that it is a file's: a page of
// a private mapping that was written no longer is. Of the arena's own pages the table cannot tell a written one from the
// kernel's page of zeros, so those are looked at.
#include <ntdll-emu/hal/host_call.h>
#include <ntdll-emu/hal/linux_host_memory.h>

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace oriel::hal {

namespace {

void* pointer(PageRange range) { return reinterpret_cast<void*>(range.base().value()); }

class PageMap {
public:
    PageMap() : m_descriptor(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) {}
    ~PageMap() {
        if (m_descriptor >= 0) ::close(m_descriptor);
    }
    PageMap(const PageMap&) = delete;
    PageMap& operator=(const PageMap&) = delete;

    /// Reads the entries of as many pages from `page` on as fit; false when the host cannot be asked.
    template<std::size_t count>
    bool read(std::uint64_t page, std::array<std::uint64_t, count>& entries, std::size_t wanted) const {
        const std::size_t bytes = wanted * sizeof entries[0];
        const auto offset = static_cast<off_t>(page * sizeof entries[0]);
        return m_descriptor >= 0 && ::pread(m_descriptor, entries.data(), bytes, offset) == static_cast<ssize_t>(bytes);
    }

private:
    int m_descriptor;
};

constexpr std::uint64_t present = std::uint64_t{1} << 63;
constexpr std::uint64_t swapped = std::uint64_t{1} << 62;
constexpr std::uint64_t of_a_file = std::uint64_t{1} << 61;

bool is_zero(Address page) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(page.value());
    return std::all_of(words, words + page_size / sizeof *words, [](std::uint64_t word) { return word == 0; });
}

} // namespace

std::vector<Address> LinuxHostMemory::private_copies(PageRange range, bool from_file) {
    static const PageMap map; // asked for every address table that a loader writes
    std::vector<Address> copies;
    std::array<std::uint64_t, 512> entries;
    for (Address at = range.base(); at < range.end();) {
        const std::size_t wanted = std::min<std::uint64_t>(entries.size(), (range.end() - at) / page_size);
        if (!map.read(at.value() / page_size, entries, wanted)) return {};
        for (std::size_t i = 0; i < wanted; ++i, at += page_size) {
            if ((entries[i] & (present | swapped)) == 0 || (entries[i] & of_a_file) != 0) continue;
            if (from_file || !is_zero(at)) copies.push_back(at);
        }
    }
    return copies;
}

HostResult<std::vector<bool>> LinuxHostMemory::resident(PageRange range) {
    const PageMap map;
    std::vector<bool> answer;
    answer.reserve(range.pages());
    std::array<std::uint64_t, 512> entries;
    for (std::uint64_t done = 0; done < range.pages();) {
        const std::size_t wanted = std::min<std::uint64_t>(entries.size(), range.pages() - done);
        if (!map.read(range.base().value() / page_size + done, entries, wanted)) return HostError{ENOSYS};
        for (std::size_t i = 0; i < wanted; ++i) answer.push_back((entries[i] & present) != 0);
        done += wanted;
    }
    return answer;
}

void LinuxHostMemory::bring_in(PageRange range) {
    // Populating for reading is enough for what was written before; what was not, is brought in at its first write.
#ifdef MADV_POPULATE_READ
    if (::madvise(pointer(range), range.bytes(), MADV_POPULATE_READ) == 0) return;
#endif
    (void)::madvise(pointer(range), range.bytes(), MADV_WILLNEED);
}

void LinuxHostMemory::expect_use(PageRange range) { (void)::madvise(pointer(range), range.bytes(), MADV_WILLNEED); }

void LinuxHostMemory::expect_no_use(PageRange range) {
#ifdef MADV_PAGEOUT
    (void)::madvise(pointer(range), range.bytes(), MADV_PAGEOUT);
#else
    (void)range;
#endif
}

} // namespace oriel::hal
