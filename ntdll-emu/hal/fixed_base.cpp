// SPDX-License-Identifier: MIT
// fixed_base.cpp: what is left of self-relocation in a release build. Linked into the program itself, not into hal.
//
// A static position-independent program begins by relocating itself: it writes thousands of pointers, and with
// that gets a copy of every page that they lie in. tools/fix_base.py has done this in the file, for one
// address above the guest's arena. Here only those few are done which depend on the CPU: the C library's choices among
// its variants of memcpy and the like.
//
// The C library calls this function by its name and has one of its own for programs that do not bring it.
#include <elf.h>

extern "C" {
extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
void _dl_relocate_static_pie();
}

namespace {

struct Table {
    const Elf64_Rela* entries = nullptr;
    unsigned long bytes = 0;

    // Nothing may be called here but the resolvers: memcpy is what is being chosen.
    void choose_variants(unsigned long first) const {
        for (unsigned long i = first; i < bytes / sizeof *entries; ++i) {
            if (ELF64_R_TYPE(entries[i].r_info) != R_X86_64_IRELATIVE) continue;
            using Resolver = Elf64_Addr (*)();
            *reinterpret_cast<Elf64_Addr*>(entries[i].r_offset) = reinterpret_cast<Resolver>(entries[i].r_addend)();
        }
    }
};

} // namespace

void _dl_relocate_static_pie() {
    Table all;
    Table of_calls;
    unsigned long done_in_file = 0;
    for (const Elf64_Dyn* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
        switch (entry->d_tag) {
        case DT_RELA: all.entries = reinterpret_cast<const Elf64_Rela*>(entry->d_un.d_ptr); break;
        case DT_RELASZ: all.bytes = entry->d_un.d_val; break;
        case DT_RELACOUNT: done_in_file = entry->d_un.d_val; break;
        case DT_JMPREL: of_calls.entries = reinterpret_cast<const Elf64_Rela*>(entry->d_un.d_ptr); break;
        case DT_PLTRELSZ: of_calls.bytes = entry->d_un.d_val; break;
        default: break;
        }
    }
    all.choose_variants(done_in_file);
    of_calls.choose_variants(0);
}
