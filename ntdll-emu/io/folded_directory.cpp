// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/folded_directory.h>

#include <ntdll-emu/hal/clock.h>
#include <ntdll-emu/hal/host_directory.h>
#include <ntdll-emu/io/file_time.h>
#include <ntdll-emu/io/fold.h>
#include <ntdll-emu/io/host_name.h>

namespace oriel::io {

namespace {

constexpr FileTime tick = 200'000; // 20 ms: two ticks of the slowest kernel (HZ=100)
constexpr std::size_t most_copies = 256;

bool younger_than_a_tick(hal::HostTime time) { return hal::host_system_time().count - file_time(time) < tick; }

} // namespace

bool FoldedDirectories::Copy::is_current(const hal::HostFileStat& directory) const {
    if (directory.inode != inode || directory.modified != modified) return false;
    return !in_tick || (own && younger_than_a_tick(modified));
}

void FoldedDirectories::Copy::add(const std::string& host_name) {
    const auto [place, added] = names.try_emplace(folded(to_nt_name(host_name)), host_name);
    if (!added && host_name < place->second) place->second = host_name;
}

std::optional<FoldedDirectories::Copy> FoldedDirectories::read(const std::string& directory) {
    hal::HostOpen how;
    how.directory = true;
    const auto opened = hal::open_file(directory.c_str(), how);
    if (!opened) return std::nullopt;
    // The time first: a change during the reading makes the copy look old, not fresh.
    const auto stat = hal::stat_descriptor(opened.value().get());
    const auto entries = hal::read_directory(opened.value().get());
    if (!stat || !entries) return std::nullopt;
    Copy copy;
    copy.modified = stat.value().modified;
    copy.inode = stat.value().inode;
    copy.in_tick = younger_than_a_tick(copy.modified);
    for (const auto& entry : entries.value()) copy.add(entry.name);
    return copy;
}

std::optional<std::string> FoldedDirectories::find(const std::string& directory, std::u16string_view name) {
    const std::u16string key = folded(name);
    const auto look_up = [&](const Copy& copy) -> std::optional<std::string> {
        const auto place = copy.names.find(key);
        if (place == copy.names.end()) return std::nullopt;
        return place->second;
    };

    const auto stat = hal::stat_file(directory.c_str());
    if (!stat) return std::nullopt;
    bool current = false;
    auto answer = m_copies.with([&](Copies& copies) -> std::optional<std::string> {
        const auto place = copies.find(directory);
        current = place != copies.end() && place->second.is_current(stat.value());
        return current ? look_up(place->second) : std::nullopt;
    });
    if (current) return answer;

    auto copy = read(directory);
    if (!copy) return std::nullopt;
    answer = look_up(*copy);
    m_copies.with([&](Copies& copies) {
        if (copies.size() >= most_copies) copies.clear();
        copies.insert_or_assign(directory, std::move(*copy));
    });
    return answer;
}

void FoldedDirectories::note_created(const std::string& directory, const std::string& host_name) {
    const auto stat = hal::stat_file(directory.c_str());
    if (!stat) return;
    m_copies.with([&](Copies& copies) {
        const auto place = copies.find(directory);
        if (place == copies.end() || place->second.inode != stat.value().inode) return;
        place->second.add(host_name);
        place->second.modified = stat.value().modified;
        place->second.in_tick = true;
        place->second.own = true;
    });
}

} // namespace oriel::io
