// SPDX-License-Identifier: MIT
// compatibility.cpp: what 32-bit programs need of the host besides entry_x86.S: a segment for FS, the way in.
//
// 32-bit Windows code finds its TEB through FS, and in compatibility mode a segment's base comes from a descriptor.
// Linux lets a process fill its Local Descriptor Table (modify_ldt); each guest thread gets an entry of it. Windows'
// own selector, 0x53, is out of our hands: in Linux's table it is no data segment.
#include "gate.h"

#include <array>
#include <asm/ldt.h>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {
extern const std::uint8_t oriel_gate_entry_code_x86[], oriel_gate_entry_code_x86_target[];
extern const std::uint8_t oriel_gate_entry_code_x86_long[], oriel_gate_entry_code_x86_end[];
void oriel_gate_service_x86();
}

namespace oriel::gate {
namespace {

constexpr unsigned entries = 8192; // LDT_ENTRIES
constexpr std::uint32_t teb_limit = 0xFFF; // the page of a 32-bit TEB

std::array<std::atomic<std::uint64_t>, entries / 64> used;

std::uint32_t way_in; ///< where write_entry_code_x86's copy lies for the guest

/// The number of an entry that nobody has; `entries` where there is none.
unsigned take_entry() {
    for (unsigned word = 0; word < used.size(); ++word) {
        std::uint64_t bits = used[word].load();
        while (~bits != 0) {
            const auto bit = static_cast<unsigned>(__builtin_ctzll(~bits));
            if (used[word].compare_exchange_weak(bits, bits | std::uint64_t{1} << bit)) return word * 64 + bit;
        }
    }
    return entries;
}

void give_entry_back(unsigned entry) { used[entry / 64].fetch_and(~(std::uint64_t{1} << (entry % 64))); }

int write_entry(unsigned entry, std::uint32_t base) {
    user_desc descriptor = {};
    descriptor.entry_number = entry;
    descriptor.base_addr = base;
    descriptor.limit = teb_limit;
    descriptor.seg_32bit = 1;
    descriptor.useable = 1;
    constexpr int write_new_format = 0x11;
    const long answer = syscall(SYS_modify_ldt, write_new_format, &descriptor, sizeof descriptor);
    return static_cast<int>(answer) == 0 ? 0 : errno;
}

constexpr std::uint16_t selector_of(unsigned entry) { return static_cast<std::uint16_t>(entry << 3 | 7); } // LDT, ring 3

} // namespace

int make_32(Thread& thread, std::uint32_t teb) {
    const unsigned entry = take_entry();
    if (entry == entries) return ENOMEM;
    if (const int error = write_entry(entry, teb)) {
        give_entry_back(entry);
        return error;
    }
    thread.fs_selector = selector_of(entry);
    thread.gs_base = reinterpret_cast<std::uint64_t>(&thread);
    thread.registers.cs = code_32;
    return 0;
}

/// The entry may be another thread's at once: nothing of the guest runs on this one any more.
void release_selector(Thread& thread) {
    if (thread.is_32()) give_entry_back(thread.fs_selector >> 3);
}

int probe_32() {
    const unsigned entry = take_entry();
    const int error = write_entry(entry, 0);
    give_entry_back(entry);
    return error;
}

std::uint32_t entry_code_x86() { return way_in; }

std::size_t write_entry_code_x86(std::uint8_t* to, std::uint32_t address) {
    way_in = address;
    const auto bytes = static_cast<std::size_t>(oriel_gate_entry_code_x86_end - oriel_gate_entry_code_x86);
    std::memcpy(to, oriel_gate_entry_code_x86, bytes);
    const auto target = static_cast<std::uint32_t>(address + (oriel_gate_entry_code_x86_long - oriel_gate_entry_code_x86));
    std::memcpy(to + (oriel_gate_entry_code_x86_target - oriel_gate_entry_code_x86), &target, sizeof target);
    const auto entry = reinterpret_cast<std::uint64_t>(&oriel_gate_service_x86);
    std::memcpy(to + bytes, &entry, sizeof entry);
    return bytes + sizeof entry;
}

} // namespace oriel::gate
