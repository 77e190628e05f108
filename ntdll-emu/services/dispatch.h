// SPDX-License-Identifier: MIT
// dispatch.h: from a service number and registers to a typed C++ function.
//
// As KiSystemServiceRepeat does in NT: look the number up, copy the arguments that are on the user's stack,
// call, put the status into RAX. The tables are generated from the .spec files (tools/specgen).
#pragma once

#include <ntdll-emu/services/call.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace oriel::services {

inline constexpr std::size_t max_arguments = 20;
/// The arguments of one call, each widened to 64 bits.
using Slots = std::array<std::uint64_t, max_arguments>;

template<class Abi>
struct Entry {
    Status (*thunk)(Call<Abi>&, const Slots&); ///< null: undone
    std::uint32_t slots;                       ///< stack slots of this ABI
    // Of a 32-bit call, a bit for each parameter (how its slots become Slots):
    std::uint32_t two_slots; ///< it is 64 bits wide
    std::uint32_t has_sign;  ///< a handle or signed number: widened with its sign
};
template<class Abi>
std::span<const Entry<Abi>> entries();
template<>
std::span<const Entry<nt::Nt64>> entries<nt::Nt64>();
template<>
std::span<const Entry<nt::Nt32>> entries<nt::Nt32>();

/// How an argument is printed.
enum class ArgumentKind : std::uint8_t {
    Number, Signed, Boolean, Status, Flags, Address, Handle,
    Pointer, NumberPointer, Number32Pointer, Number64Pointer, HandlePointer, UnicodeString, ObjectAttributes, IoStatusBlock
};
enum class Direction : std::uint8_t { Value, In, Out, InOut };

struct Argument {
    std::string_view name;
    std::string_view type;  ///< the spec's word, of a pointer what it points to: "u32", "IO_STATUS_BLOCK"
    ArgumentKind kind;
    Direction direction;
    std::string_view set;   ///< the flag or enumeration set it is printed with (trace_names.cpp), or empty
    std::uint8_t bytes;     ///< of the value; 8 also for pointers
    std::int8_t length_at;  ///< of a buffer: which argument is its size in bytes; -1: it is no buffer
};
struct Description {
    std::string_view name;
    std::string_view family;
    std::span<const Argument> arguments;
    bool undone;
};
/// Indexed by service number.
std::span<const Description> service_descriptions();

/// Slot `index` as the type that the service takes.
template<class T, class Abi, std::size_t index>
T argument(const Slots& slots) {
    const std::uint64_t value = slots[index];
    if constexpr (std::is_same_v<T, bool>) return (value & 0xFF) != 0;
    else if constexpr (std::is_integral_v<T>) return static_cast<T>(value);
    else if constexpr (std::is_enum_v<T>) return static_cast<T>(value);
    else if constexpr (std::is_same_v<T, Address>) return Address(value);
    else return T(Address(value));
}

/// gate::Handlers::on_service.
gate::Exit on_service(gate::Thread& thread);

} // namespace oriel::services
