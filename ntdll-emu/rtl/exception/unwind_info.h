// SPDX-License-Identifier: MIT
// unwind_info.h: reading an UNWIND_INFO and what hangs on it.
//
//     UNWIND_INFO | slot slot slot ... (padded to an even number) | chained RUNTIME_FUNCTION
//                                                                  or handler address, handler's data
//
// Nothing here trusts a number it read: all reads go through the MemoryReader, all chains are counted.
#pragma once

#include <nt/unwind.h>
#include <ntdll-emu/rtl/exception/function_search.h>

namespace oriel::rtl {

template<MemoryReader M>
class UnwindInfoView {
public:
    /// None if the bytes cannot be read, or are of a version that nobody has defined.
    static std::optional<UnwindInfoView> open(const M& memory, std::uint64_t image_base, std::uint32_t offset) {
        const auto info = read_value<nt::UNWIND_INFO>(memory, image_base + offset);
        if (!info || (info->version() != 1 && info->version() != 2)) return std::nullopt;
        return UnwindInfoView(memory, image_base + offset, *info);
    }

    [[nodiscard]] const nt::UNWIND_INFO& header() const { return m_info; }
    [[nodiscard]] unsigned slots() const { return m_info.CountOfCodes; }
    [[nodiscard]] bool chained() const { return (m_info.flags() & nt::unwind_flag::chained) != 0; }

    [[nodiscard]] std::optional<nt::UNWIND_CODE> code(unsigned slot) const {
        if (slot >= slots()) return std::nullopt;
        return read_value<nt::UNWIND_CODE>(*m_memory, slot_address(slot));
    }
    /// A slot read as a number (an operand of the code before it).
    [[nodiscard]] std::optional<std::uint32_t> operand16(unsigned slot) const {
        if (slot >= slots()) return std::nullopt;
        const auto value = read_value<std::uint16_t>(*m_memory, slot_address(slot));
        return value ? std::optional<std::uint32_t>(*value) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::uint32_t> operand32(unsigned slot) const {
        if (slot + 1 >= slots()) return std::nullopt;
        return read_value<std::uint32_t>(*m_memory, slot_address(slot));
    }

    /// Behind the codes: the chained entry, or the handler's image-relative address.
    [[nodiscard]] std::uint64_t tail_address() const { return slot_address((slots() + 1u) & ~1u); }

private:
    UnwindInfoView(const M& memory, std::uint64_t at, nt::UNWIND_INFO info) : m_memory(&memory), m_at(at), m_info(info) {}

    [[nodiscard]] std::uint64_t slot_address(unsigned slot) const {
        return m_at + sizeof(nt::UNWIND_INFO) + std::uint64_t{slot} * sizeof(nt::UNWIND_CODE);
    }

    const M* m_memory;
    std::uint64_t m_at;
    nt::UNWIND_INFO m_info;
};

/// How many slots a code takes, itself included; 0: no such code.
constexpr unsigned slots_of(nt::UNWIND_CODE code, unsigned version) {
    switch (code.op()) {
    case nt::UnwindOp::PushNonvolatile:
    case nt::UnwindOp::AllocateSmall:
    case nt::UnwindOp::SetFrameRegister:
    case nt::UnwindOp::PushMachineFrame: return 1;
    case nt::UnwindOp::SaveNonvolatile:
    case nt::UnwindOp::SaveXmm128: return 2;
    case nt::UnwindOp::SaveNonvolatileFar:
    case nt::UnwindOp::SaveXmm128Far: return 3;
    case nt::UnwindOp::AllocateLarge: return code.info() == 0 ? 2 : code.info() == 1 ? 3 : 0;
    case nt::UnwindOp::Epilog: return version == 2 ? 1 : 2;
    case nt::UnwindOp::Spare: return 3;
    }
    return 0;
}

/// Follows the chain from one piece of a function to the entry of its first piece, which has the handler.
template<MemoryReader M>
std::optional<nt::RUNTIME_FUNCTION> primary_entry(const M& memory, std::uint64_t image_base, nt::RUNTIME_FUNCTION entry) {
    for (unsigned i = 0; i < nt::maximum_chained_unwind_infos; ++i) {
        const auto info = UnwindInfoView<M>::open(memory, image_base, entry.UnwindData);
        if (!info) return std::nullopt;
        if (!info->chained()) return entry;
        const auto next = read_value<nt::RUNTIME_FUNCTION>(memory, info->tail_address());
        if (!next) return std::nullopt;
        entry = *next;
    }
    return std::nullopt;
}

} // namespace oriel::rtl
