// SPDX-License-Identifier: MIT
// arguments.h: arguments for a call of a service, from the spec's description of it and from the fuzzer's choices.
//
// Mostly they are nearly right, so that calls get far; the rest is what a hostile program would try: ends of pages,
// pages of every kind, the kernel's addresses, the host's own, sizes that overflow, handles that never were.
//
// Texts come from a list, never from the fuzzer's bytes: a name that it made up could be one of the host's files.
#pragma once

#include "guest_process.h"

#include <ntdll-emu/services/dispatch.h>

#include <cstdint>
#include <span>
#include <vector>

namespace oriel::fuzz {

/// The fuzzer's bytes, one choice after another; 0 when there are no more.
class Choices {
public:
    explicit Choices(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}
    [[nodiscard]] bool are_over() const { return m_bytes.empty(); }
    std::uint8_t take() {
        if (m_bytes.empty()) return 0;
        const std::uint8_t byte = m_bytes.front();
        m_bytes = m_bytes.subspan(1);
        return byte;
    }
    std::size_t pick(std::size_t count) { return count <= 1 ? 0 : (count > 256 ? take() << 8 | take() : take()) % count; }
    template<class T, std::size_t n>
    T of(const T (&table)[n]) {
        return table[pick(n)];
    }

private:
    std::span<const std::uint8_t> m_bytes;
};

class Arguments {
public:
    Arguments(GuestProcess& guest, Choices& choices) : m_guest(guest), m_choices(choices) {}

    /// A handle that a call made, or that was made for the calls.
    void add_handle(std::uint64_t handle) { m_handles.push_back(handle); }
    /// The arguments, with what they point to in place.
    services::Slots make(const services::Description& service);

    /// Host memory that no call may change; its address is among the addresses.
    [[nodiscard]] bool host_memory_is_as_it_was() const;

private:
    [[nodiscard]] std::uint64_t value_of(const services::Argument& argument, std::size_t index);
    std::uint64_t handle();
    std::uint64_t number();
    std::uint64_t size();
    std::uint64_t any_address(std::size_t index);
    std::uint64_t pointer_to(const services::Argument& argument, Address place);
    void write_attributes(Address place);
    void write_string(Address place, Address text);
    void write_timeout(Address place);
    void fill(Address place);

    GuestProcess& m_guest;
    Choices& m_choices;
    std::vector<std::uint64_t> m_handles;
};

} // namespace oriel::fuzz
