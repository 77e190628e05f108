// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/environment.h>

#include <gtest/gtest.h>

#include <string>

using namespace oriel::rtl;

namespace {

const char16_t block[] = u"=C:=C:\\dir\0Alpha=1\0Path=C:\\a;C:\\b\0Zeta=\0";

std::u16string value_of(const char16_t* in, Text name) {
    Variable found;
    return EnvironmentView(in).find(name, found) ? std::u16string(found.value) : u"(none)";
}

std::u16string changed(const char16_t* from, Text name, const Text* value) {
    const EnvironmentChange plan = plan_change(from, name, value);
    std::u16string to(plan.new_size, u'#');
    apply_change(from, plan, name, value, to.data());
    return to;
}

std::u16string expanded(Text source, std::size_t room = 100, bool* complete = nullptr) {
    std::u16string to(100, u'#');
    const Expanded done = expand(block, source, to.data(), room);
    if (complete != nullptr) *complete = done.complete;
    to.resize(done.needed - 1);
    return to;
}

} // namespace

TEST(Environment, Names_are_found_without_regard_to_case) {
    EXPECT_EQ(value_of(block, u"PATH"), u"C:\\a;C:\\b");
    EXPECT_EQ(value_of(block, u"zeta"), u"");
    EXPECT_EQ(value_of(block, u"Alph"), u"(none)");
    EXPECT_EQ(value_of(block, u"=c:"), u"C:\\dir");
    EXPECT_EQ(value_of(nullptr, u"x"), u"(none)");
    EXPECT_EQ(value_of(u"\0", u"x"), u"(none)");
}

TEST(Environment, The_size_counts_the_last_NUL) {
    EXPECT_EQ(EnvironmentView(block).size(), sizeof block / 2);
    EXPECT_EQ(EnvironmentView(u"\0").size(), 1u);
}

TEST(Environment, A_new_variable_comes_to_its_place_in_the_order) {
    const Text value = u"v";
    const std::u16string to = changed(block, u"beta", &value);
    EXPECT_NE(to.find(std::u16string_view(u"Alpha=1\0beta=v\0Path", 19)), std::u16string::npos);
    EXPECT_EQ(EnvironmentView(to.data()).size(), to.size());
    EXPECT_EQ(value_of(changed(u"\0", u"A", &value).data(), u"a"), u"v");
    EXPECT_EQ(value_of(changed(nullptr, u"A", &value).data(), u"a"), u"v");
}

TEST(Environment, A_variable_is_replaced_where_it_stands_or_goes) {
    const Text value = u"new value";
    const std::u16string replaced = changed(block, u"path", &value);
    EXPECT_EQ(value_of(replaced.data(), u"Path"), u"new value");
    EXPECT_EQ(value_of(replaced.data(), u"Zeta"), u"");
    const std::u16string removed = changed(block, u"PATH", nullptr);
    EXPECT_EQ(value_of(removed.data(), u"Path"), u"(none)");
    EXPECT_EQ(value_of(removed.data(), u"Alpha"), u"1");
    EXPECT_EQ(EnvironmentView(removed.data()).size(), removed.size());
}

TEST(Environment, Known_names_between_percent_signs_are_replaced) {
    EXPECT_EQ(expanded(u"x%Alpha%y"), u"x1y");
    EXPECT_EQ(expanded(u"%alpha%%path%"), u"1C:\\a;C:\\b");
    EXPECT_EQ(expanded(u"%nobody%"), u"%nobody%");
    EXPECT_EQ(expanded(u"100% %Alpha%"), u"100% 1");
    EXPECT_EQ(expanded(u"%"), u"%");
    EXPECT_EQ(expanded(u"%Zeta%"), u"");
    EXPECT_EQ(expanded(u""), u"");
}

TEST(Environment, An_expansion_says_how_much_room_it_needs) {
    bool complete = true;
    expanded(u"%path%", 5, &complete);
    EXPECT_FALSE(complete);
    EXPECT_EQ(expand(block, u"%path%", nullptr, 0).needed, 10u);
    char16_t exact[10];
    EXPECT_TRUE(expand(block, u"%path%", exact, 10).complete);
    EXPECT_EQ(std::u16string(exact), u"C:\\a;C:\\b");
}
