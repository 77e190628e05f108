// SPDX-License-Identifier: MIT
// block_table.h: every block of the watched heaps, living or lately freed, by address.
//
// NT's page heap keeps a DPH_HEAP_BLOCK for each block, apart from it. Here is the one place where a pointer is judged:
// it is the table's, or it is nobody's. The header that lies before a block (block_information.h) is only checked
// against its record, never believed.
//
// Lock: WatchHold, one for the process; taken under a heap's lock. What is done under it is short; nothing of the
// program's runs, and no stack is captured (the unwinder may take other locks).
#pragma once

#include <ntdll-emu/rtl/heap/debug/settings.h>
#include <ntdll-emu/rtl/heap/debug/trace_database.h>

#include <cstddef>
#include <cstdint>

namespace oriel::rtl::heap::debug {

struct DebugHeap;

enum class BlockState : std::uint8_t {
    Unused,  ///< the record is free
    Busy,
    Delayed, ///< freed, and kept from reuse for a while
    Run,     ///< no block: pages that a new one may have
    Region,  ///< no block: a reservation that runs are cut from
};

struct BlockRecord {
    std::uint32_t number;     ///< of this record, from 1
    std::uint32_t next;       ///< in its hash chain, or among the unused
    std::uint32_t queue_next; ///< among the delayed, or the runs of its size
    BlockState state;
    Guarding guarding;
    bool has_value; ///< allocated with HEAP_SETTABLE_USER_VALUE
    std::uint8_t padding;
    DebugHeap* heap;
    std::uint8_t* data;
    std::size_t size; ///< what was asked for
    std::uint8_t* base; ///< Pages: the run; Patterns: the ordinary heap's block
    std::size_t bytes;  ///< Pages: of the run, its inaccessible page included
    void* user_value;
    std::uint32_t user_flags;
    TraceNumber allocated_at, freed_at;
    std::uint32_t allocated_by, freed_by; ///< threads
    std::uint64_t serial;                 ///< the n-th allocation of the process

    [[nodiscard]] bool is_block() const { return state == BlockState::Busy || state == BlockState::Delayed; }
    [[nodiscard]] bool contains(std::uintptr_t address) const {
        const auto from = reinterpret_cast<std::uintptr_t>(base);
        return address >= from && address - from < bytes;
    }
};

/// Holds the table's lock for a scope.
class WatchHold {
public:
    WatchHold();
    ~WatchHold();
    WatchHold(const WatchHold&) = delete;
};

/// All of it under WatchHold.
class BlockTable {
public:
    /// A record in state Unused, not in the table; null if there is no memory.
    BlockRecord* new_record();
    void drop(BlockRecord& record);

    /// record.data is its key. False: no memory.
    bool insert(BlockRecord& record);
    void remove(BlockRecord& record);
    /// The block that begins exactly there: a busy one if there is one, else the one freed last.
    BlockRecord* find(const void* data);
    /// The block whose pages (or bytes) the address lies in. Looks at every record: for faults.
    BlockRecord* containing(std::uintptr_t address);

    /// Null for 0 and above count().
    BlockRecord* at(std::uint32_t number);
    std::uint32_t count();
    std::uint64_t next_serial() { return ++m_serial; }

private:
    bool enlarge();
    std::uint32_t& chain_of(const void* data);

    std::uint32_t* m_buckets = nullptr;
    std::size_t m_bucket_count = 0;
    std::size_t m_inserted = 0;
    std::uint32_t m_unused = 0;
    std::uint64_t m_serial = 0;
};

BlockTable& block_table();

} // namespace oriel::rtl::heap::debug
