// SPDX-License-Identifier: MIT
// shared_file.h: what all openings of one file share (NT: the file control block).
//
// Found by device and inode of the host, so two names of one file (hard links, other case, C: and Z:) are
// the same file here, as on NTFS.
//
// Always: a SharedFile is in the table exactly as long as an opening of it lives.
#pragma once

#include <ntdll-emu/io/byte_locks.h>
#include <ntdll-emu/io/share_access.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <oriel/guarded.h>

#include <compare>
#include <map>
#include <memory>

namespace oriel::io {

struct FileKey {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    auto operator<=>(const FileKey&) const = default;
};

struct SharedState {
    ShareAccess sharing;
    ByteLocks locks;
    std::uint32_t opens = 0;     ///< file objects that still have a handle
    std::uint32_t mappings = 0;  ///< sections over its bytes: it cannot become shorter
    bool delete_pending = false; ///< gone when the last of them closes; nobody may open it
};

class OpenFiles;

class SharedFile {
public:
    SharedFile(OpenFiles& table, FileKey key) : m_table(table), m_key(key) {}
    ~SharedFile();
    SharedFile(const SharedFile&) = delete;
    SharedFile& operator=(const SharedFile&) = delete;

    [[nodiscard]] FileKey key() const { return m_key; }
    [[nodiscard]] bool is_mapped() {
        return m_state.with([](const SharedState& state) { return state.mappings != 0; });
    }
    Guarded<SharedState, ke::RankedLock<ke::LockRank::FileSystem>>& state() { return m_state; }

    /// Joins an opening. Statuses: SharingViolation, DeletePending.
    NtResult<> open(const ShareClaim& claim);
    /// An opening has lost its last handle. Answers whether the file is to be removed now.
    bool close(const ShareClaim& claim, const void* owner, bool delete_on_close);

private:
    OpenFiles& m_table;
    FileKey m_key;
    Guarded<SharedState, ke::RankedLock<ke::LockRank::FileSystem>> m_state;
};

/// One opening's part in a shared file, given back if the opening comes to nothing.
class ShareHold {
public:
    ShareHold() = default;
    /// Statuses: SharingViolation, DeletePending.
    static NtResult<ShareHold> take(std::shared_ptr<SharedFile> file, const ShareClaim& claim);
    ShareHold(ShareHold&& other) noexcept : m_file(std::move(other.m_file)), m_claim(other.m_claim) {}
    ShareHold& operator=(ShareHold&& other) noexcept {
        std::swap(m_file, other.m_file);
        std::swap(m_claim, other.m_claim);
        return *this;
    }
    ~ShareHold() {
        if (m_file) (void)close(nullptr, false);
    }

    /// The opening ends in the ordinary way. Answers whether the file is to be removed now.
    bool close(const void* owner, bool delete_on_close) {
        const auto file = std::move(m_file);
        return file->close(m_claim, owner, delete_on_close);
    }

private:
    std::shared_ptr<SharedFile> m_file;
    ShareClaim m_claim;
};

/// A section over the file's bytes, as long as it or a view of it lives.
class MappingHold {
public:
    explicit MappingHold(std::shared_ptr<SharedFile> file) : m_file(std::move(file)) {
        m_file->state().with([](SharedState& state) { ++state.mappings; });
    }
    MappingHold(const MappingHold&) = delete;
    MappingHold& operator=(const MappingHold&) = delete;
    ~MappingHold() {
        m_file->state().with([](SharedState& state) { --state.mappings; });
    }

private:
    std::shared_ptr<SharedFile> m_file;
};

/// All files that are open.
class OpenFiles {
public:
    std::shared_ptr<SharedFile> get(FileKey key);

private:
    friend class SharedFile;
    void forget(FileKey key);

    Guarded<std::map<FileKey, std::weak_ptr<SharedFile>>, ke::RankedLock<ke::LockRank::FileSystem>> m_files;
};

} // namespace oriel::io
