// SPDX-License-Identifier: MIT
// epilog.h: is this instruction in an epilog, and what does the rest of the epilog do?
//
// The unwind codes describe a function's prolog. In an epilog part of it is already undone, so the codes
// cannot be used there. The ABI therefore restricts what an epilog may look like, and the unwinder reads
// the instructions themselves:
//
//     add rsp, constant   or   lea rsp, [frame register + constant]      at most one
//     pop register                                                       any number
//     ret   or   a jump out of the function (a tail call)
//
// ("x64 prolog and epilog", Microsoft documentation.) UNWIND_INFO version 2 also lists where the epilogs
// are, from the first pop on; then nothing needs to be guessed, and the same reading tells what is left.
#pragma once

#include <nt/unwind.h>
#include <ntdll-emu/rtl/exception/function_search.h>
#include <ntdll-emu/rtl/exception/unwind_info.h>

namespace oriel::rtl {

/// One instruction of an epilog.
struct EpilogStep {
    enum class Kind : std::uint8_t { Other, AddStack, LeaStack, Pop, Return, Jump, JumpRelative };
    Kind kind = Kind::Other;
    std::uint8_t length = 0; ///< bytes
    std::uint8_t register_number = 0; ///< Pop: the register; LeaStack: the base
    std::int32_t value = 0; ///< AddStack: bytes; LeaStack and JumpRelative: displacement

    [[nodiscard]] bool ends_epilog() const {
        return kind == Kind::Return || kind == Kind::Jump || kind == Kind::JumpRelative;
    }
};

/// Reads code bytes one at a time: the next page may not be there.
template<MemoryReader M>
class CodeBytes {
public:
    CodeBytes(const M& memory, std::uint64_t at) : m_memory(memory), m_at(at) {}

