// SPDX-License-Identifier: MIT
// memory_reader.h: how the unwinder sees memory.
//
// The unwinder (virtual_unwind.h) reads tables, code bytes and stack slots. In ntdll these are the
// process's own memory; the host reads them by fault-safe copies when it writes a crash report; tests
// and the fuzzer read from a made-up picture. So the unwinder reads through this concept, and every read
// may fail: then the unwind fails with a status, whatever the tables said.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace oriel::rtl {

/// `memory.read(from, to, bytes)` copies all bytes and answers true, or answers false.
template<class M>
concept MemoryReader = requires(const M& memory, std::uint64_t from, void* to, std::size_t bytes) {
    { memory.read(from, to, bytes) } -> std::same_as<bool>;
};

/// The T at an address.
template<class T, MemoryReader M>
    requires std::is_trivially_copyable_v<T>
std::optional<T> read_value(const M& memory, std::uint64_t from) {
    T value;
    if (!memory.read(from, &value, sizeof value)) return std::nullopt;
    return value;
}

/// The memory of the process that this code runs in. A bad address faults, as it does in NT's unwinder:
/// callers check the stack's bounds first (stack_bounds.h).
struct OwnMemory {
    bool read(std::uint64_t from, void* to, std::size_t bytes) const {
        __builtin_memcpy(to, reinterpret_cast<const void*>(static_cast<std::uintptr_t>(from)), bytes);
        return true;
    }
};
static_assert(MemoryReader<OwnMemory>);

} // namespace oriel::rtl
