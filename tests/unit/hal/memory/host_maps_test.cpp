// SPDX-License-Identifier: MIT
#include <ntdll-emu/hal/host_maps.h>

#include <gtest/gtest.h>

namespace oriel::test {

TEST(HostMaps, A_line_is_read) {
    const auto line = hal::parse_host_map_line("7f12a000-7f12c000 r-xp 00003000 08:01 1234   /lib/x.so\n");
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->range, PageRange(Address(0x7f12a000), 0x2000));
    EXPECT_EQ(line->access, hal::PageAccess::ReadExecute);
    EXPECT_EQ(line->sharing, hal::Sharing::Private);
    EXPECT_EQ(line->offset, 0x3000u);
    EXPECT_EQ(line->inode, 1234u);
}
TEST(HostMaps, A_shared_writable_line_is_read) {
    const auto line = hal::parse_host_map_line("10000-20000 rw-s 00000000 00:05 77 /memfd:oriel (deleted)");
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->access, hal::PageAccess::ReadWrite);
    EXPECT_EQ(line->sharing, hal::Sharing::Shared);
}
TEST(HostMaps, What_is_no_line_is_none) {
    for (const char* text : {"", "garbage", "10000-", "20000-10000 r--p 0 0:0 0", "10000-20000 r--p"})
        EXPECT_FALSE(hal::parse_host_map_line(text).has_value()) << text;
}
TEST(HostMaps, This_process_has_some) {
    const int here = 0;
    const Address at = Address(reinterpret_cast<std::uint64_t>(&here)).page();
    const auto lines = hal::read_host_maps(PageRange(at, page_size));
    ASSERT_TRUE(lines.ok());
    ASSERT_EQ(lines.value().size(), 1u);
    EXPECT_EQ(lines.value()[0].access, hal::PageAccess::ReadWrite);
}

} // namespace oriel::test
