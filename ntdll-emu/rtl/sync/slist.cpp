// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/sync/slist.h>

#include <bit>

namespace oriel::rtl {

namespace {

#if defined(__x86_64__)
using Whole = unsigned __int128;

// Word 0: Depth:16, Sequence:48. Word 1: the entry's address (16-aligned; the low four bits are reserved).
struct Parts {
    std::uint64_t depth_and_sequence;
    std::uint64_t next;

    [[nodiscard]] std::uint16_t depth() const { return static_cast<std::uint16_t>(depth_and_sequence); }
    [[nodiscard]] Parts changed(SListEntry* entry, std::uint16_t depth) const {
        const std::uint64_t sequence = (depth_and_sequence >> 16) + 1;
        return {sequence << 16 | depth, reinterpret_cast<std::uint64_t>(entry)};
    }
    [[nodiscard]] SListEntry* entry() const { return reinterpret_cast<SListEntry*>(next & ~std::uint64_t{15}); }
};
#else
using Whole = std::uint64_t;

// Word 0: the entry's address. Word 1: Depth:16, Sequence:16.
struct Parts {
    std::uint32_t next;
    std::uint16_t depth_part;
    std::uint16_t sequence;

    [[nodiscard]] std::uint16_t depth() const { return depth_part; }
    [[nodiscard]] Parts changed(SListEntry* entry, std::uint16_t depth) const {
        return {reinterpret_cast<std::uint32_t>(entry), depth, static_cast<std::uint16_t>(sequence + 1)};
    }
    [[nodiscard]] SListEntry* entry() const { return reinterpret_cast<SListEntry*>(next); }
};
#endif
static_assert(sizeof(Parts) == sizeof(Whole) && sizeof(SListHeader) == sizeof(Whole));

/// May be torn: it is only a guess for compare_exchange.
Parts guess(const SListHeader& header) {
    const auto* words = const_cast<const volatile nt::uptr<nt::Native>*>(header.Words);
    const nt::uptr<nt::Native> copy[2]{words[0], words[1]};
    return std::bit_cast<Parts>(copy);
}

bool compare_exchange(SListHeader& header, Parts& expected, Parts desired) {
#if defined(__x86_64__)
    bool exchanged;
    auto* words = header.Words;
    asm volatile("lock cmpxchg16b %1"
                 : "=@ccz"(exchanged), "+m"(*reinterpret_cast<Whole*>(words)), "+a"(expected.depth_and_sequence),
                   "+d"(expected.next)
                 : "b"(desired.depth_and_sequence), "c"(desired.next)
                 : "memory");
    return exchanged;
#else
    auto before = std::bit_cast<Whole>(expected);
    const bool exchanged = __atomic_compare_exchange_n(reinterpret_cast<Whole*>(header.Words), &before,
                                                       std::bit_cast<Whole>(desired), false, __ATOMIC_SEQ_CST,
                                                       __ATOMIC_RELAXED);
    expected = std::bit_cast<Parts>(before);
    return exchanged;
#endif
}

} // namespace

// RtlpInterlockedPopEntrySList: the whole pop in assembly, because the fault is recognised by its address.
#if defined(__x86_64__)
asm(".text\n"
    ".globl oriel_slist_pop\n.globl oriel_slist_pop_resume\n.globl oriel_slist_pop_fault\n"
    "oriel_slist_pop:\n"
#if defined(_WIN32)
    ".seh_proc oriel_slist_pop\n"
#endif
    "  pushq %rbx\n"
#if defined(_WIN32)
    "  .seh_pushreg %rbx\n  .seh_endprologue\n"
    "  movq %rcx, %r10\n"
#else
    "  movq %rdi, %r10\n"
#endif
    "oriel_slist_pop_resume:\n"
    "  movq (%r10), %rax\n"
    "  movq 8(%r10), %rdx\n"
    "1:movq %rdx, %r9\n"
    "  andq $-16, %r9\n"
    "  jz 2f\n"
    "  leaq 0xffff(%rax), %rbx\n" // depth - 1, sequence + 1 (a depth of 0 with an entry cannot be)
    "oriel_slist_pop_fault:\n"
    "  movq (%r9), %rcx\n"
    "  lock cmpxchg16b (%r10)\n"
    "  jnz 1b\n"
    "2:movq %r9, %rax\n"
    "  popq %rbx\n"
    "  ret\n"
#if defined(_WIN32)
    "  .seh_endproc\n"
#endif
);
#else
asm(".text\n"
    ".globl _oriel_slist_pop\n.globl _oriel_slist_pop_resume\n.globl _oriel_slist_pop_fault\n"
    "_oriel_slist_pop:\n"
    "  pushl %ebx\n  pushl %esi\n"
    "  movl 12(%esp), %esi\n"
    "_oriel_slist_pop_resume:\n"
    "  movl (%esi), %eax\n"
    "  movl 4(%esi), %edx\n"
    "1:testl %eax, %eax\n"
    "  jz 2f\n"
    "  leal 0xffff(%edx), %ecx\n"
    "_oriel_slist_pop_fault:\n"
    "  movl (%eax), %ebx\n"
    "  lock cmpxchg8b (%esi)\n"
    "  jnz 1b\n"
    "2:popl %esi\n  popl %ebx\n"
    "  ret\n");
#endif

extern "C" SListEntry* oriel_slist_pop(SListHeader* header);
extern "C" const char oriel_slist_pop_resume[], oriel_slist_pop_fault[];

void initialize(SListHeader& header) { header = {}; }

SListEntry* first_entry(const SListHeader& header) { return guess(header).entry(); }

std::uint16_t depth(const SListHeader& header) { return guess(header).depth(); }

SListEntry* push(SListHeader& header, SListEntry& entry) { return push_list(header, entry, entry, 1); }

SListEntry* push_list(SListHeader& header, SListEntry& first, SListEntry& last, std::uint32_t count) {
    Parts now = guess(header);
    do {
        last.Next = now.entry();
    } while (!compare_exchange(header, now, now.changed(&first, static_cast<std::uint16_t>(now.depth() + count))));
    return now.entry();
}

SListEntry* pop(SListHeader& header) { return oriel_slist_pop(&header); }

SListEntry* flush(SListHeader& header) {
    Parts now = guess(header);
    do {
        if (now.entry() == nullptr) return nullptr;
    } while (!compare_exchange(header, now, now.changed(nullptr, 0)));
    return now.entry();
}

bool resume_slist_fault(const FaultedPop& pop, std::uintptr_t& resume_at) {
    if (pop.instruction_pointer != reinterpret_cast<std::uintptr_t>(oriel_slist_pop_fault)) return false;
    const auto* words = reinterpret_cast<const volatile std::uintptr_t*>(pop.header);
    if (words[0] == pop.words[0] && words[1] == pop.words[1]) return false;
    resume_at = reinterpret_cast<std::uintptr_t>(oriel_slist_pop_resume);
    return true;
}

} // namespace oriel::rtl
