// SPDX-License-Identifier: MIT
// cxx_data.h: the tables of C++ functions on i386: those of x64 (cxx_eh/eh_data.h, which explains them) with pointers
// instead of offsets, and with the state in the frame instead of a map of places.
#pragma once

#include <dlls/crt/eh_x86/calls.h>

namespace oriel::crt::eh {

struct UnwindEntry {
    std::int32_t outer; ///< the state that this one leads to
    const void* action; ///< destroys its object; null: nothing to destroy
};

struct TypeDescriptor {
    const void* vftable;
    char* demangled;
    char name[1];
};

struct CatchClause {
    std::uint32_t adjectives; ///< clause_is_*
    const TypeDescriptor* type; ///< null: catch (...)
    std::int32_t object; ///< from EBP, where the caught object goes; 0: nowhere
    const void* block;
};
inline constexpr std::uint32_t clause_qualifiers = 0x7; ///< const, volatile, unaligned
inline constexpr std::uint32_t clause_is_reference = 8;
inline constexpr std::uint32_t clause_is_std_dots = 0x40;

struct TryBlock {
    std::int32_t low, high; ///< the states of the block
    std::int32_t catch_high; ///< from high + 1 to here: those of its catch blocks
    std::int32_t clauses;
    const CatchClause* clause;
};

struct FunctionInfo {
    std::uint32_t magic_and_flags; ///< 29 bits magic number
    std::int32_t states;
    const UnwindEntry* unwind;
    std::uint32_t try_blocks;
    const TryBlock* try_block; ///< inner ones first
    std::uint32_t unused[2];
    const void* specification; ///< from magic number 0x19930521 on
    std::uint32_t flags; ///< from magic number 0x19930522 on: function_*

    [[nodiscard]] std::uint32_t known_flags() const { return (magic_and_flags & 0x1FFFFFFF) >= 0x19930522 ? flags : 0; }
};
static_assert(sizeof(FunctionInfo) == 36);
inline constexpr std::uint32_t function_is_synchronous = 1;
inline constexpr std::uint32_t function_is_noexcept = 4;

struct Displacement {
    std::int32_t member, vbtable, in_vbtable;
};

struct CatchableType {
    std::uint32_t properties; ///< type_*
    const TypeDescriptor* type;
    Displacement displacement;
    std::int32_t size;
    void* copy; ///< thiscall
};
inline constexpr std::uint32_t type_is_simple = 1;
inline constexpr std::uint32_t type_by_reference_only = 2;
inline constexpr std::uint32_t type_has_virtual_base = 4;

struct CatchableTypes {
    std::int32_t count;
    const CatchableType* type[1];
};

struct ThrowInfo {
    std::uint32_t attributes;
    void* destructor; ///< thiscall
    const void* forward_compatible;
    const CatchableTypes* types;
};

struct Thrown {
    char* object = nullptr;
    const ThrowInfo* info = nullptr; ///< null in `throw;`

    /// True if the record is of a C++ exception of this kind of runtime; then `thrown` is filled.
    static bool read(const NtExceptionRecord& record, Thrown& thrown) {
        constexpr std::uint32_t code = 0xE06D7363, words = 3, oldest = 0x19930520, newest = 0x19930522;
        if (static_cast<std::uint32_t>(record.ExceptionCode) != code || record.NumberParameters != words) return false;
        if (record.ExceptionInformation[0] < oldest || record.ExceptionInformation[0] > newest) return false;
        thrown.object = reinterpret_cast<char*>(record.ExceptionInformation[1]);
        thrown.info = reinterpret_cast<const ThrowInfo*>(record.ExceptionInformation[2]);
        return true;
    }
};

/// A C++ function's activation: its registration, behind which it keeps its state, below EBP.
struct CxxFrame : Registration {
    std::int32_t state;

    [[nodiscard]] char* ebp() { return reinterpret_cast<char*>(this) + sizeof(CxxFrame); }
    /// Functions with try blocks keep their stack pointer in front of the registration.
    [[nodiscard]] std::uint32_t& stack() { return reinterpret_cast<std::uint32_t*>(this)[-1]; }
};
static_assert(sizeof(CxxFrame) == 12);

} // namespace oriel::crt::eh
