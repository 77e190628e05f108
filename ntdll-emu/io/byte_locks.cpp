// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/byte_locks.h>

#include <algorithm>

namespace oriel::io {

bool ByteLocks::Lock::meets(std::uint64_t offset, std::uint64_t bytes) const {
    if (range.bytes == 0 && bytes == 0) return false;
    // Last bytes instead of ends: a range may reach up to 2^64 - 1.
    const std::uint64_t last = range.offset + (range.bytes == 0 ? 0 : range.bytes - 1);
    const std::uint64_t other_last = offset + (bytes == 0 ? 0 : bytes - 1);
    if (bytes == 0) return offset > range.offset && offset <= last;
    if (range.bytes == 0) return range.offset > offset && range.offset <= other_last;
    return offset <= last && range.offset <= other_last;
}

NtResult<> ByteLocks::lock(const void* owner, const LockRange& range, bool exclusive) {
    if (range.bytes != 0 && range.offset + (range.bytes - 1) < range.offset) return Status::InvalidLockRange;
    for (const auto& held : m_locks) {
        const bool both_share = !exclusive && !held.exclusive;
        if (!both_share && held.meets(range.offset, range.bytes)) return Status::LockNotGranted;
    }
    m_locks.push_back({owner, range, exclusive});
    return {};
}

NtResult<> ByteLocks::unlock(const void* owner, const LockRange& range) {
    const auto place = std::find_if(m_locks.begin(), m_locks.end(), [&](const Lock& held) {
        return held.owner == owner && held.range.offset == range.offset && held.range.bytes == range.bytes
               && held.range.key == range.key;
    });
    if (place == m_locks.end()) return Status::RangeNotLocked;
    m_locks.erase(place);
    return {};
}

void ByteLocks::unlock_all(const void* owner) {
    std::erase_if(m_locks, [owner](const Lock& held) { return held.owner == owner; });
}

bool ByteLocks::may_read(const void* owner, std::uint64_t offset, std::uint64_t bytes) const {
    return std::none_of(m_locks.begin(), m_locks.end(), [&](const Lock& held) {
        return held.exclusive && held.owner != owner && held.meets(offset, bytes);
    });
}

bool ByteLocks::may_write(const void* owner, std::uint64_t offset, std::uint64_t bytes) const {
    return std::none_of(m_locks.begin(), m_locks.end(), [&](const Lock& held) {
        return (held.owner != owner || !held.exclusive) && held.meets(offset, bytes);
    });
}

} // namespace oriel::io
