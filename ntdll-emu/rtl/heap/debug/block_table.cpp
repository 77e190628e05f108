// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/debug/block_table.h>

#include <ntdll-emu/rtl/heap/debug/record_pool.h>
#include <ntdll-emu/rtl/sync/critical_section.h>

namespace oriel::rtl::heap::debug {

namespace {

constexpr std::size_t first_buckets = allocation_granularity / sizeof(std::uint32_t);

constinit CriticalSection watch_lock = free_critical_section;
constinit RecordPool<BlockRecord> records;
constinit BlockTable the_table;

std::size_t hash_of(const void* data) {
    return static_cast<std::size_t>((reinterpret_cast<std::uintptr_t>(data) >> 3) * std::uint64_t{0x9E3779B97F4A7C15u} >> 24);
}

} // namespace

WatchHold::WatchHold() { enter(watch_lock); }
WatchHold::~WatchHold() { leave(watch_lock); }

BlockTable& block_table() { return the_table; }

BlockRecord* BlockTable::new_record() {
    if (m_unused != 0) {
        BlockRecord& record = *at(m_unused);
        m_unused = record.next;
        const std::uint32_t number = record.number;
        record = {};
        record.number = number;
        return &record;
    }
    BlockRecord* const record = records.add();
    if (record != nullptr) record->number = records.count();
    return record;
}

void BlockTable::drop(BlockRecord& record) {
    record.state = BlockState::Unused;
    record.next = m_unused;
    m_unused = record.number;
}

std::uint32_t& BlockTable::chain_of(const void* data) { return m_buckets[hash_of(data) & (m_bucket_count - 1)]; }

bool BlockTable::enlarge() {
    const Pages& pages = process_pages();
    const std::size_t larger = m_bucket_count == 0 ? first_buckets : 2 * m_bucket_count;
    const auto range = pages.reserve(larger * sizeof(std::uint32_t));
    if (!range.ok()) return false;
    if (!pages.commit(range.value(), PageUse::Data).ok()) {
        pages.release(range.value());
        return false;
    }
    std::uint32_t* const old = m_buckets;
    const std::size_t old_count = m_bucket_count;
    m_buckets = pointer_to<std::uint32_t>(range.value().base());
    m_bucket_count = larger;
    for (std::size_t i = 0; i < old_count; ++i) {
        for (std::uint32_t number = old[i]; number != 0;) {
            BlockRecord& record = *at(number);
            number = record.next;
            std::uint32_t& head = chain_of(record.data);
            record.next = head;
            head = record.number;
        }
    }
    if (old != nullptr) pages.release({address_of(old), old_count * sizeof(std::uint32_t)});
    return true;
}

bool BlockTable::insert(BlockRecord& record) {
    // A full table only gets slower; none at all is a failure.
    if (m_inserted >= m_bucket_count && !enlarge() && m_buckets == nullptr) return false;
    std::uint32_t& head = chain_of(record.data);
    record.next = head;
    head = record.number;
    ++m_inserted;
    return true;
}

void BlockTable::remove(BlockRecord& record) {
    for (std::uint32_t* link = &chain_of(record.data); *link != 0; link = &at(*link)->next) {
        if (*link != record.number) continue;
        *link = record.next;
        record.next = 0;
        --m_inserted;
        return;
    }
}

BlockRecord* BlockTable::find(const void* data) {
    if (m_buckets == nullptr) return nullptr;
    BlockRecord* found = nullptr;
    for (std::uint32_t number = chain_of(data); number != 0;) {
        BlockRecord& record = *at(number);
        number = record.next;
        if (record.data != data || !record.is_block()) continue;
        if (record.state == BlockState::Busy) return &record;
        if (found == nullptr || record.serial > found->serial) found = &record;
    }
    return found;
}

BlockRecord* BlockTable::containing(std::uintptr_t address) {
    for (std::uint32_t number = 1; number <= count(); ++number) {
        BlockRecord& record = *at(number);
        if (record.is_block() && record.contains(address)) return &record;
    }
    return nullptr;
}

BlockRecord* BlockTable::at(std::uint32_t number) {
    return number == 0 || number > records.count() ? nullptr : &records[number - 1];
}

std::uint32_t BlockTable::count() { return records.count(); }

} // namespace oriel::rtl::heap::debug
