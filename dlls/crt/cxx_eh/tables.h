// SPDX-License-Identifier: MIT
// tables.h: what a function's tables say, the same for both of their formats.
//
// "Frame handler 3" has arrays of structures (eh_data.h); "frame handler 4" has a stream of bytes (eh_data4.h).
// The handler reads either through these values.
#pragma once

#include <dlls/crt/cxx_eh/eh_data.h>

namespace oriel::crt::cxx {

/// A range of states, and where its catch clauses are told of.
struct TryBlock {
    std::int32_t low; ///< the try block's own state
    std::int32_t high; ///< the last one inside it
    std::int32_t catch_high; ///< the last one inside its catch blocks
    std::uint32_t handler_count; ///< format 3
    Offset handlers;

    [[nodiscard]] bool spans(std::int32_t state) const { return state >= low && state <= high; }
};

/// A catch clause.
struct Handler {
    std::uint32_t adjectives; ///< handler_is_*
    Offset type; ///< TypeDescriptor; 0: catch (...)
    std::int32_t object; ///< where in the frame the caught object goes; 0: nowhere
    Offset code; ///< the catch block, a function of its own
    std::uint32_t frame; ///< where in that function's frame it keeps its parent's; format 3
    std::uint32_t continuation_count; ///< the block answers an index into the next; 0: the address itself. Format 4
    Offset continuations[2];
};

/// What is to be done when a state is left.
struct UnwindAction {
    enum class Kind : std::uint8_t { none, destroy_object, destroy_pointed, call };
    Kind kind = Kind::none;
    Offset code = 0; ///< a destructor, or a funclet that gets the frame
    std::uint32_t object = 0; ///< where in the frame the object is, or the pointer to it
};

} // namespace oriel::crt::cxx
