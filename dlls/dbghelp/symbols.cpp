// SPDX-License-Identifier: MIT
// symbols.cpp: the symbol handler, as far as export tables go.
//
// No PDB and no DWARF is read here: a function is named by its image's export table or not at all, and there are no
// lines. (oriel's own crash report knows more: it asks LLVM's symbolizer.) Only this process is known.
// Sources: "SymInitialize function", "SymFromAddr function", "SymGetLineFromAddr64 function", "Symbol Handling" (Microsoft
// documentation).
#include "reserved_array.h"

#include <dbghelp.h>

#include <algorithm>

namespace oriel::dbghelp {
namespace {

DWORD options = SYMOPT_UNDNAME; // "the default"
bool is_initialised = false;
constexpr std::size_t longest_path = 1024;
WCHAR search_path[longest_path] = L".";

bool is_this_process(HANDLE process) { return is_initialised && GetProcessId(process) == GetCurrentProcessId(); }

struct Module {
    const std::uint8_t* base = nullptr;
    std::uint32_t bytes = 0;
    const NtLdrEntry* entry = nullptr;
};
Module module_at(DWORD64 address) {
    NtLdrEntry* entry = nullptr;
    if (!nt::is_success(LdrFindEntryForAddress(reinterpret_cast<void*>(static_cast<std::uintptr_t>(address)), &entry))) return {};
    return {static_cast<const std::uint8_t*>(entry->DllBase.get()), entry->SizeOfImage, entry};
}

/// An array in the image, if all of it lies there.
template<class T>
const T* array_at(const Module& module, std::uint32_t rva, std::uint64_t count) {
    if (rva > module.bytes || count > (module.bytes - rva) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(module.base + rva);
}

struct Found {
    const char* name = nullptr;
    std::size_t length = 0;
    std::uint32_t rva = 0;
};
/// The last exported function at or before the address.
Found export_before(const Module& module, DWORD64 address) {
    const auto* const dos = array_at<IMAGE_DOS_HEADER>(module, 0, 1);
    const auto* const headers = dos ? array_at<IMAGE_NT_HEADERS>(module, static_cast<std::uint32_t>(dos->e_lfanew), 1) : nullptr;
    if (!headers) return {};
    const IMAGE_DATA_DIRECTORY& directory = headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT];
    const auto* const table = directory.Size ? array_at<IMAGE_EXPORT_DIRECTORY>(module, directory.VirtualAddress, 1) : nullptr;
    if (!table) return {};
    const auto* const names = array_at<DWORD>(module, table->AddressOfNames, table->NumberOfNames);
    const auto* const ordinals = array_at<WORD>(module, table->AddressOfNameOrdinals, table->NumberOfNames);
    const auto* const functions = array_at<DWORD>(module, table->AddressOfFunctions, table->NumberOfFunctions);
    if (!names || !ordinals || !functions) return {};
    const auto wanted = static_cast<std::uint32_t>(address - reinterpret_cast<std::uintptr_t>(module.base));
    Found best;
    for (DWORD i = 0; i < table->NumberOfNames; ++i) {
        if (ordinals[i] >= table->NumberOfFunctions) continue;
        const DWORD rva = functions[ordinals[i]];
        if (rva - directory.VirtualAddress < directory.Size) continue; // a forwarder
        if (rva == 0 || rva > wanted || (best.name && rva <= best.rva) || names[i] >= module.bytes) continue;
        best = {reinterpret_cast<const char*>(module.base + names[i]), 0, rva};
    }
    if (!best.name) return {};
    const auto* const end = reinterpret_cast<const char*>(module.base + module.bytes);
    while (best.name + best.length < end && best.name[best.length] != 0) ++best.length;
    return best;
}

template<class Info>
BOOL symbol_from_address(HANDLE process, DWORD64 address, PDWORD64 displacement, Info* symbol) {
    if (!is_this_process(process)) return win32::fail(ERROR_INVALID_HANDLE);
    if (symbol->SizeOfStruct < offsetof(Info, Name)) return win32::fail(ERROR_INVALID_PARAMETER);
    const Module module = module_at(address);
    if (!module.base) return win32::fail(ERROR_MOD_NOT_FOUND);
    const Found found = export_before(module, address);
    if (!found.name) return win32::fail(ERROR_INVALID_ADDRESS);
    symbol->TypeIndex = 0;
    symbol->info = 0; // Microsoft's Index
    symbol->Size = 0;
    symbol->ModBase = reinterpret_cast<std::uintptr_t>(module.base);
    symbol->Flags = SYMFLAG_EXPORT;
    symbol->Value = 0;
    symbol->Address = symbol->ModBase + found.rva;
    symbol->Register = 0;
    symbol->Scope = 0;
    symbol->Tag = 10; // SymTagPublicSymbol
    symbol->NameLen = static_cast<ULONG>(found.length);
    if (symbol->MaxNameLen != 0) {
        const std::size_t copied = std::min<std::size_t>(found.length, symbol->MaxNameLen - 1);
        for (std::size_t i = 0; i < copied; ++i) symbol->Name[i] = static_cast<unsigned char>(found.name[i]);
        symbol->Name[copied] = 0;
    }
    if (displacement) *displacement = address - symbol->Address;
    return TRUE;
}

/// There is no line anywhere: ERROR_INVALID_ADDRESS, as of an address in a module without line information.
BOOL no_line(HANDLE process, DWORD64 address) {
    if (!is_this_process(process)) return win32::fail(ERROR_INVALID_HANDLE);
    return win32::fail(module_at(address).base ? ERROR_INVALID_ADDRESS : ERROR_MOD_NOT_FOUND);
}

BOOL initialise(HANDLE process, const WCHAR* path) {
    if (GetProcessId(process) != GetCurrentProcessId()) return win32::fail(ERROR_NOT_SUPPORTED);
    if (is_initialised) return win32::fail(ERROR_INVALID_PARAMETER); // a second time without SymCleanup
    is_initialised = true;
    if (path) lstrcpynW(search_path, path, longest_path);
    return TRUE;
}

struct ModuleCall {
    PENUMLOADED_MODULES_CALLBACK64 narrow;
    PENUMLOADED_MODULES_CALLBACKW64 wide;
    PVOID context;
};
struct ModuleList {
    ReservedArray<const NtLdrEntry*> entries{0x4000};
};
void NT_API add_entry(NtLdrEntry* entry, void* list, std::uint8_t*) { static_cast<ModuleList*>(list)->entries.add(entry); }

BOOL enumerate_modules(HANDLE process, const ModuleCall& call) {
    if (GetProcessId(process) != GetCurrentProcessId()) return win32::fail(ERROR_NOT_SUPPORTED);
    ModuleList list; // called without the loader's lock: the callback may load
    LdrEnumerateLoadedModules(0, add_entry, &list);
    for (const NtLdrEntry* entry : list.entries) {
        const auto base = static_cast<DWORD64>(reinterpret_cast<std::uintptr_t>(entry->DllBase.get()));
        WCHAR name[longest_path];
        const std::size_t length = std::min<std::size_t>(entry->FullDllName.Length / 2u, longest_path - 1);
        __builtin_memcpy(name, entry->FullDllName.Buffer.get(), length * sizeof(WCHAR));
        name[length] = 0;
        char narrow_name[longest_path * 3];
        if (call.narrow) WideCharToMultiByte(CP_ACP, 0, name, -1, narrow_name, sizeof narrow_name, nullptr, nullptr);
        const BOOL more = call.wide ? call.wide(name, base, entry->SizeOfImage, call.context) : call.narrow(narrow_name, base, entry->SizeOfImage, call.context);
        if (!more) break;
    }
    return TRUE;
}

} // namespace
} // namespace oriel::dbghelp

