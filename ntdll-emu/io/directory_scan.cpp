// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/directory_scan.h>

#include <ntdll-emu/io/fold.h>
#include <ntdll-emu/io/wildcard.h>

#include <algorithm>
#include <utility>

namespace oriel::io {

namespace {

/// By upper-case letters; where only case differs, the letters themselves decide.
void sort_as_ntfs(std::vector<std::u16string>& names) {
    std::vector<std::pair<std::u16string, std::u16string>> keyed;
    keyed.reserve(names.size());
    for (auto& name : names) keyed.emplace_back(folded(name), std::move(name));
    std::sort(keyed.begin(), keyed.end());
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = std::move(keyed[i].second);
}

} // namespace

NtResult<> DirectoryScan::prepare(std::optional<std::u16string_view> pattern, bool restart) {
    if (!m_pattern) m_pattern = std::u16string(pattern && !pattern->empty() ? *pattern : u"*");
    if (m_taken && !restart) return {};
    TRY(take_names());
    m_taken = true;
    m_next = 0;
    return {};
}

NtResult<> DirectoryScan::take_names() {
    m_names.clear();
    if (!has_wildcards(*m_pattern)) {
        const bool dots = *m_pattern == u"." || *m_pattern == u"..";
        if (!dots || m_source->has_dots()) m_names.push_back(*m_pattern);
        return {};
    }
    auto names = TRY(m_source->names());
    std::erase_if(names, [&](const std::u16string& name) { return !matches(*m_pattern, name); });
    sort_as_ntfs(names);
    if (m_source->has_dots())
        for (const std::u16string_view dots : {u".", u".."})
            if (matches(*m_pattern, dots)) m_names.emplace_back(dots);
    std::move(names.begin(), names.end(), std::back_inserter(m_names));
    return {};
}

std::optional<DirectoryEntry> DirectoryScan::current() {
    for (; m_next < m_names.size(); ++m_next)
        if (auto entry = m_source->entry(m_names[m_next])) return entry;
    return std::nullopt;
}

} // namespace oriel::io
