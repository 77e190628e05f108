// SPDX-License-Identifier: MIT
// linux_arena.cpp: how LinuxHostMemory gets its address space at start.
//
// One mmap does it nearly always: Linux places a position-independent program and its libraries far above
// the arena. If something is in the way, the maps tell what, and the arena is taken in pieces around it.
#include <ntdll-emu/hal/host_maps.h>
#include <ntdll-emu/hal/linux_host_memory.h>

#include <cerrno>

#include <sys/mman.h>

namespace oriel::hal {

namespace {

constexpr std::uint64_t smallest_arena = std::uint64_t{1} << 32;

HostResult<> reserve_piece(PageRange piece) {
    void* const wanted = reinterpret_cast<void*>(piece.base().value());
    void* const got = ::mmap(wanted, piece.bytes(), PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (got == MAP_FAILED) return HostError{errno};
    if (got != wanted) { // a kernel older than 4.17 takes the address as a hint
        ::munmap(got, piece.bytes());
        return HostError{EEXIST};
    }
    return {};
}

/// The parts of `range` that nothing else occupies.
std::vector<PageRange> gaps(PageRange range, const std::vector<HostMapLine>& occupied) {
    std::vector<PageRange> free;
    Address next = range.base();
    for (const HostMapLine& line : occupied) {
        if (line.range.base() > next) free.emplace_back(next, line.range.base() - next);
        if (line.range.end() > next) next = line.range.end();
    }
    if (next < range.end()) free.emplace_back(next, range.end() - next);
    return free;
}

void give_back(const std::vector<PageRange>& pieces) {
    for (const PageRange piece : pieces) ::munmap(reinterpret_cast<void*>(piece.base().value()), piece.bytes());
}

HostResult<std::vector<PageRange>> reserve_around(PageRange range) {
    auto occupied = read_host_maps(range);
    if (!occupied) return HostError{occupied.error()};
    std::vector<PageRange> taken;
    for (const PageRange gap : gaps(range, occupied.value())) {
        if (const auto done = reserve_piece(gap); !done) {
            give_back(taken);
            return HostError{done.error()};
        }
        taken.push_back(gap);
    }
    return taken;
}

HostResult<std::vector<PageRange>> reserve(PageRange range) {
    const auto whole = reserve_piece(range);
    if (whole) return std::vector<PageRange>{range};
    if (whole.error() != EEXIST) return HostError{whole.error()};
    return reserve_around(range);
}

} // namespace

HostResult<std::unique_ptr<LinuxHostMemory>> LinuxHostMemory::create(PageRange wanted) {
    for (;;) {
        auto pieces = reserve(wanted);
        if (pieces) return std::unique_ptr<LinuxHostMemory>(new LinuxHostMemory(std::move(pieces).value()));
        if (pieces.error() != ENOMEM || wanted.bytes() / 4 < smallest_arena) return HostError{pieces.error()};
        wanted = PageRange(wanted.base(), align_up(wanted.bytes() / 4, allocation_granularity));
    }
}

} // namespace oriel::hal
