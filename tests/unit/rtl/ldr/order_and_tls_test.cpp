// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/dependency_order.h>
#include <ntdll-emu/rtl/ldr/tls_layout.h>

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <set>
#include <string>

using namespace oriel::rtl::ldr;

namespace {

struct Node {
    explicit Node(char the_name) : name(the_name) {}
    char name;
    Array<Node*> dependencies;
    std::uint32_t visit = 0;
    std::uint32_t next_dependency = 0;
    bool wanted = false;
    [[nodiscard]] bool is_wanted() const { return wanted; }
    void needs(std::initializer_list<Node*> others) {
        for (Node* other : others) ASSERT_TRUE(dependencies.append(other));
    }
};

std::string order_of(Node& root, std::uint32_t round = 1) {
    Array<Node*> stack;
    Array<Node*> order;
    EXPECT_TRUE(dependencies_first(&root, round, stack, order));
    std::string names;
    for (const Node* node : order) names += node->name;
    return names;
}

} // namespace

TEST(DependencyOrder, What_is_needed_comes_first_in_the_order_of_imports) {
    Node program('p'), a('a'), b('b'), base('k');
    program.needs({&a, &b});
    a.needs({&base});
    b.needs({&base, &a});
    EXPECT_EQ(order_of(program), "kabp");
}

TEST(DependencyOrder, In_a_circle_the_first_that_was_reached_comes_last) {
    Node program('p'), a('a'), b('b');
    program.needs({&a});
    a.needs({&b});
    b.needs({&a});
    EXPECT_EQ(order_of(program), "bap");
}

TEST(DependencyOrder, What_was_visited_in_this_round_is_left_out) {
    Node program('p'), a('a');
    program.needs({&a});
    EXPECT_EQ(order_of(a, 7), "a");
    EXPECT_EQ(order_of(program, 7), "p");
    EXPECT_EQ(order_of(program, 8), "ap");
}

TEST(DependencyOrder, A_chain_of_a_hundred_thousand_does_not_need_the_stack) {
    std::vector<std::unique_ptr<Node>> nodes;
    for (int i = 0; i < 100000; ++i) nodes.push_back(std::make_unique<Node>('x'));
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) nodes[i]->needs({nodes[i + 1].get()});
    EXPECT_EQ(order_of(*nodes[0]).size(), nodes.size());
}

TEST(Reachability, Two_that_need_only_each_other_are_not_wanted) {
    Node program('p'), a('a'), b('b'), kept('k');
    program.wanted = true;
    program.needs({&kept});
    a.needs({&b, &kept});
    b.needs({&a});
    Array<Node*> all;
    for (Node* node : {&program, &a, &b, &kept}) ASSERT_TRUE(all.append(node));
    ASSERT_TRUE(visit_wanted(all, 3));
    EXPECT_EQ(kept.visit, 3U);
    EXPECT_NE(a.visit, 3U);
    EXPECT_NE(b.visit, 3U);
}

TEST(TlsIndexes, The_lowest_free_index_is_given) {
    TlsIndexes indexes;
    for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(indexes.take(), i);
    indexes.give_back(70);
    indexes.give_back(3);
    EXPECT_EQ(indexes.take(), 3U);
    EXPECT_EQ(indexes.take(), 70U);
    EXPECT_EQ(indexes.high_water(), 100U);
}

TEST(TlsIndexes, There_is_an_end) {
    TlsIndexes indexes;
    for (std::uint32_t i = 0; i < TlsIndexes::most; ++i) ASSERT_EQ(indexes.take(), i);
    EXPECT_FALSE(indexes.take().has_value());
}

TEST(TlsTemplate, A_copy_is_aligned_followed_by_zeros_and_knows_its_allocation) {
    const std::array<char, 5> start{'a', 'b', 'c', 'd', 'e'};
    for (const std::size_t alignment : {16U, 64U, 4096U}) {
        const TlsTemplate plan{start.data(), start.size(), 11, alignment};
        void* allocation = std::malloc(plan.allocation_bytes());
        std::memset(allocation, 0xCC, plan.allocation_bytes());
        auto* copy = static_cast<char*>(plan.make_copy(allocation));
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(copy) % alignment, 0U);
        EXPECT_EQ(std::string(copy, 16), std::string("abcde") + std::string(11, '\0'));
        EXPECT_EQ(TlsTemplate::allocation_of(copy), allocation);
        std::free(allocation);
    }
}

TEST(TlsTemplate, Alignment_stands_in_the_characteristics_as_in_a_section) {
    EXPECT_EQ(TlsTemplate::alignment_of(0), 16U);
    EXPECT_EQ(TlsTemplate::alignment_of(0x00100000), 16U); // 1 byte: not below what the heap gives
    EXPECT_EQ(TlsTemplate::alignment_of(0x00700000), 64U);
    EXPECT_EQ(TlsTemplate::alignment_of(0x00E00000), 8192U);
}
