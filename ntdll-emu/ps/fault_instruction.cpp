// SPDX-License-Identifier: MIT
// fault_instruction.cpp: prefixes, ModRM, SIB.
#include "fault_instruction.h"

#include <oriel/user_ptr.h>

#include <cstring>

namespace oriel::ps {
namespace {

/// A general register by the CPU's number; gate::Registers has them in this order.
std::uint64_t general(const gate::Registers& registers, unsigned number) {
    std::uint64_t value;
    std::memcpy(&value, reinterpret_cast<const char*>(&registers) + 8 * number, sizeof value);
    return value;
}

std::uint64_t low_bytes(std::uint64_t value, unsigned bytes) { return bytes == 8 ? value : value & ((std::uint64_t{1} << (8 * bytes)) - 1); }

bool is_other_prefix(std::uint8_t byte) {
    switch (byte) {
    case 0xF0: case 0xF2: case 0xF3: case 0x2E: case 0x36: case 0x3E: case 0x26: case 0x64: case 0x65: return true;
    default: return false;
    }
}

} // namespace

FaultInstruction::FaultInstruction(const gate::Registers& registers) : m_rip(registers.rip), m_is_32(registers.cs == gate::code_32) {
    while (m_count < m_bytes.size() && copy_from_guest(&m_bytes[m_count], Address(m_rip + m_count), 1).ok()) ++m_count;
    for (; m_opcode < m_count; ++m_opcode) {
        const std::uint8_t byte = m_bytes[m_opcode];
        if (byte == 0x66) m_operand_prefix = true;
        else if (byte == 0x67) m_address_prefix = true;
        else if (!is_other_prefix(byte)) break;
    }
    if (!m_is_32 && m_opcode < m_count && (m_bytes[m_opcode] & 0xF0) == 0x40) m_rex = m_bytes[m_opcode++];
}

std::optional<std::uint64_t> FaultInstruction::operand(const gate::Registers& registers, unsigned bytes) const {
    const std::uint8_t modrm = at(1);
    std::uint64_t value = 0;
    if ((modrm >> 6) == 3) {
        const unsigned number = (modrm & 7u) | ((m_rex & 1u) << 3);
        const bool high_byte = bytes == 1 && m_rex == 0 && number >= 4; // AH CH DH BH
        value = high_byte ? general(registers, number - 4) >> 8 : general(registers, number);
        return low_bytes(value, bytes);
    }
    if (!copy_from_guest(&value, Address(memory_operand(registers)), bytes).ok()) return std::nullopt;
    return value;
}

/// Segment bases are left out: FS is nobody's on x64, and nobody divides by a word of the TEB. So are the 16-bit
/// forms of addresses.
std::uint64_t FaultInstruction::memory_operand(const gate::Registers& registers) const {
    const std::uint8_t modrm = at(1);
    const unsigned mode = modrm >> 6;
    unsigned next = 2;
    std::uint64_t address = 0;
    bool wide_displacement = mode == 2;
    if ((modrm & 7) == 4) {
        const std::uint8_t sib = at(next++);
        const unsigned index = ((sib >> 3) & 7u) | ((m_rex & 2u) << 2);
        if (index != 4) address += general(registers, index) << (sib >> 6);
        if ((sib & 7) == 5 && mode == 0) wide_displacement = true;
        else address += general(registers, (sib & 7u) | ((m_rex & 1u) << 3));
    } else if ((modrm & 7) == 5 && mode == 0) { // relative to the next instruction; in 32-bit code, absolute
        wide_displacement = true;
        if (!m_is_32) address += m_rip + m_opcode + next + 4;
    } else {
        address += general(registers, (modrm & 7u) | ((m_rex & 1u) << 3));
    }
    if (wide_displacement) address += static_cast<std::uint64_t>(std::int64_t{displacement(next, 4)});
    else if (mode == 1) address += static_cast<std::uint64_t>(std::int64_t{displacement(next, 1)});
    return m_address_prefix || m_is_32 ? address & 0xFFFFFFFFu : address;
}

std::int32_t FaultInstruction::displacement(unsigned index, unsigned bytes) const {
    if (bytes == 1) return static_cast<std::int8_t>(at(index));
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{at(index + i)} << (8 * i);
    return static_cast<std::int32_t>(value);
}

} // namespace oriel::ps
