// SPDX-License-Identifier: MIT
// picture.h: a made-up piece of memory: an image with one function, and a stack.
#pragma once

#include <ntdll-emu/rtl/exception/frame_walk.h>

#include <cstring>
#include <initializer_list>
#include <vector>

namespace oriel::rtl::test {

/// Memory that exists only where it was written.
class Picture {
public:
    static constexpr std::uint64_t image = 0x140000000;
    static constexpr std::uint64_t stack = 0x100000;

    Picture() : m_image(0x4000), m_stack(0x1000) {}

    bool read(std::uint64_t from, void* to, std::size_t bytes) const {
        return copy(m_image, image, from, to, bytes) || copy(m_stack, stack, from, to, bytes);
    }
    template<class T> void put(std::uint64_t at, T value) {
        auto& part = at >= image ? m_image : m_stack;
        std::memcpy(part.data() + (at - (at >= image ? image : stack)), &value, sizeof value);
    }
    void put_bytes(std::uint64_t at, std::initializer_list<int> bytes) {
        for (int byte : bytes) put(at++, static_cast<std::uint8_t>(byte));
    }
    /// Fills the stack with numbers that tell where they stand: the word at stack + 8 * n is 0xA000 + n.
    void number_the_stack() {
        for (std::uint64_t n = 0; n < m_stack.size() / 8; ++n) put(stack + 8 * n, 0xA000 + n);
    }

private:
    static bool copy(const std::vector<std::uint8_t>& part, std::uint64_t base, std::uint64_t from, void* to,
                     std::size_t bytes) {
        if (from < base || from - base > part.size() || bytes > part.size() - (from - base)) return false;
        std::memcpy(to, part.data() + (from - base), bytes);
        return true;
    }

    std::vector<std::uint8_t> m_image;
    std::vector<std::uint8_t> m_stack;
};
static_assert(MemoryReader<Picture>);

/// A function at image + 0x1000 .. 0x1100 whose UNWIND_INFO lies at image + 0x2000.
inline constexpr std::uint32_t function_begin = 0x1000;
inline constexpr std::uint32_t function_end = 0x1100;
inline constexpr std::uint32_t info_at = 0x2000;
inline FoundFunction the_function() {
    return {Picture::image, 0, {function_begin, function_end, info_at}};
}

struct Info {
    int version = 1;
    std::uint32_t flags = 0;
    int prolog = 0;
    int frame_register = 0;
    int frame_offset = 0; ///< bytes
    std::vector<std::uint16_t> slots = {};

    void write(Picture& picture, std::uint32_t at = info_at) const {
        const std::uint64_t to = Picture::image + at;
        picture.put_bytes(to, {version | static_cast<int>(flags << 3), prolog, static_cast<int>(slots.size()),
                               frame_register | (frame_offset / 16) << 4});
        for (std::size_t i = 0; i < slots.size(); ++i) picture.put(to + 4 + 2 * i, slots[i]);
    }
    [[nodiscard]] std::uint64_t tail(std::uint32_t at = info_at) const {
        return Picture::image + at + 4 + 2 * ((slots.size() + 1) & ~std::size_t{1});
    }
};

/// A slot: what the instruction that ends at `offset` in the prolog did.
inline std::uint16_t code(int offset, nt::UnwindOp op, int info) {
    return static_cast<std::uint16_t>(offset | (static_cast<int>(op) | info << 4) << 8);
}

enum Register { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 };

} // namespace oriel::rtl::test
