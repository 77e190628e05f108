// SPDX-License-Identifier: MIT
// x87_state.cpp: the tag word is what the two forms tell differently.
//
// FNSAVE has two bits for each physical register (valid, zero, special, empty); FXSAVE one, "in use". Both keep the
// registers' values in the order of the stack, ST(0) first, so a physical register's value is found by TOP.
// Source: Intel's "Software Developer's Manual", volume 1, "x87 FPU Tag Word"; volume 2, "FXSAVE".
#include "x87_state.h"

#include <cstring>

namespace oriel::ps {
namespace {

constexpr unsigned registers = 8;
constexpr unsigned register_bytes = 10;
constexpr std::uint32_t unused_half = 0xFFFF0000; // FNSAVE's image has it so in 32-bit mode

enum Tag : std::uint32_t { valid = 0, zero = 1, special = 2, empty = 3 };

std::uint32_t top_of(std::uint16_t status) { return (status >> 11) & 7; }

Tag tag_of(const nt::M128A& value) {
    const auto exponent = static_cast<std::uint32_t>(value.High & 0x7FFF);
    if (exponent == 0) return value.Low == 0 ? zero : special;
    if (exponent == 0x7FFF) return special;
    return (value.Low >> 63) != 0 ? valid : special;
}

} // namespace

nt::FLOATING_SAVE_AREA x87_state_of(const nt::XSAVE_FORMAT& area) {
    nt::FLOATING_SAVE_AREA state = {};
    state.ControlWord = unused_half | area.ControlWord;
    state.StatusWord = unused_half | area.StatusWord;
    state.TagWord = unused_half;
    for (unsigned i = 0; i < registers; ++i) {
        const bool in_use = (area.TagWord >> i & 1) != 0;
        const nt::M128A& value = area.FloatRegisters[(i - top_of(area.StatusWord)) & 7];
        state.TagWord |= (in_use ? tag_of(value) : empty) << (2 * i);
        std::memcpy(state.RegisterArea + register_bytes * i, &area.FloatRegisters[i], register_bytes);
    }
    state.ErrorOffset = area.ErrorOffset;
    state.ErrorSelector = std::uint32_t{area.ErrorOpcode} << 16 | area.ErrorSelector;
    state.DataOffset = area.DataOffset;
    state.DataSelector = unused_half | area.DataSelector;
    return state;
}

void load_x87_state(nt::XSAVE_FORMAT& area, const nt::FLOATING_SAVE_AREA& state) {
    area.ControlWord = static_cast<std::uint16_t>(state.ControlWord);
    area.StatusWord = static_cast<std::uint16_t>(state.StatusWord);
    area.TagWord = 0;
    for (unsigned i = 0; i < registers; ++i) {
        if ((state.TagWord >> (2 * i) & 3) != empty) area.TagWord |= static_cast<std::uint8_t>(1u << i);
        area.FloatRegisters[i] = {};
        std::memcpy(&area.FloatRegisters[i], state.RegisterArea + register_bytes * i, register_bytes);
    }
    area.ErrorOpcode = static_cast<std::uint16_t>(state.ErrorSelector >> 16 & 0x7FF);
    area.ErrorOffset = state.ErrorOffset;
    area.ErrorSelector = static_cast<std::uint16_t>(state.ErrorSelector);
    area.Reserved2 = 0; // upper halves of what 64-bit code would have as addresses
    area.DataOffset = state.DataOffset;
    area.DataSelector = static_cast<std::uint16_t>(state.DataSelector);
    area.Reserved3 = 0;
}

} // namespace oriel::ps
