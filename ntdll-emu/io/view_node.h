// SPDX-License-Identifier: MIT
// view_node.h: what a drive is put together from.
//
// A drive is a small tree. A node is a folder that exists nowhere but here, a folder of the host that
// appears here (everything below it is the host's), or a builtin file. Z: is a tree of one node: the
// host's "/".
//
// Always: the tree does not change after start, so it is read without a lock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oriel::io {

/// A file that the release binary carries: `bytes` at `offset` of the open descriptor `descriptor`.
struct BuiltinFile {
    std::u16string name; ///< u"kernel32.dll"
    std::uint64_t bytes = 0;
    int descriptor = -1;
    std::uint64_t offset = 0; ///< a multiple of the page size
    bool for_32_bits = false; ///< appears in SysWOW64 instead of System32
};

struct ViewNode {
    std::u16string name;   ///< empty for the root
    std::string host_path; ///< not empty: this folder is the host's, without a slash at its end
    const BuiltinFile* builtin = nullptr;
    std::vector<ViewNode> children; ///< of a folder that is only here

    [[nodiscard]] bool is_host() const { return !host_path.empty(); }
    [[nodiscard]] bool is_folder() const { return builtin == nullptr; }
    /// Null if there is none. Case does not count.
    [[nodiscard]] const ViewNode* child(std::u16string_view child_name) const;
    ViewNode& add(ViewNode node);
};

} // namespace oriel::io
