// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/share_access.h>

#include <nt/file.h>

namespace oriel::io {

ShareClaim ShareClaim::of(ob::AccessMask access, Sharing sharing) {
    ShareClaim claim;
    claim.reads = (access & (nt::FILE_READ_DATA | nt::FILE_EXECUTE)) != 0;
    claim.writes = (access & (nt::FILE_WRITE_DATA | nt::FILE_APPEND_DATA)) != 0;
    claim.removes = (access & ob::access::delete_object) != 0;
    claim.shares = sharing;
    return claim;
}

bool ShareAccess::fits(const ShareClaim& claim) const {
    if (!claim.takes_part()) return true;
    const bool wants_what_is_kept = (claim.reads && m_shared_read < m_opens)
                                    || (claim.writes && m_shared_write < m_opens)
                                    || (claim.removes && m_shared_remove < m_opens);
    const bool keeps_what_is_used = (!claim.shares.read && m_readers > 0) || (!claim.shares.write && m_writers > 0)
                                    || (!claim.shares.remove && m_removers > 0);
    return !wants_what_is_kept && !keeps_what_is_used;
}

NtResult<> ShareAccess::add(const ShareClaim& claim) {
    if (!fits(claim)) return Status::SharingViolation;
    if (!claim.takes_part()) return {};
    m_opens += 1;
    m_readers += claim.reads;
    m_writers += claim.writes;
    m_removers += claim.removes;
    m_shared_read += claim.shares.read;
    m_shared_write += claim.shares.write;
    m_shared_remove += claim.shares.remove;
    return {};
}

void ShareAccess::remove(const ShareClaim& claim) {
    if (!claim.takes_part()) return;
    m_opens -= 1;
    m_readers -= claim.reads;
    m_writers -= claim.writes;
    m_removers -= claim.removes;
    m_shared_read -= claim.shares.read;
    m_shared_write -= claim.shares.write;
    m_shared_remove -= claim.shares.remove;
}

} // namespace oriel::io
