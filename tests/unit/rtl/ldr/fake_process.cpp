// SPDX-License-Identifier: MIT
#include "fake_process.h"

#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

#include "fake_image.h"

#include <ntdll-emu/rtl/ldr/loading.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/process_start.h>
#include <ntdll-emu/rtl/ldr/tls.h>
#include <ntdll-emu/rtl/ldr/unloading.h>
#include <ntdll-emu/rtl/platform.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <sys/mman.h>

namespace oriel::rtl::ldr::test {

namespace {

struct NamedDll {
    std::string name; ///< the base name
    FakeDll dll;
};

/// All that a FakeProcess owns; services find it here.
struct World {
    std::map<std::string, NamedDll> objects; ///< by NT path, in upper case
    std::map<void*, const NamedDll*> mapped;
    std::string calls;
    std::string reports;
    nt::TEB<Native> teb{};
    nt::PEB<Native> peb{};
    nt::RTL_USER_PROCESS_PARAMETERS<Native> parameters{};
    std::u16string environment{u"PATH=P:\\bin\0", 12};
};
std::unique_ptr<World> world;

std::string narrow(std::u16string_view text) {
    std::string result;
    for (const char16_t c : text) result += static_cast<char>(c);
    return result;
}
std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}
std::string base_of(const std::string& path) { return path.substr(path.find_last_of('\\') + 1); }

const char* reason_mark(nt::DllReason reason) {
    switch (reason) {
    case nt::DllReason::ProcessAttach: return "+";
    case nt::DllReason::ProcessDetach: return "-";
    case nt::DllReason::ThreadAttach: return ":t+";
    case nt::DllReason::ThreadDetach: return ":t-";
    }
    return "?";
}

void write_down(void* base, const char* what, nt::DllReason reason) {
    world->calls += (world->calls.empty() ? "" : " ") + world->mapped.at(base)->name + what + reason_mark(reason);
}

std::int32_t entry(void* base, nt::DllReason reason, void*) {
    const NamedDll& named = *world->mapped.at(base);
    write_down(base, "", reason);
    const bool attaching = reason == nt::DllReason::ProcessAttach;
    const auto& load = attaching ? named.dll.load_in_entry : named.dll.load_when_detached;
    if ((attaching || reason == nt::DllReason::ProcessDetach) && !load.empty()) {
        Module* loaded = nullptr;
        (void)load_dll({load, 0, {}, false}, loaded);
    }
    return attaching && named.dll.entry_fails ? 0 : 1;
}

void tls_callback(void* base, nt::DllReason reason, void*) { write_down(base, "!tls", reason); }

void* map(const NamedDll& named) {
    void* memory =
        mmap(nullptr, FakeImage::bytes, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FakeImage(static_cast<std::byte*>(memory), named.name, named.dll, entry, tls_callback);
    world->mapped[memory] = &named;
    return memory;
}

const NamedDll* find(const nt::OBJECT_ATTRIBUTES<Native>& attributes) {
    const auto found = world->objects.find(upper(narrow(view_of(*attributes.ObjectName))));
    return found != world->objects.end() ? &found->second : nullptr;
}

void discard_all() {
    Array<Module*> all;
    if (modules.has_started() && modules.list(all))
        for (Module* module : all) discard(*module);
}

} // namespace

FakeProcess::FakeProcess() {
    world = std::make_unique<World>();
    world->teb.ProcessEnvironmentBlock = &world->peb;
    world->peb.ProcessParameters = &world->parameters;
    world->parameters.Environment = world->environment.data();
    world->parameters.ImagePathName = string_of(u"A:\\app\\program.exe");
    world->parameters.CurrentDirectory.DosPath = string_of(u"W:\\now\\");
}

FakeProcess::~FakeProcess() {
    // The loader's own data is the process's; a test's process ends with all of it.
    discard_all();
    end_thread_tls();
    modules.~ModuleTable();
    new (&modules) ModuleTable;
    load_settings.~LoadSettings();
    new (&load_settings) LoadSettings;
    world.reset();
}

void FakeProcess::add_builtin(const std::string& name, FakeDll dll) {
    world->objects[upper("\\KnownDlls\\" + name)] = {name, std::move(dll)};
}

void FakeProcess::add_file(const std::string& path, FakeDll dll) {
    world->objects[upper("\\??\\" + path)] = {base_of(path), std::move(dll)};
}

Status FakeProcess::start(FakeDll program) {
    if (!world->objects.contains("\\KNOWNDLLS\\KERNEL32.DLL"))
        add_builtin("kernel32.dll", {.exports = {{"Sleep", ""}}});
    world->objects["ntdll"] = {"ntdll.dll", {.exports = {{"RtlAllocateHeap", ""}}}};
    program.is_program = true;
    world->objects["program"] = {"program.exe", std::move(program)};
    world->peb.ImageBaseAddress = map(world->objects["program"]);
    return start_process(map(world->objects["ntdll"]));
}

std::string FakeProcess::calls() { return std::exchange(world->calls, {}); }
std::string FakeProcess::reports() { return std::exchange(world->reports, {}); }
std::size_t FakeProcess::mapped_count() const { return world->mapped.size(); }

std::uintptr_t FakeProcess::import_slot(void* base, std::size_t dll, std::size_t index) {
    const ImageView image(base);
    const auto* descriptor = image.directory_at<nt::IMAGE_IMPORT_DESCRIPTOR>(nt::ImageDirectory::Import) + dll;
    return image.at<Word>(descriptor->FirstThunk)[index];
}

std::uintptr_t FakeProcess::export_place(void* base, const std::string& name) {
    return reinterpret_cast<std::uintptr_t>(ExportTable::of(ImageView(base)).by_name(name.c_str()).address);
}

} // namespace oriel::rtl::ldr::test

