// SPDX-License-Identifier: MIT
// buffer.h: scratch memory of a facade function.
//
// Nearly every name is shorter than MAX_PATH, so the common case lives on the stack; a longer one comes
// from the process heap, and goes back when the buffer goes out of scope.
//
// Always: data() is valid for capacity() elements; after a failed reserve() the buffer is as before.
#pragma once

#include "kernel32.h"

namespace oriel::k32 {

inline void* process_heap() { return peb().ProcessHeap.get(); }
inline void* allocate(std::size_t bytes) { return RtlAllocateHeap(process_heap(), 0, bytes); }
inline void release(void* memory) { RtlFreeHeap(process_heap(), 0, memory); }

template<class T, std::size_t Inline>
class Buffer {
public:
    Buffer() = default;
    ~Buffer() {
        if (m_data != m_inline) release(m_data);
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    /// Makes room for `count` elements; what was there is lost.
    [[nodiscard]] bool reserve(std::size_t count) {
        if (count <= m_capacity) return true;
        void* const memory = allocate(count * sizeof(T));
        if (!memory) return false;
        if (m_data != m_inline) release(m_data);
        m_data = static_cast<T*>(memory);
        m_capacity = count;
        return true;
    }

    T* data() { return m_data; }
    const T* data() const { return m_data; }
    [[nodiscard]] std::size_t capacity() const { return m_capacity; }
    T& operator[](std::size_t index) { return m_data[index]; }

private:
    T m_inline[Inline];
    T* m_data = m_inline;
    std::size_t m_capacity = Inline;
};

using PathBuffer = Buffer<WCHAR, MAX_PATH + 4>;

/// A copy on the process heap that is freed at the end of the scope.
class HeapString {
public:
    HeapString() = default;
    explicit HeapString(WCHAR* text) : m_text(text) {}
    ~HeapString() {
        if (m_text) release(m_text);
    }
    HeapString(const HeapString&) = delete;
    HeapString& operator=(const HeapString&) = delete;
    [[nodiscard]] WCHAR* get() const { return m_text; }

private:
    WCHAR* m_text = nullptr;
};

/// A handle of ours, closed at the end of the scope.
class OwnedHandle {
public:
    OwnedHandle() = default;
    explicit OwnedHandle(HANDLE handle) : m_handle(handle) {}
    ~OwnedHandle() {
        if (m_handle) NtClose(m_handle);
    }
    OwnedHandle(const OwnedHandle&) = delete;
    OwnedHandle& operator=(const OwnedHandle&) = delete;

    [[nodiscard]] HANDLE get() const { return m_handle; }
    HANDLE* address() { return &m_handle; }
    HANDLE take() {
        HANDLE const handle = m_handle;
        m_handle = nullptr;
        return handle;
    }

private:
    HANDLE m_handle = nullptr;
};

} // namespace oriel::k32
