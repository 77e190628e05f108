// SPDX-License-Identifier: MIT
// dependency_order.h: in which order DLLs are initialised, and which may be unloaded.
//
// A DLL is initialised after everything that it imports from, so that its DllMain may call those; where two
// import each other, the one that was reached first comes last. Detaching goes the other way round.
// A DLL stays loaded as long as it can be reached from one that is wanted for its own sake (the program, or
// an explicit LoadLibrary): counting references alone would keep two DLLs that import each other for ever.
//
// `Node` needs: `Array<Node*> dependencies`, `std::uint32_t visit` and `std::uint32_t next_dependency`, which
// are these functions' own, and for reachability `bool is_wanted() const`.
#pragma once

#include <ntdll-emu/rtl/ldr/memory.h>

namespace oriel::rtl::ldr {

/// Appends to `order` every node that can be reached from `root` and has not been visited in this `round`,
/// dependencies first. Depth first, with the path in `stack`, since chains of imports may be long.
/// False: no memory.
template<class Node>
[[nodiscard]] bool dependencies_first(Node* root, std::uint32_t round, Array<Node*>& stack, Array<Node*>& order) {
    if (root->visit == round) return true;
    const auto enter = [&](Node* node) {
        node->visit = round;
        node->next_dependency = 0;
        return stack.append(node);
    };
    stack.clear();
    if (!enter(root)) return false;
    while (!stack.empty()) {
        Node* node = stack[stack.size() - 1];
        if (node->next_dependency == node->dependencies.size()) {
            stack.drop_last(1);
            if (!order.append(node)) return false;
            continue;
        }
        Node* next = node->dependencies[node->next_dependency++];
        if (next->visit != round && !enter(next)) return false;
    }
    return true;
}

/// Visits, in this `round`, everything that a wanted node of `all` reaches. False: no memory.
template<class Node>
[[nodiscard]] bool visit_wanted(const Array<Node*>& all, std::uint32_t round) {
    Array<Node*> stack;
    Array<Node*> order;
    for (Node* node : all)
        if (node->is_wanted() && !dependencies_first(node, round, stack, order)) return false;
    return true;
}

} // namespace oriel::rtl::ldr