// ------------------------------------------------------- what the loader calls: services, heap, locks, paths

using namespace oriel::rtl::ldr;
using namespace oriel::rtl::ldr::test;
using nt::Status;

nt::TEB<nt::Native>* nt::current_teb() { return &world->teb; }
std::uint64_t oriel::rtl::platform::random_seed() { return 0x1234567890ABCDEF; }

void oriel::rtl::heap::debug::program_begins() {}

extern "C" {

Status NtClose(void*) { return Status::Success; }
// There is one thread, and nobody asks about it.
Status NtOpenThread(void**, std::uint32_t, nt::OBJECT_ATTRIBUTES<nt::Native>*, nt::CLIENT_ID<nt::Native>*) { return Status::InvalidCid; }
Status NtQueryInformationThread(void*, std::uint32_t, void*, std::uint32_t, std::uint32_t*) { return Status::InvalidHandle; }
Status NtOpenSection(void** handle, std::uint32_t, nt::OBJECT_ATTRIBUTES<nt::Native>* attributes) {
    *handle = const_cast<NamedDll*>(find(*attributes));
    return *handle != nullptr ? Status::Success : Status::ObjectNameNotFound;
}
Status NtOpenFile(void** handle, std::uint32_t, nt::OBJECT_ATTRIBUTES<nt::Native>* attributes,
                  nt::IO_STATUS_BLOCK<nt::Native>*, std::uint32_t, std::uint32_t) {
    return NtOpenSection(handle, 0, attributes);
}
Status NtCreateSection(void** handle, std::uint32_t, nt::OBJECT_ATTRIBUTES<nt::Native>*, std::int64_t*, std::uint32_t,
                       std::uint32_t, void* file) {
    *handle = file;
    return Status::Success;
}
Status NtMapViewOfSection(void* section, void*, void** base, nt::uptr<nt::Native>, nt::uptr<nt::Native>,
                          std::int64_t*, nt::uptr<nt::Native>* size, std::uint32_t, std::uint32_t, std::uint32_t) {
    *base = map(*static_cast<NamedDll*>(section));
    *size = FakeImage::bytes;
    return Status::Success;
}
Status NtUnmapViewOfSection(void*, void* base) {
    world->mapped.erase(base);
    munmap(base, FakeImage::bytes);
    return Status::Success;
}
Status NtProtectVirtualMemory(void*, void**, nt::uptr<nt::Native>*, std::uint32_t, std::uint32_t*) {
    return Status::Success;
}
Status NtAllocateVirtualMemory(void*, void** base, nt::uptr<nt::Native>, nt::uptr<nt::Native>* size, std::uint32_t,
                               std::uint32_t) {
    *base = mmap(nullptr, *size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return Status::Success;
}
Status NtRaiseHardError(Status status, std::uint32_t count, std::uint32_t strings, nt::uptr<nt::Native>* parameters,
                        std::uint32_t, std::uint32_t*) {
    char code[16];
    std::snprintf(code, sizeof code, "0x%08X", static_cast<unsigned>(status));
    world->reports += code;
    for (std::uint32_t i = 0; i < count; ++i) {
        const bool is_string = (strings >> i & 1) != 0;
        world->reports += ' ' + (is_string ? narrow(view_of(*reinterpret_cast<UnicodeString*>(parameters[i])))
                                           : std::to_string(parameters[i]));
    }
    return Status::Success;
}
Status NtOrielReportUndone(void* dll, void* function) {
    world->reports += std::string("undone ") + static_cast<char*>(dll) + '!' + static_cast<char*>(function);
    return Status::Success;
}
void RtlRaiseException(NtExceptionRecord*) { std::abort(); }
void* RtlCreateHeap(std::uint32_t, void*, std::size_t, std::size_t, void*, NtHeapParameters*) { return world.get(); }
void* RtlAllocateHeap(void*, std::uint32_t, std::size_t bytes) { return std::malloc(bytes); }
std::uint32_t RtlFreeHeap(void*, std::uint32_t, void* block) {
    std::free(block);
    return 1;
}
Status RtlEnterCriticalSection(NtCriticalSection*) { return Status::Success; }
Status RtlLeaveCriticalSection(NtCriticalSection*) { return Status::Success; }
void RtlAcquireSRWLockExclusive(NtSrwLock*) {}
void RtlReleaseSRWLockExclusive(NtSrwLock*) {}
void RtlAcquireSRWLockShared(NtSrwLock*) {}
void RtlReleaseSRWLockShared(NtSrwLock*) {}
void RtlInsertInvertedFunctionTable(void*, std::uint32_t) {}
void RtlRemoveInvertedFunctionTable(void*) {}
char16_t RtlUpcaseUnicodeChar(char16_t c) { return c; }
/// Good enough for the tests: a name without a drive is in the current folder.
std::uint32_t RtlGetFullPathName_U(const char16_t* name, std::uint32_t room, char16_t* buffer, char16_t**) {
    std::u16string full = name;
    if (full.size() < 2 || full[1] != u':') full = u"W:\\now\\" + full;
    const auto bytes = static_cast<std::uint32_t>(full.size() * sizeof(char16_t));
    if (bytes + sizeof(char16_t) <= room) std::copy_n(full.c_str(), full.size() + 1, buffer);
    return bytes;
}

} // extern "C"
