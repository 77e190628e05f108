// SPDX-License-Identifier: MIT
// directory_scan.h: a directory's listing, as one opening of it reads it.
//
// The first call of NtQueryDirectoryFile fixes the pattern for the life of the opening. The names are
// taken then, all at once, and sorted as NTFS has them (by upper-case letters); what is known of each is looked up
// when its turn comes, and who has vanished meanwhile is left out. A restart takes the names anew.
//
// A pattern without wildcards is one look-up, not a listing: programs ask for single files this way.
//
// "." and ".." come first in every directory but a root.
// Source: "NtQueryDirectoryFile function", Microsoft documentation.
#pragma once

#include <ntdll-emu/io/file_facts.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <oriel/guarded.h>
#include <oriel/nt_result.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oriel::io {

/// Where a listing comes from: a directory of the host, or a folder of a view.
class DirectorySource {
public:
    virtual ~DirectorySource() = default;
    /// All names but "." and "..".
    virtual NtResult<std::vector<std::u16string>> names() = 0;
    /// Whether this directory has "." and "..".
    [[nodiscard]] virtual bool has_dots() const = 0;
    /// The entry whose name equals `name` but for case; also "." and "..". None: there is none.
    virtual std::optional<DirectoryEntry> entry(std::u16string_view name) = 0;
};

class DirectoryScan {
public:
    explicit DirectoryScan(std::unique_ptr<DirectorySource> source) : m_source(std::move(source)) {}

    /// One reading at a time: whoever reads holds the lock while `action(scan)` runs. It must not touch
    /// guest memory.
    template<class Action>
    decltype(auto) with(Action&& action) {
        return m_state.with([&](State&) -> decltype(auto) { return action(*this); });
    }

    // Inside of with():

    /// Begins, goes on, or begins anew. `pattern` counts only the first time; none or empty means all.
    NtResult<> prepare(std::optional<std::u16string_view> pattern, bool restart);
    /// The entry whose turn it is. None: the end.
    std::optional<DirectoryEntry> current();
    void advance() { m_next += 1; }
    /// Whether this is the first call ever: tells STATUS_NO_SUCH_FILE from STATUS_NO_MORE_FILES.
    [[nodiscard]] bool is_first_call() const { return m_first_call; }
    void answered() { m_first_call = false; }

private:
    struct State {};

    NtResult<> take_names();

    Guarded<State, ke::RankedLock<ke::LockRank::File>> m_state;
    std::unique_ptr<DirectorySource> m_source;
    std::optional<std::u16string> m_pattern; ///< none before the first call
    std::vector<std::u16string> m_names;
    std::size_t m_next = 0;
    bool m_taken = false;
    bool m_first_call = true;
};

} // namespace oriel::io
