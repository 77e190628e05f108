// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/block_header.h>

#include <gtest/gtest.h>

using namespace oriel::rtl::heap;

namespace {

BlockHeader sample() {
    BlockHeader header{};
    header.Size = 0x1234;
    header.Flags = entry_flag::busy;
    header.PreviousSize = 2;
    header.UnusedBytes = 9;
    return header;
}

} // namespace

TEST(BlockHeader, What_was_written_is_read_back) {
    const HeaderCodec codec(0x0123456789ABCDEF);
    StoredHeader stored;
    codec.write(&stored, sample());
    const BlockHeader read = codec.read(&stored);
    EXPECT_TRUE(HeaderCodec::plausible(read));
    EXPECT_EQ(read.Size, 0x1234);
    EXPECT_EQ(read.PreviousSize, 2);
    EXPECT_EQ(read.requested(), 0x1234 * unit - 9);
    EXPECT_TRUE(read.busy());
}

TEST(BlockHeader, One_changed_byte_is_noticed) {
    const HeaderCodec codec(0x0123456789ABCDEF);
    StoredHeader stored;
    codec.write(&stored, sample());
    for (unsigned byte = 0; byte < header_bytes; ++byte) {
        for (unsigned value = 1; value < 256; ++value) {
            StoredHeader changed{stored.bits ^ static_cast<std::uint64_t>(value) << (byte * 8)};
            EXPECT_FALSE(HeaderCodec::plausible(codec.read(&changed)));
        }
    }
}

TEST(BlockHeader, Data_follow_it_directly) {
    alignas(16) std::uint8_t memory[64];
    StoredHeader* const at = header_of(memory + 16);
    EXPECT_EQ(reinterpret_cast<std::uint8_t*>(at), memory + 8);
    EXPECT_EQ(at->data(), memory + 16);
    EXPECT_EQ(at->after(2)->data(), memory + 16 + 2 * unit);
    EXPECT_EQ(at->after(2)->before(2), at);
}
