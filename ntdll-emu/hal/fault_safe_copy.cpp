// SPDX-License-Identifier: MIT
#include <ntdll-emu/hal/fault_safe_copy.h>

#include <oriel/user_ptr.h>

#include <algorithm>
#include <array>

// int oriel_hal_copy(void* to, const void* from, size_t bytes): 0 done, 1 faulted.
//
// Arguments of services are 4 to 64 bytes: those are copied in words, because `rep movsb` takes tens of
// cycles to begin. The routine touches no stack between begin and end, so the failing exit can return from
// wherever the fault was.
asm(R"(
    .text
    .p2align 4
    .globl oriel_hal_copy
    .hidden oriel_hal_copy
    .type oriel_hal_copy, @function
oriel_hal_copy:
    .cfi_startproc
    .globl oriel_hal_copy_begin
    .hidden oriel_hal_copy_begin
oriel_hal_copy_begin:
    movq    %rdx, %rcx
    cmpq    $128, %rdx
    ja      3f
1:  subq    $8, %rcx
    jb      2f
    movq    (%rsi), %rax
    movq    %rax, (%rdi)
    addq    $8, %rsi
    addq    $8, %rdi
    jmp     1b
2:  addq    $8, %rcx
3:  rep movsb
    .globl oriel_hal_copy_end
    .hidden oriel_hal_copy_end
oriel_hal_copy_end:
    xorl    %eax, %eax
    ret
    .globl oriel_hal_copy_failed
    .hidden oriel_hal_copy_failed
oriel_hal_copy_failed:
    movl    $1, %eax
    ret
    .cfi_endproc
    .size oriel_hal_copy, . - oriel_hal_copy
)");

extern "C" {
int oriel_hal_copy(void* to, const void* from, std::size_t bytes);
extern const char oriel_hal_copy_begin[];
extern const char oriel_hal_copy_end[];
extern const char oriel_hal_copy_failed[];
}

namespace oriel::hal {

namespace {

constexpr std::size_t most_pieces = 64;

// Written once, before the first guest instruction; read without a lock.
std::array<PageRange, most_pieces> arena_pieces;
std::size_t arena_piece_count = 0;

std::uintptr_t place_of(const char* label) { return reinterpret_cast<std::uintptr_t>(label); }

} // namespace

void set_guest_arena(std::span<const PageRange> pieces) {
    arena_piece_count = std::min(pieces.size(), most_pieces);
    std::copy_n(pieces.begin(), arena_piece_count, arena_pieces.begin());
}

bool is_guest_range(Address address, std::size_t bytes) {
    for (std::size_t i = 0; i < arena_piece_count; ++i) {
        const PageRange& piece = arena_pieces[i];
        if (piece.contains(address)) return bytes <= piece.end() - address;
    }
    return false;
}

CopyOutcome fault_safe_copy(void* to, const void* from, std::size_t bytes) {
    return oriel_hal_copy(to, from, bytes) == 0 ? CopyOutcome::Done : CopyOutcome::Faulted;
}

bool is_copy_instruction(std::uintptr_t rip) {
    return rip >= place_of(oriel_hal_copy_begin) && rip < place_of(oriel_hal_copy_end);
}

bool fix_up_copy_fault(std::uintptr_t& rip) {
    if (!is_copy_instruction(rip)) return false;
    rip = place_of(oriel_hal_copy_failed);
    return true;
}

} // namespace oriel::hal

namespace oriel {

NtResult<> copy_from_guest(void* to, Address from, std::size_t bytes) {
    if (bytes == 0) return {};
    if (!hal::is_guest_range(from, bytes)) return Status::AccessViolation;
    const void* const source = reinterpret_cast<const void*>(from.value());
    if (hal::fault_safe_copy(to, source, bytes) == hal::CopyOutcome::Faulted) return Status::AccessViolation;
    return {};
}

NtResult<> copy_to_guest(Address to, const void* from, std::size_t bytes) {
    if (bytes == 0) return {};
    if (!hal::is_guest_range(to, bytes)) return Status::AccessViolation;
    void* const target = reinterpret_cast<void*>(to.value());
    if (hal::fault_safe_copy(target, from, bytes) == hal::CopyOutcome::Faulted) return Status::AccessViolation;
    return {};
}

} // namespace oriel
