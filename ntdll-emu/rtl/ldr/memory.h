// SPDX-License-Identifier: MIT
// memory.h: the loader's own memory: the process heap, a growing array and a growing text.
//
// Failure to get memory is answered, never thrown: append() says false.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace oriel::rtl::ldr {

/// From the process heap (natively: malloc). Null if there is none.
void* allocate(std::size_t bytes);
void release(void* memory);

/// For trivially copyable elements.
template<class T>
class Array {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    constexpr Array() = default;
    Array(const Array&) = delete;
    Array& operator=(const Array&) = delete;
    Array(Array&& other) noexcept
        : m_items(std::exchange(other.m_items, nullptr)), m_size(std::exchange(other.m_size, 0)),
          m_capacity(std::exchange(other.m_capacity, 0)) {}
    ~Array() { release(m_items); }

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool empty() const { return m_size == 0; }
    T& operator[](std::size_t index) { return m_items[index]; }
    const T& operator[](std::size_t index) const { return m_items[index]; }
    T* begin() { return m_items; }
    T* end() { return m_items + m_size; }
    const T* begin() const { return m_items; }
    const T* end() const { return m_items + m_size; }

    [[nodiscard]] bool reserve(std::size_t count) {
        if (count <= m_capacity) return true;
        const std::size_t wanted = count < 2 * m_capacity ? 2 * m_capacity : count;
        auto* items = static_cast<T*>(allocate(wanted * sizeof(T)));
        if (items == nullptr) return false;
        if (m_size != 0) std::memcpy(static_cast<void*>(items), m_items, m_size * sizeof(T));
        release(m_items);
        m_items = items;
        m_capacity = wanted;
        return true;
    }
    [[nodiscard]] bool append(const T& item) {
        const T copy = item;
        if (!reserve(m_size + 1)) return false;
        m_items[m_size++] = copy;
        return true;
    }
    [[nodiscard]] bool contains(const T& item) const {
        for (const T& mine : *this)
            if (mine == item) return true;
        return false;
    }
    void remove(const T& item) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < m_size; ++i)
            if (!(m_items[i] == item)) m_items[kept++] = m_items[i];
        m_size = kept;
    }
    void clear() { m_size = 0; }
    void drop_last(std::size_t count) { m_size -= count; }

private:
    T* m_items = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

/// UTF-16 text, always ended by a NUL that is not counted.
class Text {
public:
    constexpr Text() = default;

    [[nodiscard]] std::u16string_view view() const {
        return m_characters.empty() ? std::u16string_view{}
                                    : std::u16string_view{m_characters.begin(), m_characters.size() - 1};
    }
    [[nodiscard]] const char16_t* c_str() const { return m_characters.empty() ? u"" : m_characters.begin(); }
    [[nodiscard]] bool empty() const { return view().empty(); }
    void clear() { m_characters.clear(); }

    /// `text` may not be a view of this one.
    [[nodiscard]] bool append(std::u16string_view text) {
        const std::size_t old = view().size();
        if (!m_characters.reserve(old + text.size() + 1)) return false;
        shrink(old);
        for (const char16_t c : text) (void)m_characters.append(c);
        return m_characters.append(u'\0');
    }
    [[nodiscard]] bool append_ascii(std::string_view text) {
        const std::size_t old = view().size();
        if (!m_characters.reserve(old + text.size() + 1)) return false;
        shrink(old);
        for (const char c : text) (void)m_characters.append(static_cast<unsigned char>(c));
        return m_characters.append(u'\0');
    }
    [[nodiscard]] bool assign(std::u16string_view text) {
        clear();
        return append(text);
    }

private:
    /// Leaves the first `count` characters, without a NUL.
    void shrink(std::size_t count) {
        Array<char16_t>& all = m_characters;
        const std::size_t drop = all.size() - count;
        if (drop != 0) all.drop_last(drop);
    }

    Array<char16_t> m_characters;
};

} // namespace oriel::rtl::ldr
