// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/directory_source.h>

#include <ntdll-emu/hal/host_directory.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/fold.h>
#include <ntdll-emu/io/host_facts.h>
#include <ntdll-emu/io/host_name.h>
#include <ntdll-emu/io/path_resolver.h>

namespace oriel::io {

namespace {

bool is_dots(std::u16string_view name) { return name == u"." || name == u".."; }

class HostSource final : public DirectorySource {
public:
    HostSource(FoldedDirectories& folded, std::string path, bool is_root)
        : m_folded(folded), m_path(std::move(path)), m_is_root(is_root) {}

    NtResult<std::vector<std::u16string>> names() override {
        hal::HostOpen how;
        how.directory = true;
        const auto directory = TRY(from_host(hal::open_file(m_path.c_str(), how)));
        const auto entries = TRY(from_host(hal::read_directory(directory.get())));
        std::vector<std::u16string> names;
        names.reserve(entries.size());
        for (const auto& entry : entries) names.push_back(to_nt_name(entry.name));
        return names;
    }

    bool has_dots() const override { return !m_is_root; }

    std::optional<DirectoryEntry> entry(std::u16string_view name) override {
        if (is_dots(name)) return entry_of(std::u16string(name), name == u"." ? m_path : parent_of(m_path));
        const auto host_name = to_host_name(name);
        if (!host_name.ok()) return std::nullopt;
        if (auto exact = entry_below(host_name.value())) return exact;
        const auto other = m_folded.find(m_path, name);
        return other ? entry_below(*other) : std::nullopt;
    }

private:
    std::optional<DirectoryEntry> entry_below(const std::string& host_name) {
        std::string path = m_path;
        append_component(path, host_name);
        return entry_of(to_nt_name(host_name), path);
    }

    static std::optional<DirectoryEntry> entry_of(std::u16string name, const std::string& path) {
        const auto stat = hal::stat_file(path.c_str(), false);
        if (!stat) return std::nullopt;
        return DirectoryEntry{std::move(name), facts_at(path.c_str(), stat.value())};
    }

    FoldedDirectories& m_folded;
    std::string m_path;
    bool m_is_root;
};

class ViewSource final : public DirectorySource {
public:
    ViewSource(const ViewNode& node, bool is_root) : m_node(node), m_is_root(is_root) {}

    NtResult<std::vector<std::u16string>> names() override {
        std::vector<std::u16string> names;
        for (const auto& child : m_node.children) names.push_back(child.name);
        return names;
    }

    bool has_dots() const override { return !m_is_root; }

    std::optional<DirectoryEntry> entry(std::u16string_view name) override {
        if (is_dots(name)) return DirectoryEntry{std::u16string(name), facts_of(m_node)};
        const ViewNode* child = m_node.child(name);
        if (child == nullptr) return std::nullopt;
        if (!child->is_host()) return DirectoryEntry{child->name, facts_of(*child)};
        const auto stat = hal::stat_file(child->host_path.c_str());
        if (!stat) return std::nullopt;
        return DirectoryEntry{child->name, facts_at(child->host_path.c_str(), stat.value())};
    }

private:
    const ViewNode& m_node;
    bool m_is_root;
};

} // namespace

std::unique_ptr<DirectorySource> host_directory_source(FoldedDirectories& folded, std::string host_path,
                                                       bool is_root) {
    return std::make_unique<HostSource>(folded, std::move(host_path), is_root);
}

std::unique_ptr<DirectorySource> view_directory_source(const ViewNode& node, bool is_root) {
    return std::make_unique<ViewSource>(node, is_root);
}

} // namespace oriel::io
