// SPDX-License-Identifier: MIT
// Tables of frame handler 4, made by hand, in the shapes that Microsoft's compiler writes.
#include <dlls/crt/cxx_eh/eh_data4.h>

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

using namespace oriel::crt::cxx;

namespace {

constexpr Offset function = 0x100; ///< where the function's code is said to begin

/// Writes tables into an image; offset 0 is never one.
struct Picture {
    std::vector<unsigned char> bytes = std::vector<unsigned char>(16);

    Offset here() const { return static_cast<Offset>(bytes.size()); }
    Picture& byte(unsigned value) {
        bytes.push_back(static_cast<unsigned char>(value));
        return *this;
    }
    Picture& offset(Offset value) {
        for (int i = 0; i < 4; ++i) byte(value >> (8 * i) & 0xFF);
        return *this;
    }
    /// In as few bytes as it needs, or in `length`.
    Picture& number(std::uint32_t value, unsigned length = 0) {
        if (length == 0) length = value < 1u << 7 ? 1 : value < 1u << 14 ? 2 : value < 1u << 21 ? 3 : value < 1u << 28 ? 4 : 5;
        if (length == 5) return byte(0x0F).offset(value);
        const std::uint32_t word = value << length | ((1u << (length - 1)) - 1);
        for (unsigned i = 0; i < length; ++i) byte(word >> (8 * i) & 0xFF);
        return *this;
    }
    ImageBytes image() const { return {bytes.data(), here()}; }
};

/// A function of states 0 (an object), 1 (a try block inside), 2 (an object in the try block) and 3 (its catch block).
struct Sample {
    Picture picture;
    Offset header;

    Sample() {
        const Offset unwind_map = picture.here();
        picture.number(4);
        const Offset s0 = picture.here();
        picture.number(1 << 2 | 1).offset(0x5000).number(0x20); // destroys the object at 0x20; leads outside
        const Offset s1 = picture.here();
        picture.number((s1 - s0) << 2 | 0);
        const Offset s2 = picture.here();
        picture.number((s2 - s1) << 2 | 2).offset(0x5100).number(0x28);
        const Offset s3 = picture.here();
        picture.number((s3 - s0) << 2 | 3).offset(0x5200);
        const Offset handlers = picture.here();
        picture.number(2);
        picture.byte(1 | 2 | 4 | 1 << 4).number(8).offset(0x6000).number(0x30).offset(0x7000).number(0x40); // a reference
        picture.byte(8 | 2 << 4).offset(0x7100).offset(0x180).offset(0x190); // catch (...), two ways on
        const Offset tries = picture.here();
        picture.number(1).number(1).number(2).number(3).offset(handlers);
        const Offset ips = picture.here();
        picture.number(4).number(0x10).number(1).number(0x10).number(3).number(0x100).number(1).number(0x10).number(0);
        header = picture.here();
        picture.byte(FuncInfo4::has_unwind_map | FuncInfo4::has_try_blocks | FuncInfo4::is_synchronous);
        picture.offset(unwind_map).offset(tries).offset(ips);
    }
    Tables4 tables() const { return Tables4::open(picture.image(), header, function).value(); }
};

} // namespace

TEST(Tables4, A_number_takes_one_to_five_bytes) {
    for (const std::uint32_t value : {0u, 1u, 0x7Fu, 0x80u, 0x3FFFu, 0x4000u, 0x1FFFFFu, 0x200000u, 0xFFFFFFFu, 0x10000000u, 0xFFFFFFFFu}) {
        Picture picture;
        picture.number(value);
        TableReader reader(picture.image(), 16);
        EXPECT_EQ(reader.number(), value);
        EXPECT_EQ(reader.at(), picture.here());
        EXPECT_FALSE(reader.broken());
    }
    Picture wide;
    wide.number(5, 4);
    EXPECT_EQ(TableReader(wide.image(), 16).number(), 5u);
}

TEST(Tables4, A_place_in_the_code_has_a_state) {
    const Sample sample;
    const Tables4 tables = sample.tables();
    EXPECT_EQ(tables.state_at(function), empty_state);
    EXPECT_EQ(tables.state_at(function + 0x0F), empty_state);
    EXPECT_EQ(tables.state_at(function + 0x10), 0);
    EXPECT_EQ(tables.state_at(function + 0x20), 2);
    EXPECT_EQ(tables.state_at(function + 0x11F), 2);
    EXPECT_EQ(tables.state_at(function + 0x120), 0);
    EXPECT_EQ(tables.state_at(function + 0x130), empty_state);
    EXPECT_EQ(tables.state_at(function + 0x9999), empty_state);
}

TEST(Tables4, Leaving_states_tells_what_to_destroy_and_ends_at_the_target) {
    const Sample sample;
    std::vector<std::pair<Offset, std::int32_t>> steps;
    const auto note = [&](const UnwindAction& action, std::int32_t next) { steps.emplace_back(action.code, next); };
    ASSERT_TRUE(sample.tables().walk(2, empty_state, note));
    EXPECT_EQ(steps, (std::vector<std::pair<Offset, std::int32_t>>{{0x5100, 1}, {0, 0}, {0x5000, empty_state}}));
    steps.clear();
    ASSERT_TRUE(sample.tables().walk(2, 1, note));
    EXPECT_EQ(steps, (std::vector<std::pair<Offset, std::int32_t>>{{0x5100, 1}}));
    steps.clear();
    ASSERT_TRUE(sample.tables().walk(3, empty_state, note)); // the catch block's state leads past the try block's
    EXPECT_EQ(steps, (std::vector<std::pair<Offset, std::int32_t>>{{0x5200, 0}, {0x5000, empty_state}}));
    EXPECT_FALSE(sample.tables().walk(4, empty_state, note)) << "there is no such state";
}

