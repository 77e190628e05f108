// SPDX-License-Identifier: MIT
// byte_locks_test.cpp: random locks against a file of 64 bytes in which every byte knows who locked it.
#include <ntdll-emu/io/byte_locks.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace oriel::io {
namespace {

constexpr std::uint64_t file_bytes = 64;

struct Held {
    const void* owner;
    LockRange range;
    bool exclusive;
    [[nodiscard]] bool covers(std::uint64_t byte) const {
        return byte >= range.offset && byte < range.offset + range.bytes;
    }
};

class Model {
public:
    template<class Conflict>
    [[nodiscard]] bool free(std::uint64_t offset, std::uint64_t bytes, Conflict&& conflicts) const {
        for (std::uint64_t byte = offset; byte < offset + bytes; ++byte)
            for (const Held& held : locks)
                if (held.covers(byte) && conflicts(held)) return false;
        return true;
    }
    std::vector<Held> locks;
};

TEST(ByteLocksModel, Agree_with_a_file_in_which_every_byte_knows_its_locks) {
    std::mt19937 random(11);
    ByteLocks locks;
    Model model;
    const int owners[3] = {};
    for (int step = 0; step < 300'000; ++step) {
        const void* owner = &owners[random() % 3];
        const std::uint64_t offset = random() % file_bytes;
        const LockRange range{offset, 1 + random() % (file_bytes - offset), 0};
        const bool exclusive = random() % 2;
        switch (random() % 4) {
        case 0: {
            const bool expected =
                model.free(range.offset, range.bytes, [&](const Held& held) { return exclusive || held.exclusive; });
            ASSERT_EQ(locks.lock(owner, range, exclusive).ok(), expected);
            if (expected) model.locks.push_back({owner, range, exclusive});
            break;
        }
        case 1: {
            if (model.locks.empty()) break;
            const Held held = model.locks[random() % model.locks.size()];
            const auto first = std::find_if(model.locks.begin(), model.locks.end(), [&](const Held& other) {
                return other.owner == held.owner && other.range.offset == held.range.offset
                       && other.range.bytes == held.range.bytes;
            });
            ASSERT_TRUE(locks.unlock(held.owner, held.range).ok());
            model.locks.erase(first);
            break;
        }
        case 2:
            ASSERT_EQ(locks.may_read(owner, range.offset, range.bytes),
                      model.free(range.offset, range.bytes,
                                 [&](const Held& held) { return held.exclusive && held.owner != owner; }));
            break;
        default:
            ASSERT_EQ(locks.may_write(owner, range.offset, range.bytes),
                      model.free(range.offset, range.bytes,
                                 [&](const Held& held) { return !held.exclusive || held.owner != owner; }));
        }
    }
}

} // namespace
} // namespace oriel::io
