// SPDX-License-Identifier: MIT
// eh_data.h: the tables that Microsoft's C++ compiler writes for exceptions (x64, "frame handler 3").
//
// A function with try blocks or with objects to destroy has a FuncInfo. It sees the function as a number of
// states: each place in the code is in one (IpToStateMap), each state says what to destroy when it is left
// and which state that leads to (UnwindMap), and each try block is a range of states, with its catch blocks
// in a following range (TryBlockMap).
// What is thrown is described by a ThrowInfo: how to destroy it, and the types it can be caught as.
//
// All "Offset"s are from the base of the image they stand in, 0 meaning none.
// Source: the structures' public symbols (ehdata.h, as debuggers print them), and what clang emits for the
// windows-msvc target.
#pragma once

#include <nt/rtl_exception.h>

namespace oriel::crt::cxx {

inline constexpr std::uint32_t exception_code = 0xE06D7363; ///< 'msc' with the bits of a customer error
inline constexpr std::uint64_t magic_vc6 = 0x19930520;
inline constexpr std::uint32_t magic_with_specifications = 0x19930521; ///< FuncInfo has dispESTypeList
inline constexpr std::uint32_t magic_with_flags = 0x19930522; ///< FuncInfo has EHFlags
inline constexpr std::uint64_t magic_pure = 0x01994000; ///< thrown by managed code

using Offset = std::uint32_t;
inline constexpr std::int32_t empty_state = -1;

struct UnwindMapEntry {
    std::int32_t toState;
    Offset action; ///< destroys the object of this state
};

struct HandlerType {
    std::uint32_t adjectives; ///< handler_is_*
    Offset dispType; ///< TypeDescriptor; 0: catch (...)
    std::int32_t dispCatchObj; ///< where in the frame the caught object goes; 0: nowhere
    Offset dispOfHandler; ///< the catch block, a function of its own
    std::uint32_t dispFrame; ///< where in that function's frame it keeps its parent's
};
inline constexpr std::uint32_t handler_is_const = 1;
inline constexpr std::uint32_t handler_is_volatile = 2;
inline constexpr std::uint32_t handler_is_unaligned = 4;
inline constexpr std::uint32_t handler_is_reference = 8;
inline constexpr std::uint32_t handler_is_std_dots = 0x40; ///< catch (...) that takes C++ exceptions only

struct TryBlockMapEntry {
    std::int32_t tryLow; ///< the try block's own state
    std::int32_t tryHigh; ///< the last one inside it
    std::int32_t catchHigh; ///< the last one inside its catch blocks
    std::int32_t nCatches;
    Offset dispHandlerArray;
};

struct IpToStateMapEntry {
    Offset Ip;
    std::int32_t State; ///< from Ip to the next entry's
};

struct FuncInfo {
    std::uint32_t magicNumberAndBbtFlags; ///< 29 bits magic number
    std::int32_t maxState;
    Offset dispUnwindMap;
    std::uint32_t nTryBlocks;
    Offset dispTryBlockMap;
    std::uint32_t nIPMapEntries;
    Offset dispIPtoStateMap;
    std::int32_t dispUnwindHelp; ///< of 8 bytes in the frame that the function's prolog sets to -2
    Offset dispESTypeList;
    std::uint32_t EHFlags; ///< function_*; from magic_with_flags on

    [[nodiscard]] std::uint32_t magic() const { return magicNumberAndBbtFlags & 0x1FFFFFFF; }
    [[nodiscard]] std::uint32_t flags() const { return magic() >= magic_with_flags ? EHFlags : 0; }
};
static_assert(sizeof(FuncInfo) == 40);
inline constexpr std::uint32_t function_is_synchronous = 1; ///< /EHs: only C++ exceptions concern it
inline constexpr std::uint32_t function_is_noexcept = 4;

/// std::type_info's object: the compiler makes one for each type that can be thrown or caught.
struct TypeDescriptor {
    const void* vftable;
    char* demangled; ///< cache of type_info::name()
    char name[1]; ///< decorated, as ".?AVMyError@@"; NUL-terminated
};

/// How to find a base class in an object ("pointer to member data").
struct Displacement {
    std::int32_t member; ///< plain offset
    std::int32_t vbtable; ///< -1: no virtual base; else the vbtable pointer's offset
    std::int32_t inVbtable; ///< offset in that table
};

struct CatchableType {
    std::uint32_t properties; ///< type_*
    Offset type;
    Displacement thisDisplacement;
    std::int32_t size;
    Offset copyFunction; ///< copy constructor
};
inline constexpr std::uint32_t type_is_simple = 1; ///< no class: copied as bytes
inline constexpr std::uint32_t type_by_reference_only = 2;
inline constexpr std::uint32_t type_has_virtual_base = 4;

struct CatchableTypeArray {
    std::int32_t count;
    Offset types[1]; ///< CatchableType, the thrown type itself first
};

struct ThrowInfo {
    std::uint32_t attributes; ///< const 1, volatile 2, unaligned 4: of what a thrown pointer points to; pure 8
    Offset destructor;
    Offset forwardCompatible;
    Offset catchableTypes;
};

/// What _CxxThrowException puts into the record.
struct Thrown {
    std::uint64_t magic = 0;
    char* object = nullptr; ///< null in `throw;`
    const ThrowInfo* info = nullptr; ///< null in `throw;`
    std::uint64_t image_base = 0; ///< of the info's offsets

    static constexpr std::uint32_t parameters = 4;

    [[nodiscard]] bool is_rethrow() const { return info == nullptr; }
    template<class T> const T* at(Offset offset) const {
        return offset != 0 ? reinterpret_cast<const T*>(image_base + offset) : nullptr;
    }
};

/// True if the record is of a C++ exception of this kind of runtime; then `thrown` is filled.
inline bool is_cxx_exception(const NtExceptionRecord& record, Thrown& thrown) {
    if (static_cast<std::uint32_t>(record.ExceptionCode) != exception_code || record.NumberParameters != Thrown::parameters)
        return false;
    const auto magic = record.ExceptionInformation[0];
    if ((magic < magic_vc6 || magic > magic_with_flags) && magic != magic_pure) return false;
    thrown.magic = magic;
    thrown.object = reinterpret_cast<char*>(record.ExceptionInformation[1]);
    thrown.info = reinterpret_cast<const ThrowInfo*>(record.ExceptionInformation[2]);
    thrown.image_base = record.ExceptionInformation[3];
    return true;
}

} // namespace oriel::crt::cxx
