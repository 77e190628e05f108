// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/process_start.h>

#include <ntdll-emu/rtl/heap/debug/debug_heap.h>
#include <ntdll-emu/rtl/heap/debug/settings.h>
#include <ntdll-emu/rtl/ldr/dll_main_calls.h>
#include <ntdll-emu/rtl/ldr/load_graph.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/search_path.h>
#include <ntdll-emu/rtl/ldr/security_cookie.h>
#include <ntdll-emu/rtl/ldr/tls.h>

#include <atomic>

namespace oriel::rtl::ldr {

namespace {

constinit std::atomic<bool> started{false};
constinit NtCriticalSection fast_peb_lock = [] {
    NtCriticalSection section{};
    section.DebugInfo.value = ~nt::uptr<Native>{0};
    section.LockCount = -1;
    return section;
}();

constexpr std::uint16_t skip_thread_attach = 0x0008; ///< TEB.SameTebFlags: THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH
constexpr std::uint16_t ran_process_init = 0x0020;

/// What the program's linker asked for in its load configuration: global flags, and flags of the process heap.
std::uint32_t apply_load_configuration(ImageView program) {
    using LoadConfig = nt::IMAGE_LOAD_CONFIG_DIRECTORY<Native>;
    const std::uint32_t rva = program.directory(ImageDirectory::LoadConfig).VirtualAddress;
    const auto* size = rva != 0 ? program.at<std::uint32_t>(rva) : nullptr;
    constexpr std::uint32_t needed = offsetof(LoadConfig, CSDVersion);
    if (size == nullptr || *size < needed || program.at<std::byte>(rva, needed) == nullptr) return 0;
    const auto& config = *reinterpret_cast<const LoadConfig*>(size);
    // The command line's flags are like those of the image's execution options: they come last.
    const std::uint32_t asked_for = own_peb().NtGlobalFlag;
    own_peb().NtGlobalFlag = (config.GlobalFlagsSet & ~config.GlobalFlagsClear) | asked_for;
    return static_cast<std::uint32_t>(Native::is_64 ? config.HeapFlagsOrAffinityMask : config.AffinityMaskOrHeapFlags);
}

Status make_process_heap(ImageView program) {
    const auto& optional = program.headers().OptionalHeader;
    const std::uint32_t flags = apply_load_configuration(program);
    own_peb().ProcessHeap = RtlCreateHeap(nt::heap_flag::growable | flags, nullptr, optional.SizeOfHeapReserve,
                                          optional.SizeOfHeapCommit, nullptr, nullptr);
    return own_peb().ProcessHeap ? Status::Success : Status::NoMemory;
}

/// ntdll and the program were mapped by the host: they get their entries. Neither is ever unloaded.
Module* adopt(void* base, std::u16string_view full_name) {
    Module* module = Module::create(base, full_name);
    if (module == nullptr) return nullptr;
    module->pinned = true;
    modules.insert(*module);
#if defined(__x86_64__)
    RtlInsertInvertedFunctionTable(base, module->SizeOfImage);
#endif
    return module;
}

Module* adopt_ntdll(void* base) {
    Text path;
    if (!path.assign(system32_folder) || !path.append(u"ntdll.dll")) return nullptr;
    Module* ntdll = adopt(base, path.view());
    if (ntdll == nullptr) return nullptr;
    ntdll->builtin = true;
    ntdll->Flags |= nt::ldr_entry_processed | nt::ldr_process_attach_called;
    ntdll->EntryPoint = nullptr; // its initialisation is this very file
    make_security_cookie(ntdll->image);
    ntdll->enter_stage(Stage::Ready);
    modules.insert_initialised(*ntdll);
    return ntdll;
}

/// kernel32 is in every process, imported or not, and first to be initialised.
Status load_kernel32() {
    LoadGraph graph;
    const LoadRequest request{u"kernel32.dll", 0, {}, false};
    Module* kernel32 = nullptr;
    Status status = graph.find_or_map(request, kernel32);
    if (nt::is_success(status)) {
        kernel32->pinned = true;
        status = graph.complete();
    } else {
        (void)graph.fail(status, request.name, nullptr);
    }
    if (nt::is_success(status)) {
        graph.keep();
        status = initialise(*kernel32, LoadKind::Static, graph.error());
    }
    if (!nt::is_success(status)) graph.error().report();
    return status;
}

Status load_program(Module& program) {
    LoadGraph graph;
    Status status = graph.add(program);
    if (nt::is_success(status)) status = graph.complete();
    if (nt::is_success(status)) {
        graph.keep();
        status = initialise(program, LoadKind::Static, graph.error());
    }
    if (!nt::is_success(status)) graph.error().report();
    return status;
}

} // namespace

bool process_has_started() { return started.load(std::memory_order_acquire); }

bool was_announced() { return (nt::current_teb()->SameTebFlags & skip_thread_attach) == 0; }

Status start_process(void* ntdll_base) {
    Peb& peb = own_peb();
    const ImageView image(peb.ImageBaseAddress);
    peb.LoaderLock = &loader_lock;
    peb.FastPebLock = &fast_peb_lock;
    if (const Status status = make_process_heap(image); !nt::is_success(status)) return status;

    const HoldLoaderLock held;
    modules.start();
    const auto program_name = view_of(peb.ProcessParameters->ImagePathName);
    Module* program = adopt(image.base(), program_name); // the program is first in the order of loading
    Module* ntdll = program != nullptr ? adopt_ntdll(ntdll_base) : nullptr;
    if (ntdll == nullptr) return Status::NoMemory;
    if (const Status status = start_thread_tls(); !nt::is_success(status)) return status;

    if (const Status status = load_kernel32(); !nt::is_success(status)) return status;
    if (const Status status = load_program(*program); !nt::is_success(status)) return status;
    modules.data().Initialized = 1;
    nt::current_teb()->SameTebFlags |= ran_process_init;
    started.store(true, std::memory_order_release);
    if (peb.NtGlobalFlag & heap::debug::watching_flags) heap::debug::program_begins();
    return Status::Success;
}

Status start_thread() {
    if (const Status status = start_thread_tls(); !nt::is_success(status)) return status;
    if (!was_announced()) return Status::Success;
    const HoldLoaderLock held;
    if (!modules.data().ShutdownInProgress) attach_thread();
    return Status::Success;
}

} // namespace oriel::rtl::ldr
