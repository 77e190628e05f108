// SPDX-License-Identifier: MIT
// function_lookup.cpp: RtlLookupFunctionEntry and everything that feeds it (x64).
//
// First the images that Ldr has named (image_table.h), then the tables that programs have added for code
// they made themselves (dynamic_tables.h). ("RtlLookupFunctionEntry function", Microsoft documentation.)
#include <ntdll-emu/rtl/exception/function_lookup.h>

#include <ntdll-emu/rtl/exception/dynamic_tables.h>
#include <ntdll-emu/rtl/exception/function_cache.h>
#include <ntdll-emu/rtl/exception/image_table.h>

namespace oriel::rtl {

namespace {
using Tables = DynamicTables<OwnLock, ProcessHeapMemory>;
constinit ImageTable<OwnLock> g_images;
constinit Tables g_dynamic;
constinit FunctionCache g_cache; ///< of what images answered

/// Until Ldr has named its images, and when there are too many for the table: ask Ldr.
std::optional<FunctionTable> ask_ldr(std::uint64_t pc) {
    if (!g_images.may_miss()) return std::nullopt;
    void* base = nullptr;
    if (RtlPcToFileHeader(reinterpret_cast<void*>(pc), &base) == nullptr) return std::nullopt;
    return function_table_of_image(OwnMemory{}, reinterpret_cast<std::uintptr_t>(base));
}

std::optional<FunctionTable> table_of(std::uint64_t pc) {
    if (const auto image = g_images.find(pc)) return image->functions;
    return ask_ldr(pc);
}

std::optional<FoundFunction> find_dynamic(std::uint64_t pc) {
    const Tables::Found found = g_dynamic.find(pc);
    const nt::RUNTIME_FUNCTION* entry = found.entry;
    if (found.callback != nullptr) entry = found.callback(pc, found.context);
    if (entry == nullptr) return std::nullopt;
    return resolve_indirect(OwnMemory{}, FoundFunction{found.base, reinterpret_cast<std::uintptr_t>(entry), *entry});
}
} // namespace

std::optional<FoundFunction> OwnFunctions::find(std::uint64_t pc) {
    const std::uint32_t generation = g_images.sequence();
    std::optional<FoundFunction> found;
    if (g_cache.look_up(pc, generation, found)) return found;
    const auto table = table_of(pc);
    if (!table) return find_dynamic(pc);
    found = find_in_table(OwnMemory{}, *table, pc);
    if ((generation & 1u) == 0) g_cache.remember(pc, generation, found);
    return found;
}

} // namespace oriel::rtl

using namespace oriel::rtl;

NT_EXPORT nt::RUNTIME_FUNCTION* RtlLookupFunctionEntry(std::uint64_t ControlPc, std::uint64_t* ImageBase,
                                                       nt::UNWIND_HISTORY_TABLE*) {
    OwnFunctions functions;
    const auto found = functions.find(ControlPc);
    if (!found) return nullptr;
    *ImageBase = found->image_base;
    return reinterpret_cast<nt::RUNTIME_FUNCTION*>(found->entry_address);
}

/// The whole table that speaks for an address in an image.
NT_EXPORT nt::RUNTIME_FUNCTION* RtlLookupFunctionTable(void* ControlPc, void** ImageBase, std::uint32_t* SizeOfTable) {
    const auto table = table_of(reinterpret_cast<std::uintptr_t>(ControlPc));
    if (!table) return nullptr;
    *ImageBase = reinterpret_cast<void*>(table->image_base);
    *SizeOfTable = table->count * sizeof(nt::RUNTIME_FUNCTION);
    return reinterpret_cast<nt::RUNTIME_FUNCTION*>(table->entries);
}

NT_EXPORT void RtlInsertInvertedFunctionTable(void* ImageBase, std::uint32_t SizeOfImage) {
    const auto base = reinterpret_cast<std::uintptr_t>(ImageBase);
    const auto functions = function_table_of_image(OwnMemory{}, base);
    g_images.insert({base, SizeOfImage, functions.value_or(FunctionTable{base, 0, 0})});
}

NT_EXPORT void RtlRemoveInvertedFunctionTable(void* ImageBase) { g_images.remove(reinterpret_cast<std::uintptr_t>(ImageBase)); }

NT_EXPORT std::uint8_t RtlAddFunctionTable(nt::RUNTIME_FUNCTION* FunctionTable, std::uint32_t EntryCount,
                                           std::uint64_t BaseAddress) {
    return g_dynamic.add_array(FunctionTable, EntryCount, BaseAddress) != nullptr;
}

/// TableIdentifier: any number with its low two bits set; it is what RtlDeleteFunctionTable gets.
NT_EXPORT std::uint8_t RtlInstallFunctionTableCallback(std::uint64_t TableIdentifier, std::uint64_t BaseAddress,
                                                       std::uint32_t Length, Tables::Callback Callback, void* Context,
                                                       const char16_t*) {
    if ((TableIdentifier & 3) != 3) return 0;
    Tables::Table table;
    table.kind = Tables::Kind::Callback;
    table.identifier = TableIdentifier;
    table.base = table.begin = BaseAddress;
    table.end = BaseAddress + Length;
    table.callback = Callback;
    table.context = Context;
    return g_dynamic.add(table) != nullptr;
}

NT_EXPORT std::uint8_t RtlDeleteFunctionTable(nt::RUNTIME_FUNCTION* FunctionTable) {
    const auto identifier = reinterpret_cast<std::uintptr_t>(FunctionTable);
    return g_dynamic.remove([&](const Tables::Table& table) {
        return table.kind != Tables::Kind::Growable && table.identifier == identifier;
    });
}

NT_EXPORT nt::Status RtlAddGrowableFunctionTable(void** DynamicTable, nt::RUNTIME_FUNCTION* FunctionTable,
                                                 std::uint32_t EntryCount, std::uint32_t MaximumEntryCount,
                                                 std::uint64_t RangeBase, std::uint64_t RangeEnd) {
    Tables::Table table;
    table.kind = Tables::Kind::Growable;
    table.base = table.begin = RangeBase;
    table.end = RangeEnd;
    table.entries = FunctionTable;
    table.count = EntryCount;
    table.maximum = MaximumEntryCount;
    *DynamicTable = g_dynamic.add(table);
    return *DynamicTable != nullptr ? Status::Success : Status::NoMemory;
}

NT_EXPORT void RtlGrowFunctionTable(void* DynamicTable, std::uint32_t NewEntryCount) {
    g_dynamic.grow(static_cast<Tables::Table*>(DynamicTable), NewEntryCount);
}

NT_EXPORT void RtlDeleteGrowableFunctionTable(void* DynamicTable) {
    g_dynamic.remove([&](const Tables::Table& table) { return &table == DynamicTable; });
}