TEST(Tables4, An_action_is_a_destructor_or_a_funclet) {
    const Sample sample;
    UnwindAction action;
    EXPECT_EQ(sample.tables().leave_state(0, action), empty_state);
    EXPECT_EQ(action.kind, UnwindAction::Kind::destroy_object);
    EXPECT_EQ(action.object, 0x20u);
    EXPECT_EQ(sample.tables().leave_state(2, action), 1);
    EXPECT_EQ(action.kind, UnwindAction::Kind::destroy_pointed);
    EXPECT_EQ(action.object, 0x28u);
    EXPECT_EQ(sample.tables().leave_state(3, action), 0);
    EXPECT_EQ(action.kind, UnwindAction::Kind::call);
}

TEST(Tables4, A_try_block_has_catch_clauses_with_ways_on) {
    const Sample sample;
    const Tables4 tables = sample.tables();
    int blocks = 0;
    std::vector<Handler> handlers;
    ASSERT_TRUE(tables.each_try_block([&](const TryBlock& block) {
        ++blocks;
        EXPECT_TRUE(block.spans(1) && block.spans(2));
        EXPECT_FALSE(block.spans(0) || block.spans(3));
        EXPECT_TRUE(tables.each_handler(block, [&](const Handler& handler) {
            handlers.push_back(handler);
            return false;
        }));
        return false;
    }));
    ASSERT_EQ(blocks, 1);
    ASSERT_EQ(handlers.size(), 2u);
    EXPECT_EQ(handlers[0].adjectives, handler_is_reference);
    EXPECT_EQ(handlers[0].type, 0x6000u);
    EXPECT_EQ(handlers[0].object, 0x30);
    EXPECT_EQ(handlers[0].code, 0x7000u);
    ASSERT_EQ(handlers[0].continuation_count, 1u);
    EXPECT_EQ(handlers[0].continuations[0], function + 0x40) << "a distance from the function";
    EXPECT_EQ(handlers[1].type, 0u);
    ASSERT_EQ(handlers[1].continuation_count, 2u);
    EXPECT_EQ(handlers[1].continuations[1], 0x190u) << "an offset from the image";
}

TEST(Tables4, Code_in_pieces_has_a_map_for_each) {
    Picture picture;
    const Offset hot = picture.here();
    picture.number(1).number(0x10).number(1);
    const Offset cold = picture.here();
    picture.number(1).number(0).number(6);
    const Offset pieces = picture.here();
    picture.number(2).offset(function).offset(hot).offset(0x900).offset(cold);
    const Offset header = picture.here();
    picture.byte(FuncInfo4::is_separated).offset(pieces);
    const auto tables = Tables4::open(picture.image(), header, function);
    ASSERT_TRUE(tables);
    EXPECT_EQ(tables->state_at(function + 0x20), 0);
    EXPECT_EQ(tables->state_at(0x908), 5);
    EXPECT_EQ(tables->state_at(0x80), std::nullopt) << "before every piece";
}

TEST(Tables4, A_catch_block_says_where_its_parents_frame_is) {
    Picture picture;
    const Offset header = picture.here();
    picture.byte(FuncInfo4::is_catch | FuncInfo4::is_noexcept).offset(0x10).number(0x48);
    const auto tables = Tables4::open(picture.image(), header, function);
    ASSERT_TRUE(tables);
    EXPECT_EQ(tables->info().frame, 0x48u);
    EXPECT_TRUE(tables->info().has(FuncInfo4::is_noexcept));
}

TEST(Tables4, A_table_that_is_cut_off_is_broken) {
    const Sample whole;
    for (Offset size = 0; size < whole.picture.here(); ++size) {
        const ImageBytes cut{whole.picture.bytes.data(), size};
        EXPECT_FALSE(Tables4::open(cut, whole.header, function)) << size;
    }
    EXPECT_FALSE(Tables4::open(whole.picture.image(), 0xFFFFFFF0, function));
}

TEST(Tables4, A_state_that_follows_itself_is_broken) {
    Picture picture;
    const Offset unwind_map = picture.here();
    picture.number(1).number(0 << 2 | 0);
    const Offset header = picture.here();
    picture.byte(FuncInfo4::has_unwind_map).offset(unwind_map).offset(unwind_map);
    const auto tables = Tables4::open(picture.image(), header, function);
    ASSERT_TRUE(tables);
    EXPECT_FALSE(tables->walk(0, empty_state, [](const UnwindAction&, std::int32_t) {}));
}

TEST(Tables4, Whatever_the_bytes_are_every_walk_ends_inside_the_image) {
    std::mt19937 random(4);
    for (int round = 0; round < 2000; ++round) {
        Sample sample;
        for (int i = 0; i < 6; ++i) sample.picture.bytes[16 + random() % (sample.picture.bytes.size() - 16)] = static_cast<unsigned char>(random());
        const std::vector<unsigned char> exact(sample.picture.bytes); // the sanitizer watches its end
        const auto tables = Tables4::open({exact.data(), static_cast<Offset>(exact.size())}, sample.header, function);
        if (!tables) continue;
        for (std::int32_t state = -1; state < 6; ++state) {
            int steps = 0;
            tables->walk(state, empty_state, [&](const UnwindAction&, std::int32_t) { ++steps; });
            EXPECT_LE(steps, state + 1);
        }
        for (Offset place = function - 8; place < function + 0x140; place += 8) (void)tables->state_at(place);
        tables->each_try_block([&](const TryBlock& block) {
            tables->each_handler(block, [](const Handler&) { return false; });
            return false;
        });
    }
}