    std::uint8_t operator[](unsigned index) {
        std::uint8_t byte = 0;
        if (!m_memory.read(m_at + index, &byte, 1)) m_failed = true;
        return byte;
    }
    std::int32_t signed8(unsigned index) { return static_cast<std::int8_t>((*this)[index]); }
    std::int32_t signed32(unsigned index) {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{(*this)[index + i]} << (8 * i);
        return static_cast<std::int32_t>(value);
    }
    [[nodiscard]] bool failed() const { return m_failed; }

private:
    const M& m_memory;
    std::uint64_t m_at;
    bool m_failed = false;
};

namespace epilog_detail {

using Kind = EpilogStep::Kind;

/// add rsp, imm8 / imm32: REX.W 83 /0 ib, REX.W 81 /0 id with rsp.
template<MemoryReader M>
EpilogStep decode_add(CodeBytes<M>& code) {
    if (code[0] != 0x48 || code[2] != 0xC4) return {};
    if (code[1] == 0x83) return {Kind::AddStack, 4, 0, code.signed8(3)};
    if (code[1] == 0x81) return {Kind::AddStack, 7, 0, code.signed32(3)};
    return {};
}

/// lea rsp, [base + disp8/disp32]: REX.W(B) 8D /4 without an index register.
template<MemoryReader M>
EpilogStep decode_lea(CodeBytes<M>& code) {
    const std::uint8_t prefix = code[0];
    if ((prefix & 0xFE) != 0x48 || code[1] != 0x8D) return {};
    const std::uint8_t modrm = code[2];
    if ((modrm & 0x38) != 0x20 || (modrm & 7) == 4) return {}; // rm 4 would be a SIB byte
    const auto base = static_cast<std::uint8_t>((modrm & 7) | ((prefix & 1) << 3));
    if ((modrm >> 6) == 1) return {Kind::LeaStack, 4, base, code.signed8(3)};
    if ((modrm >> 6) == 2) return {Kind::LeaStack, 7, base, code.signed32(3)};
    return {};
}

template<MemoryReader M>
EpilogStep decode_pop(CodeBytes<M>& code) {
    const std::uint8_t first = code[0];
    if ((first & 0xF8) == 0x58) return {Kind::Pop, 1, static_cast<std::uint8_t>(first & 7), 0};
    if ((first & 0xF0) == 0x40 && (code[1] & 0xF8) == 0x58)
        return {Kind::Pop, 2, static_cast<std::uint8_t>((code[1] & 7) | ((first & 1) << 3)), 0};
    return {};
}

/// ret, rep ret, bnd ret, ret imm16; jmp rel8, rel32; jmp [mem] with mod 0; REX.W jmp register or [mem].
template<MemoryReader M>
EpilogStep decode_end(CodeBytes<M>& code) {
    const std::uint8_t first = code[0];
    if (first == 0xC3) return {Kind::Return, 1, 0, 0};
    if (first == 0xC2) return {Kind::Return, 3, 0, 0};
    if ((first == 0xF3 || first == 0xF2) && code[1] == 0xC3) return {Kind::Return, 2, 0, 0};
    if (first == 0xEB) return {Kind::JumpRelative, 2, 0, code.signed8(1)};
    if (first == 0xE9) return {Kind::JumpRelative, 5, 0, code.signed32(1)};
    if (first == 0xFF && code[1] == 0x25) return {Kind::Jump, 6, 0, 0};
    if ((first & 0xF8) == 0x48 && code[1] == 0xFF && (code[2] & 0x38) == 0x20) return {Kind::Jump, 3, 0, 0};
    return {};
}

} // namespace epilog_detail

/// What the instruction at `at` would be in an epilog. `first`: the stack may still be adjusted.
template<MemoryReader M>
EpilogStep decode_epilog_step(const M& memory, std::uint64_t at, bool first) {
    CodeBytes<M> code(memory, at);
    EpilogStep step;
    if (first) {
        step = epilog_detail::decode_add(code);
        if (step.kind == EpilogStep::Kind::Other) step = epilog_detail::decode_lea(code);
    }
    if (step.kind == EpilogStep::Kind::Other) step = epilog_detail::decode_pop(code);
    if (step.kind == EpilogStep::Kind::Other) step = epilog_detail::decode_end(code);
    if (code.failed() && step.kind != EpilogStep::Kind::Return && step.kind != EpilogStep::Kind::Pop) return {};
    return step;
}

/// A relative jump to `target` (from the image's base) leaves the function, or starts it anew: a tail
/// call. A jump to another piece of the same function (an entry chained to the same one) does not.
template<MemoryReader M>
bool is_tail_call(const M& memory, const FoundFunction& function, const nt::UNWIND_INFO& info, std::uint64_t target) {
    const std::uint64_t offset = target - function.image_base;
    const bool chained = (info.flags() & nt::unwind_flag::chained) != 0;
    if (offset >= function.entry.BeginAddress && offset < function.entry.EndAddress)
        return offset == function.entry.BeginAddress && !chained;

    const auto table = function_table_of_image(memory, function.image_base);
    const auto other = table ? find_in_table(memory, *table, target) : std::nullopt;
    if (!other) return true;
    const auto theirs = primary_entry(memory, function.image_base, other->entry);
    const auto ours = primary_entry(memory, function.image_base, function.entry);
    if (!theirs || !ours || theirs->BeginAddress != ours->BeginAddress) return true;
    return offset == ours->BeginAddress;
}

/// Longest epilog worth reading: every non-volatile register popped, and what stands around it.
inline constexpr unsigned epilog_step_limit = 20;

/// True if the instructions from `pc` on are the rest of an epilog of `function`.
template<MemoryReader M>
bool looks_like_epilog(const M& memory, const FoundFunction& function, const nt::UNWIND_INFO& info, std::uint64_t pc) {
    std::uint64_t at = pc;
    bool first = true;
    for (unsigned i = 0; i < epilog_step_limit; ++i) {
        const EpilogStep step = decode_epilog_step(memory, at, first);
        if (step.kind == EpilogStep::Kind::Other) return false;
        if (step.kind == EpilogStep::Kind::LeaStack && step.register_number != info.frame_register()) return false;
        if (step.kind == EpilogStep::Kind::LeaStack && info.frame_register() == 0) return false;
        at += step.length;
        if (step.kind == EpilogStep::Kind::JumpRelative)
            return is_tail_call(memory, function, info, at + static_cast<std::uint64_t>(static_cast<std::int64_t>(step.value)));
        if (step.ends_epilog()) return true;
        first = false;
    }
    return false;
}

} // namespace oriel::rtl
