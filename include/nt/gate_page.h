// SPDX-License-Identifier: MIT
// gate_page.h: the page at 0x7FFE1000, behind KUSER_SHARED_DATA: ours, and read-only to the program.
//
// Its first word is where the stubs of the services jump; after it stand the switches of oriel's command line that
// guest code has to know. NT has no such page: nothing in it is for programs.
#pragma once

#include <nt/kuser_shared_data.h>

namespace nt {

namespace gate_switch {
/// --contract=documented: what the documentation does not promise is withheld.
inline constexpr std::uint32_t documented_contract = 1;
} // namespace gate_switch

struct GATE_PAGE {
    std::uint64_t ServiceEntry;
    std::uint32_t Switches; ///< gate_switch; written once, before the program's first instruction
    std::uint32_t Reserved;
    alignas(8) std::uint8_t EntryCode[32]; ///< where the stubs of a 32-bit program call; ServiceEntry is 0 then
};
static_assert(offsetof(GATE_PAGE, ServiceEntry) == 0);

/// Guest code only.
inline const GATE_PAGE& gate_page() {
    return *reinterpret_cast<const GATE_PAGE*>(static_cast<std::uintptr_t>(gate_page_address));
}

} // namespace nt
