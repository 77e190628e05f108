// SPDX-License-Identifier: MIT
// dynamic_tables.h: function tables of code that is in no image: what JIT compilers register.
//
// Three kinds ("RtlAddFunctionTable", "RtlInstallFunctionTableCallback", "RtlAddGrowableFunctionTable",
// Microsoft documentation): a finished array, sorted or not; a callback that makes the entry for an
// address when asked; a sorted array that its owner extends.
//
// Always: a table on the list belongs to its owner, who keeps it until he has deleted it.
#pragma once

#include <ntdll-emu/rtl/exception/function_search.h>
#include <ntdll-emu/rtl/exception/node_memory.h>

#include <atomic>
#include <new>

namespace oriel::rtl {

template<class Lock, NodeMemory Memory>
class DynamicTables {
public:
    using Callback = nt::RUNTIME_FUNCTION*(NT_API*)(std::uint64_t pc, void* context);
    enum class Kind : std::uint8_t { Sorted, Unsorted, Callback, Growable };

    struct Table {
        Table* next = nullptr;
        Kind kind = Kind::Sorted;
        std::uint64_t identifier = 0; ///< what deletes it: the array's address, or the callback's number
        std::uint64_t base = 0;
        std::uint64_t begin = 0; ///< the code it speaks for
        std::uint64_t end = 0;
        nt::RUNTIME_FUNCTION* entries = nullptr;
        std::uint32_t count = 0;
        std::uint32_t maximum = 0;
        Callback callback = nullptr;
        void* context = nullptr;
    };

    /// The answer to a look-up: an entry, or whom to ask once the lock is released.
    struct Found {
        nt::RUNTIME_FUNCTION* entry = nullptr;
        std::uint64_t base = 0;
        Callback callback = nullptr;
        void* context = nullptr;
    };

    Table* add(const Table& table) {
        void* block = Memory::allocate(sizeof(Table));
        if (block == nullptr) return nullptr;
        Table* const added = new (block) Table(table);
        const Held held(m_lock);
        added->next = m_first;
        m_first = added;
        m_any.store(true, std::memory_order_release);
        return added;
    }

    /// An array of entries relative to `base`; it need not be sorted.
    Table* add_array(nt::RUNTIME_FUNCTION* entries, std::uint32_t count, std::uint64_t base) {
        Table table;
        table.identifier = reinterpret_cast<std::uintptr_t>(entries);
        table.base = base;
        table.entries = entries;
        table.count = table.maximum = count;
        std::uint32_t low = ~0u;
        std::uint32_t high = 0;
        for (std::uint32_t i = 0; i < count; ++i) {
            if (i > 0 && entries[i].BeginAddress < entries[i - 1].BeginAddress) table.kind = Kind::Unsorted;
            if (entries[i].BeginAddress < low) low = entries[i].BeginAddress;
            if (entries[i].EndAddress > high) high = entries[i].EndAddress;
        }
        table.begin = base + (count != 0 ? low : 0);
        table.end = base + high;
        return add(table);
    }

    /// Removes the table that `matches`; false if there is none.
    template<class Matches>
    bool remove(Matches&& matches) {
        Table* const table = take_out(matches);
        if (table != nullptr) Memory::free(table); // without the lock: freeing may raise
        return table != nullptr;
    }

    /// A growable table's owner has filled more of its entries. The table must be on the list.
    void grow(Table* table, std::uint32_t count) {
        const Held held(m_lock);
        if (count > table->count && count <= table->maximum) table->count = count;
    }

    Found find(std::uint64_t pc) {
        if (!m_any.load(std::memory_order_acquire)) return {};
        const Held held(m_lock);
        for (const Table* table = m_first; table != nullptr; table = table->next) {
            if (pc < table->begin || pc >= table->end) continue;
            if (table->kind == Kind::Callback) return Found{nullptr, table->base, table->callback, table->context};
            if (nt::RUNTIME_FUNCTION* entry = search(*table, pc)) return Found{entry, table->base, nullptr, nullptr};
        }
        return {};
    }

private:
    template<class Matches>
    Table* take_out(Matches& matches) {
        const Held held(m_lock);
        for (Table** link = &m_first; *link != nullptr; link = &(*link)->next) {
            Table* const table = *link;
            if (!matches(*table)) continue;
            *link = table->next;
            m_any.store(m_first != nullptr, std::memory_order_release);
            return table;
        }
        return nullptr;
    }

    static nt::RUNTIME_FUNCTION* search(const Table& table, std::uint64_t pc) {
        if (table.kind != Kind::Unsorted) {
            const FunctionTable sorted{table.base, reinterpret_cast<std::uintptr_t>(table.entries), table.count};
            const auto found = find_in_table(OwnMemory{}, sorted, pc);
            return found ? reinterpret_cast<nt::RUNTIME_FUNCTION*>(static_cast<std::uintptr_t>(found->entry_address)) : nullptr;
        }
        const std::uint64_t offset = pc - table.base;
        for (std::uint32_t i = 0; i < table.count; ++i)
            if (offset >= table.entries[i].BeginAddress && offset < table.entries[i].EndAddress) return &table.entries[i];
        return nullptr;
    }

    Lock m_lock{};
    std::atomic<bool> m_any{false};
    Table* m_first = nullptr;
};

} // namespace oriel::rtl
