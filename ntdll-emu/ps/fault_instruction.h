// SPDX-License-Identifier: MIT
// fault_instruction.h: a look at the instruction that faulted.
//
// Some faults do not say all that NT tells: whether a divisor was zero, which `int n` it was. NT's kernel reads the
// instruction then (it calls this preprocessing a fault), and so do we: its bytes through fault-safe copies, and
// of its operands only the one that a ModRM byte names.
// Source: Intel's "Software Developer's Manual", volume 2, chapter 2, "Instruction format".
#pragma once

#include <loader/gate/gate.h>

#include <array>
#include <optional>

namespace oriel::ps {

class FaultInstruction {
public:
    /// Where the thread stands, in 64-bit or 32-bit code.
    explicit FaultInstruction(const gate::Registers& registers);

    /// The byte `index` behind prefixes and REX; 0 where it could not be read.
    [[nodiscard]] std::uint8_t at(unsigned index) const { return m_opcode + index < m_count ? m_bytes[m_opcode + index] : 0; }
    /// 2, 4 or 8, for opcodes whose operand's size the prefixes choose.
    [[nodiscard]] unsigned operand_bytes() const { return (m_rex & 8) ? 8 : m_operand_prefix ? 2 : 4; }
    /// The value of the operand that ModRM names, behind an opcode of one byte without an immediate.
    /// None if it lies in memory that cannot be read.
    [[nodiscard]] std::optional<std::uint64_t> operand(const gate::Registers& registers, unsigned bytes) const;

private:
    [[nodiscard]] std::uint64_t memory_operand(const gate::Registers& registers) const;
    [[nodiscard]] std::int32_t displacement(unsigned index, unsigned bytes) const;

    std::uint64_t m_rip;
    bool m_is_32;
    std::array<std::uint8_t, 15> m_bytes{};
    unsigned m_count = 0;
    unsigned m_opcode = 0; ///< index of the first byte that is no prefix
    std::uint8_t m_rex = 0;
    bool m_operand_prefix = false;
    bool m_address_prefix = false;
};

} // namespace oriel::ps
