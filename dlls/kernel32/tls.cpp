// SPDX-License-Identifier: MIT
// tls.cpp: TlsAlloc and its three siblings.
//
// Which slots are taken is a bitmap in the PEB, under the PEB's lock; the values are in every TEB: 64 in
// the TEB itself and 1,024 more in a table that a thread gets when it first sets one of them.
// Sources: "TlsAlloc function", "TlsGetValue function" (Microsoft documentation).
#include "buffer.h"
#include "kernel32.h"
#include "process_information.h"

#include <bit>
#include <span>

namespace oriel::k32 {
namespace {

constexpr DWORD direct_slots = TLS_MINIMUM_AVAILABLE;
constexpr DWORD expansion_slots = 1024;

class PebLock {
public:
    PebLock() { RtlAcquirePebLock(); }
    ~PebLock() { RtlReleasePebLock(); }
};

/// Takes the first free bit; answers its number, or the number of bits if there is none.
DWORD take_first_clear(std::span<std::uint32_t> bits) {
    for (std::size_t word = 0; word < bits.size(); ++word) {
        if (bits[word] == ~0u) continue;
        const auto bit = static_cast<unsigned>(std::countr_one(bits[word]));
        bits[word] |= 1u << bit;
        return static_cast<DWORD>(word * 32 + bit);
    }
    return static_cast<DWORD>(bits.size() * 32);
}
bool give_back(std::span<std::uint32_t> bits, DWORD index) {
    std::uint32_t& word = bits[index / 32];
    const std::uint32_t bit = 1u << (index % 32);
    const bool was_taken = (word & bit) != 0;
    word &= ~bit;
    return was_taken;
}

using Slot = nt::Ptr<Native, void>;

/// This thread's cell for a slot; null while the thread has no expansion table.
Slot* cell_of(DWORD index) {
    nt::TEB<Native>& teb = *nt::current_teb();
    if (index < direct_slots) return &teb.TlsSlots[index];
    Slot* const table = teb.TlsExpansionSlots.get();
    return table ? table + (index - direct_slots) : nullptr;
}

bool make_expansion_table() {
    nt::TEB<Native>& teb = *nt::current_teb();
    if (teb.TlsExpansionSlots) return true;
    void* const table = RtlAllocateHeap(process_heap(), HEAP_ZERO_MEMORY, expansion_slots * sizeof(Slot));
    if (!table) return false;
    teb.TlsExpansionSlots = static_cast<Slot*>(table);
    return true;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT DWORD WINAPI TlsAlloc() {
    const PebLock lock;
    DWORD index = take_first_clear(peb().TlsBitmapBits);
    if (index == direct_slots) {
        index += take_first_clear(peb().TlsExpansionBitmapBits);
        if (index == direct_slots + expansion_slots) {
            set_last_error(ERROR_NO_MORE_ITEMS);
            return TLS_OUT_OF_INDEXES;
        }
        if (!make_expansion_table()) {
            give_back(peb().TlsExpansionBitmapBits, index - direct_slots);
            set_last_error(ERROR_NOT_ENOUGH_MEMORY);
            return TLS_OUT_OF_INDEXES;
        }
    }
    *cell_of(index) = nullptr;
    return index;
}

K32_EXPORT BOOL WINAPI TlsFree(DWORD index) {
    if (index >= direct_slots + expansion_slots) return fail(ERROR_INVALID_PARAMETER);
    const PebLock lock;
    const bool was_taken = index < direct_slots ? give_back(peb().TlsBitmapBits, index)
                                                : give_back(peb().TlsExpansionBitmapBits, index - direct_slots);
    if (!was_taken) return fail(ERROR_INVALID_PARAMETER);
    // In every thread, so that the next owner of the slot finds null: only the system knows them all.
    set_thread(GetCurrentThread(), ThreadInformation::ZeroTlsCell, std::uint32_t{index});
    return TRUE;
}

/// A success of TlsGetValue clears the last error, because null is a value like any other.
K32_EXPORT LPVOID WINAPI TlsGetValue(DWORD index) {
    if (index >= direct_slots + expansion_slots) return fail_null(ERROR_INVALID_PARAMETER);
    set_last_error(ERROR_SUCCESS);
    const Slot* const cell = cell_of(index);
    return cell ? cell->get() : nullptr;
}
/// Windows 11's, which does not.
K32_EXPORT LPVOID WINAPI TlsGetValue2(DWORD index) {
    const Slot* const cell = index < direct_slots + expansion_slots ? cell_of(index) : nullptr;
    return cell ? cell->get() : nullptr;
}

K32_EXPORT BOOL WINAPI TlsSetValue(DWORD index, LPVOID value) {
    if (index >= direct_slots + expansion_slots) return fail(ERROR_INVALID_PARAMETER);
    if (index >= direct_slots && !make_expansion_table()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    *cell_of(index) = value;
    return TRUE;
}