using namespace oriel::dbghelp;

DLL_EXPORT DWORD WINAPI SymGetOptions() { return options; }
DLL_EXPORT DWORD WINAPI SymSetOptions(DWORD SymOptions) { return options = SymOptions; }

/// fInvadeProcess asks for all modules to be loaded; here the loader's list is always asked, so there is nothing to do.
DLL_EXPORT BOOL WINAPI SymInitialize(HANDLE hProcess, PCSTR UserSearchPath, BOOL) {
    const oriel::win32::WideArgument path(UserSearchPath);
    return initialise(hProcess, path.get());
}
DLL_EXPORT BOOL WINAPI SymInitializeW(HANDLE hProcess, PCWSTR UserSearchPath, BOOL) { return initialise(hProcess, UserSearchPath); }
DLL_EXPORT BOOL WINAPI SymCleanup(HANDLE hProcess) {
    if (!is_this_process(hProcess)) return oriel::win32::fail(ERROR_INVALID_HANDLE);
    is_initialised = false;
    return TRUE;
}
DLL_EXPORT BOOL WINAPI SymRefreshModuleList(HANDLE hProcess) { return is_this_process(hProcess) ? TRUE : oriel::win32::fail(ERROR_INVALID_HANDLE); }

DLL_EXPORT BOOL WINAPI SymGetSearchPathW(HANDLE hProcess, PWSTR SearchPath, DWORD SearchPathLength) {
    if (!is_this_process(hProcess)) return oriel::win32::fail(ERROR_INVALID_HANDLE);
    if (SearchPath && SearchPathLength) lstrcpynW(SearchPath, search_path, static_cast<int>(SearchPathLength));
    return TRUE;
}
DLL_EXPORT BOOL WINAPI SymSetSearchPathW(HANDLE hProcess, PCWSTR SearchPath) {
    if (!is_this_process(hProcess)) return oriel::win32::fail(ERROR_INVALID_HANDLE);
    lstrcpynW(search_path, SearchPath ? SearchPath : L".", longest_path);
    return TRUE;
}

