// SPDX-License-Identifier: MIT
// byte_locks.h: NtLockFile's ranges of bytes.
//
// Locks in NT are not advice: a read or write through another file object that meets a locked range fails
// with STATUS_FILE_LOCK_CONFLICT. An exclusive lock keeps everybody else out, a shared one keeps all
// writers out, the owner's file object included. Owner is the file object (and the key, which we keep).
//
// Locks hold within the process here.
// Source: "LockFileEx function", Microsoft documentation, "Remarks".
#pragma once

#include <oriel/nt_result.h>

#include <cstdint>
#include <vector>

namespace oriel::io {

struct LockRange {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0; ///< 0: a lock of nothing, which conflicts only inside of another
    std::uint32_t key = 0;
};

class ByteLocks {
public:
    /// `owner`: the file object. Statuses: LockNotGranted, InvalidLockRange.
    NtResult<> lock(const void* owner, const LockRange& range, bool exclusive);
    /// Exactly one range that was locked. Statuses: RangeNotLocked.
    NtResult<> unlock(const void* owner, const LockRange& range);
    void unlock_all(const void* owner);

    [[nodiscard]] bool may_read(const void* owner, std::uint64_t offset, std::uint64_t bytes) const;
    [[nodiscard]] bool may_write(const void* owner, std::uint64_t offset, std::uint64_t bytes) const;
    [[nodiscard]] bool empty() const { return m_locks.empty(); }

private:
    struct Lock {
        const void* owner;
        LockRange range;
        bool exclusive;
        [[nodiscard]] bool meets(std::uint64_t offset, std::uint64_t bytes) const;
    };
    std::vector<Lock> m_locks;
};

} // namespace oriel::io
