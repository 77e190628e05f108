// SPDX-License-Identifier: MIT
// image_table.h: which image, and so which function table, an address belongs to.
//
// Every step of a stack walk asks this, in the middle of an exception, when the thread may hold any lock.
// So the answer takes none: the images stand in one sorted array that Ldr keeps (in NT too: the "inverted
// function table"), and a reader that met a writer notices by the sequence number and looks again.
//
// Always: `m_sequence` is odd while a writer changes the array; entries are sorted by base and disjoint.
#pragma once

#include <ntdll-emu/rtl/exception/function_search.h>
#include <ntdll-emu/rtl/exception/node_memory.h>

#include <atomic>

namespace oriel::rtl {

template<class Lock>
class ImageTable {
public:
    static constexpr std::uint32_t capacity = 512;

    struct Image {
        std::uint64_t base = 0;
        std::uint64_t bytes = 0;
        FunctionTable functions;
    };

    /// False if the table is full (then `overflowed()` stays true) or the image is in it.
    bool insert(const Image& image) {
        const Held held(m_lock);
        const std::uint32_t count = m_count.load(std::memory_order_relaxed);
        if (count == capacity) m_overflowed.store(true, std::memory_order_relaxed);
        const std::uint32_t at = first_behind(image.base, count);
        if (count == capacity || (at > 0 && m_slots[at - 1].base.load(std::memory_order_relaxed) == image.base)) return false;
        const Change change(m_sequence);
        for (std::uint32_t i = count; i > at; --i) m_slots[i].put(m_slots[i - 1].get());
        m_slots[at].put(image);
        m_count.store(count + 1, std::memory_order_relaxed);
        return true;
    }

    bool remove(std::uint64_t base) {
        const Held held(m_lock);
        const std::uint32_t count = m_count.load(std::memory_order_relaxed);
        const std::uint32_t behind = first_behind(base, count);
        if (behind == 0 || m_slots[behind - 1].base.load(std::memory_order_relaxed) != base) return false;
        const Change change(m_sequence);
        for (std::uint32_t i = behind; i < count; ++i) m_slots[i - 1].put(m_slots[i].get());
        m_count.store(count - 1, std::memory_order_relaxed);
        return true;
    }

    /// The image that holds `pc`. Takes no lock.
    std::optional<Image> find(std::uint64_t pc) const {
        for (;;) {
            const std::uint32_t before = m_sequence.load(std::memory_order_acquire);
            if ((before & 1u) == 0) {
                const std::uint32_t behind = first_behind(pc, m_count.load(std::memory_order_relaxed));
                Image image;
                if (behind != 0) image = m_slots[behind - 1].get();
                std::atomic_thread_fence(std::memory_order_acquire);
                if (m_sequence.load(std::memory_order_relaxed) == before) {
                    if (behind == 0 || pc - image.base >= image.bytes) return std::nullopt;
                    return image;
                }
            }
            __builtin_ia32_pause();
        }
    }

    /// Changes with every change of the table; odd while one is under way.
    [[nodiscard]] std::uint32_t sequence() const { return m_sequence.load(std::memory_order_acquire); }

    /// True if an address that is not found may still lie in an image.
    [[nodiscard]] bool may_miss() const {
        return m_overflowed.load(std::memory_order_relaxed) || m_count.load(std::memory_order_relaxed) == 0;
    }

private:
    /// An Image in relaxed atomics: a reader may see a torn one, and will then discard it.
    struct Slot {
        std::atomic<std::uint64_t> base{0}, bytes{0}, entries{0};
        std::atomic<std::uint32_t> count{0};

        void put(const Image& image) {
            base.store(image.base, std::memory_order_relaxed);
            bytes.store(image.bytes, std::memory_order_relaxed);
            entries.store(image.functions.entries, std::memory_order_relaxed);
            count.store(image.functions.count, std::memory_order_relaxed);
        }
        Image get() const {
            const std::uint64_t from = base.load(std::memory_order_relaxed);
            return Image{from, bytes.load(std::memory_order_relaxed),
                         FunctionTable{from, entries.load(std::memory_order_relaxed), count.load(std::memory_order_relaxed)}};
        }
    };

    /// The sequence number is odd while this lives.
    struct Change {
        explicit Change(std::atomic<std::uint32_t>& sequence) : m_sequence(sequence) {
            m_sequence.fetch_add(1, std::memory_order_acq_rel);
            std::atomic_thread_fence(std::memory_order_release);
        }
        ~Change() { m_sequence.fetch_add(1, std::memory_order_release); }
        std::atomic<std::uint32_t>& m_sequence;
    };

    /// The index of the first slot whose base is above `address`.
    std::uint32_t first_behind(std::uint64_t address, std::uint32_t count) const {
        std::uint32_t low = 0;
        std::uint32_t high = count < capacity ? count : capacity;
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            if (m_slots[middle].base.load(std::memory_order_relaxed) > address) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    Lock m_lock{};
    std::atomic<std::uint32_t> m_sequence{0};
    std::atomic<std::uint32_t> m_count{0};
    std::atomic<bool> m_overflowed{false};
    Slot m_slots[capacity];
};

} // namespace oriel::rtl
