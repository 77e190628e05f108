// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/view_node.h>

#include <ntdll-emu/io/fold.h>

namespace oriel::io {

const ViewNode* ViewNode::child(std::u16string_view child_name) const {
    for (const auto& node : children)
        if (equal_without_case(node.name, child_name)) return &node;
    return nullptr;
}

ViewNode& ViewNode::add(ViewNode node) {
    children.push_back(std::move(node));
    return children.back();
}

} // namespace oriel::io
