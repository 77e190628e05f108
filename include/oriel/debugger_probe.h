// SPDX-License-Identifier: MIT
// debugger_probe.h: places at which a debugger of the host can stop though oriel has no symbols.
//
// A probe is an instruction that does nothing, and a note in the ELF file that says where it is and where its arguments are:
// SystemTap's format, which gdb knows (`break -probe-stap oriel:image`). Notes survive stripping. The probe for images has a
// counter that gdb raises while somebody is interested; until then an image costs one test. tools/gdb has the other side.
// Source: "UserSpaceProbeImplementation" (SystemTap's wiki), version 3 of the note.
#pragma once

#include <cstdint>

/// Not 0 while a debugger wants to know of images. In .probes, where gdb looks for it.
extern "C" volatile std::uint16_t oriel_probe_image_wanted;

#define ORIEL_PROBE(name, semaphore, arguments, ...)                                                                                           \
    asm volatile("990: nop\n"                                                                                                                  \
                 ".pushsection .note.stapsdt,\"\",\"note\"\n"                                                                                  \
                 ".balign 4\n"                                                                                                                 \
                 ".4byte 992f-991f, 994f-993f, 3\n"                                                                                            \
                 "991: .asciz \"stapsdt\"\n"                                                                                                   \
                 "992: .balign 4\n"                                                                                                            \
                 "993: .8byte 990b, _.stapsdt.base, " semaphore "\n"                                                                           \
                 ".asciz \"oriel\"\n.asciz \"" name "\"\n.asciz \"" arguments "\"\n"                                                           \
                 "994: .balign 4\n"                                                                                                            \
                 ".popsection\n"                                                                                                               \
                 ".ifndef _.stapsdt.base\n"                                                                                                    \
                 ".pushsection .stapsdt.base,\"aGR\",\"progbits\",.stapsdt.base,comdat\n"                                                      \
                 ".weak _.stapsdt.base\n.hidden _.stapsdt.base\n_.stapsdt.base: .space 1\n.size _.stapsdt.base, 1\n"                           \
                 ".popsection\n"                                                                                                               \
                 ".endif\n" ::__VA_ARGS__)

namespace oriel::debugger_probe {

inline bool image_wanted() { return __builtin_expect(oriel_probe_image_wanted != 0, 0); }
/// An image lies at `base`; `name` is NT's name of its file, `units` long.
inline void image(std::uint64_t base, const char16_t* name, std::uint64_t units) {
    ORIEL_PROBE("image", "oriel_probe_image_wanted", "8@%%rdi 8@%%rsi 8@%%rdx", "D"(base), "S"(name), "d"(units) : "memory");
}
/// A guest is about to be ended by an exception; `code` is its status.
inline void crash(std::uint64_t code) { ORIEL_PROBE("crash", "0", "8@%%rdi", "D"(code) : "memory"); }

} // namespace oriel::debugger_probe
