// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/path_resolver.h>

#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/host_name.h>

#include <cerrno>

namespace oriel::io {

namespace {

/// Takes the first component off a path that begins with a backslash. Doubled backslashes give an empty
/// component, which is invalid, as on NTFS.
std::u16string_view take_component(std::u16string_view& rest) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find(u'\\'), rest.size());
    const std::u16string_view name = rest.substr(0, end);
    rest.remove_prefix(end);
    return name;
}

/// Nothing is there (and not: something is in the way).
bool is_missing(int error) { return error == ENOENT || error == ENOTDIR; }

/// "file.txt::$DATA" is the file itself; other streams do not exist here.
std::u16string_view without_default_stream(std::u16string_view path) {
    constexpr std::u16string_view suffix = u"::$DATA";
    if (path.ends_with(suffix)) path.remove_suffix(suffix.size());
    return path;
}

} // namespace

void append_component(std::u16string& path, std::u16string_view name) {
    if (path.empty() || path.back() != u'\\') path.push_back(u'\\');
    path += name;
}

void append_component(std::string& path, std::string_view name) {
    if (path.empty() || path.back() != '/') path.push_back('/');
    path += name;
}

std::string parent_of(const std::string& host_path) {
    const std::size_t slash = host_path.rfind('/');
    return slash == 0 ? "/" : host_path.substr(0, slash);
}

std::string last_component_of(const std::string& host_path) { return host_path.substr(host_path.rfind('/') + 1); }

NtResult<Found> PathResolver::find(const Drive& drive, std::u16string_view path, bool case_sensitive) {
    Location at{&drive, u"\\", drive.root.host_path, drive.root.is_host() ? nullptr : &drive.root, false};
    std::u16string_view rest = without_default_stream(path);
    if (rest == u"\\")
        rest = {};
    else if (rest.ends_with(u'\\'))
        rest.remove_suffix(1); // "folder\" is the folder
    while (!at.on_host() && !rest.empty()) {
        if (!at.node->is_folder()) return Status::ObjectPathNotFound;
        const std::u16string_view name = take_component(rest);
        (void)TRY(to_host_name(name));
        const ViewNode* child = at.node->child(name);
        if (child == nullptr) {
            if (!rest.empty()) return Status::ObjectPathNotFound;
            append_component(at.path, name);
            return Found{std::move(at), std::nullopt, false};
        }
        append_component(at.path, child->name);
        at.host_path = child->host_path;
        at.node = child->is_host() ? nullptr : child;
    }
    if (!at.on_host()) return Found{std::move(at), std::nullopt, true};
    return find_on_host(std::move(at), rest, case_sensitive);
}

NtResult<Found> PathResolver::find_on_host(Location at, std::u16string_view rest, bool case_sensitive) {
    Location exact = at;
    exact.is_mount = rest.empty();
    for (std::u16string_view left = rest; !left.empty();) {
        const std::u16string_view name = take_component(left);
        append_component(exact.host_path, TRY(to_host_name(name)));
        append_component(exact.path, name);
    }
    auto stat = hal::stat_file(exact.host_path.c_str(), false);
    if (stat) return Found{std::move(exact), stat.value(), true};
    if (!is_missing(stat.error())) return status_of_errno(stat.error());
    if (!case_sensitive && !rest.empty()) return walk(std::move(at), rest);

    const auto parent = hal::stat_file(parent_of(exact.host_path).c_str());
    if (!parent || parent.value().kind != hal::HostFileKind::Directory) return Status::ObjectPathNotFound;
    return Found{std::move(exact), std::nullopt, false};
}

NtResult<Found> PathResolver::walk(Location at, std::u16string_view rest) {
    std::optional<hal::HostFileStat> last;
    while (!rest.empty()) {
        const std::u16string_view name = take_component(rest);
        const std::string directory = at.host_path;
        std::string host_name = TRY(to_host_name(name));
        append_component(at.host_path, host_name);
        auto stat = hal::stat_file(at.host_path.c_str(), false);
        if (!stat && stat.error() == ENOENT) {
            if (auto other = m_folded.find(directory, name)) {
                at.host_path = directory;
                append_component(at.host_path, *other);
                stat = hal::stat_file(at.host_path.c_str(), false);
                host_name = std::move(*other);
            }
        }
        append_component(at.path, to_nt_name(host_name));
        if (stat) {
            last = stat.value();
            continue;
        }
        if (!is_missing(stat.error())) return status_of_errno(stat.error());
        if (!rest.empty() || stat.error() == ENOTDIR) return Status::ObjectPathNotFound;
        return Found{std::move(at), std::nullopt, false};
    }
    return Found{std::move(at), last, true};
}

} // namespace oriel::io