DLL_EXPORT BOOL WINAPI SymFromAddr(HANDLE hProcess, DWORD64 Address, PDWORD64 Displacement, PSYMBOL_INFO Symbol) {
    return symbol_from_address(hProcess, Address, Displacement, Symbol);
}
DLL_EXPORT BOOL WINAPI SymFromAddrW(HANDLE hProcess, DWORD64 Address, PDWORD64 Displacement, PSYMBOL_INFOW Symbol) {
    return symbol_from_address(hProcess, Address, Displacement, Symbol);
}
DLL_EXPORT BOOL WINAPI SymGetLineFromAddr64(HANDLE hProcess, DWORD64 dwAddr, PDWORD, PIMAGEHLP_LINE64) { return no_line(hProcess, dwAddr); }
DLL_EXPORT BOOL WINAPI SymGetLineFromAddrW64(HANDLE hProcess, DWORD64 dwAddr, PDWORD, PIMAGEHLP_LINEW64) { return no_line(hProcess, dwAddr); }

DLL_EXPORT DWORD64 WINAPI SymGetModuleBase64(HANDLE hProcess, DWORD64 dwAddr) {
    if (!is_this_process(hProcess)) return static_cast<DWORD64>(oriel::win32::fail(ERROR_INVALID_HANDLE));
    const Module module = module_at(dwAddr);
    if (!module.base) return static_cast<DWORD64>(oriel::win32::fail(ERROR_MOD_NOT_FOUND));
    return reinterpret_cast<std::uintptr_t>(module.base);
}

DLL_EXPORT BOOL WINAPI EnumerateLoadedModules64(HANDLE hProcess, PENUMLOADED_MODULES_CALLBACK64 Callback, PVOID UserContext) {
    return enumerate_modules(hProcess, {Callback, nullptr, UserContext});
}
DLL_EXPORT BOOL WINAPI EnumerateLoadedModulesW64(HANDLE hProcess, PENUMLOADED_MODULES_CALLBACKW64 Callback, PVOID UserContext) {
    return enumerate_modules(hProcess, {nullptr, Callback, UserContext});
}

DLL_EXPORT PIMAGE_NT_HEADERS WINAPI ImageNtHeader(PVOID Base) {
    const auto* const dos = static_cast<const IMAGE_DOS_HEADER*>(Base);
    if (!dos || dos->e_magic != IMAGE_DOS_SIGNATURE) return nullptr;
    auto* const headers = reinterpret_cast<IMAGE_NT_HEADERS*>(static_cast<std::uint8_t*>(Base) + dos->e_lfanew);
    return headers->Signature == IMAGE_NT_SIGNATURE ? headers : nullptr;
}
