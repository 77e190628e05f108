// SPDX-License-Identifier: MIT
// share_access.h: who may open a file while others have it open.
//
// Each opening says what it wants (read, write, delete) and what it lets others do meanwhile. A new
// opening fits if it wants nothing that somebody does not share, and shares everything that somebody
// does. Openings that only look at attributes take no part. NT keeps seven counters per file.
//
// Sharing holds between the handles of one process here; NT's holds for the whole machine.
//
// Always: no counter exceeds `opens`.
// Source: "IoCheckShareAccess function", Microsoft documentation.
#pragma once

#include <ntdll-emu/io/open_request.h>

#include <cstdint>

namespace oriel::io {

/// What one opening wants and shares.
struct ShareClaim {
    bool reads = false;
    bool writes = false;
    bool removes = false;
    Sharing shares;

    static ShareClaim of(ob::AccessMask access, Sharing sharing);
    [[nodiscard]] bool takes_part() const { return reads || writes || removes; }
};

class ShareAccess {
public:
    [[nodiscard]] bool fits(const ShareClaim& claim) const;
    /// Statuses: SharingViolation.
    NtResult<> add(const ShareClaim& claim);
    void remove(const ShareClaim& claim);
    [[nodiscard]] std::uint32_t opens() const { return m_opens; }

private:
    std::uint32_t m_opens = 0;
    std::uint32_t m_readers = 0, m_writers = 0, m_removers = 0;
    std::uint32_t m_shared_read = 0, m_shared_write = 0, m_shared_remove = 0;
};

} // namespace oriel::io
