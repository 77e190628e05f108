// SPDX-License-Identifier: MIT
#include "call_site.h"

#include "guest_memory.h"

#include <ntdll-emu/rtl/exception/memory_reader.h>

#include <cstring>

namespace oriel::start {
namespace {

constexpr std::uint8_t call_near = 0xE8, group_five = 0xFF, call_through_slot = 0x15, jump_through_slot = 0x25;

/// An instruction FF /digit with a slot relative to its end, at `at`: what the slot holds.
std::optional<std::uint64_t> through_slot(std::uint64_t at, std::uint8_t kind) {
    const GuestMemory memory;
    struct [[gnu::packed]] {
        std::uint8_t opcode, operand;
        std::int32_t distance;
    } code;
    if (!memory.read(at, &code, sizeof code) || code.opcode != group_five || code.operand != kind) return std::nullopt;
    return rtl::read_value<std::uint64_t>(memory, at + sizeof code + static_cast<std::int64_t>(code.distance));
}

} // namespace

std::optional<std::uint64_t> called_at(std::uint64_t return_address) {
    if (const auto target = through_slot(return_address - 6, call_through_slot)) return target;
    const GuestMemory memory;
    std::uint8_t code[5];
    if (!memory.read(return_address - sizeof code, code, sizeof code) || code[0] != call_near) return std::nullopt;
    std::int32_t distance = 0;
    std::memcpy(&distance, code + 1, sizeof distance);
    const std::uint64_t target = return_address + static_cast<std::int64_t>(distance);
    const auto imported = through_slot(target, jump_through_slot);
    return imported ? imported : target;
}

} // namespace oriel::start
