// SPDX-License-Identifier: MIT
// tlhelp32_snapshot.h: what a snapshot handle stands for.
//
// CreateToolhelp32Snapshot copies lists of heaps, processes, modules and threads into a section, and its handle is
// the section's: CloseHandle ends it, a child can inherit it. Each First and Next maps the section, copies one entry
// out and unmaps it again; the place in the list stands in the section too. (NT does the same; "Taking a Snapshot
// and Viewing Processes", Microsoft documentation, shows the use.)
#pragma once

#include "kernel32.h"

#include <tlhelp32.h>

namespace oriel::k32 {

/// One list of a snapshot.
struct SnapshotList {
    std::uint32_t count;
    std::uint32_t next;   ///< what Next answers
    std::uint32_t offset; ///< bytes from the snapshot's start
};

/// A section's content begins with this; the lists' entries lie behind it.
struct Snapshot {
    std::uint32_t magic;
    std::uint32_t size; ///< bytes in all
    SnapshotList heaps, processes, modules, threads;
};
inline constexpr std::uint32_t snapshot_magic = 0x3233'4854; // "TH32"

/// A snapshot's section, mapped for a scope. Sets the last error where the handle is none.
class SnapshotView {
public:
    explicit SnapshotView(HANDLE handle);
    ~SnapshotView();
    SnapshotView(const SnapshotView&) = delete;
    [[nodiscard]] Snapshot* get() const { return m_snapshot; } ///< null: the last error says why

private:
    void* m_view;
    Snapshot* m_snapshot = nullptr;
};

enum class Place { First, Next };

/// The entry at that place, or null with ERROR_NO_MORE_FILES. `list` names a member of Snapshot.
template<class Entry>
const Entry* entry_at(Snapshot& snapshot, SnapshotList Snapshot::*list, Place place) {
    SnapshotList& entries = snapshot.*list;
    if (place == Place::First) entries.next = 0;
    const std::uint64_t at = entries.offset + std::uint64_t{entries.next} * sizeof(Entry);
    if (entries.next >= entries.count || at + sizeof(Entry) > snapshot.size) {
        set_last_error(DWORD{ERROR_NO_MORE_FILES});
        return nullptr;
    }
    ++entries.next;
    return reinterpret_cast<const Entry*>(reinterpret_cast<const char*>(&snapshot) + at);
}

} // namespace oriel::k32
