// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/module.h>

#include <ntdll-emu/rtl/ldr/names.h>

namespace oriel::rtl::ldr {

namespace {

nt::LdrState state_of(Stage stage) {
    switch (stage) {
    case Stage::Mapped: return nt::LdrState::Mapped;
    case Stage::Bound: return nt::LdrState::ReadyToInit;
    case Stage::Initializing: return nt::LdrState::Initializing;
    case Stage::Ready: return nt::LdrState::ReadyToRun;
    case Stage::Failed: break;
    }
    return nt::LdrState::InitError;
}

} // namespace

void Module::enter_stage(Stage next) {
    stage = next;
    node.State = state_of(next);
}

Module* Module::create(void* base, std::u16string_view full_name) {
    void* memory = allocate(sizeof(Module));
    if (memory == nullptr) return nullptr;
    std::memset(memory, 0, sizeof(Module));
    auto* module = new (memory) Module;
    if (!module->full_name.assign(full_name)) {
        destroy(module);
        return nullptr;
    }
    module->image = ImageView(base);
    module->exports = ExportTable::of(module->image);

    const NtHeaders& headers = module->image.headers();
    const auto named = module->full_name.view();
    module->DllBase = base;
    module->SizeOfImage = headers.OptionalHeader.SizeOfImage;
    module->EntryPoint = headers.OptionalHeader.AddressOfEntryPoint != 0
                             ? static_cast<std::byte*>(base) + headers.OptionalHeader.AddressOfEntryPoint
                             : nullptr;
    module->FullDllName = string_of(named);
    module->BaseDllName = string_of(base_name(named));
    module->FullDllName.MaximumLength += sizeof(char16_t); // the NUL after it
    module->BaseDllName.MaximumLength += sizeof(char16_t);
    module->Flags = module->is_dll() ? nt::ldr_image_dll : 0;
    module->ObsoleteLoadCount = 0xFFFF;
    module->TlsIndex = module->image.directory(ImageDirectory::Tls).VirtualAddress != 0 ? 0 : 0xFFFF;
    module->TimeDateStamp = headers.FileHeader.TimeDateStamp;
    module->OriginalBase = headers.OptionalHeader.ImageBase();
    module->BaseNameHashValue = hash_name(module->name());
    module->ReferenceCount = 1;
    module->DdagNode = &module->node;
    module->node.LoadCount = 1;
    module->node.Modules.Flink = &module->NodeModuleLink;
    module->node.Modules.Blink = &module->NodeModuleLink;
    module->NodeModuleLink.Flink = &module->node.Modules;
    module->NodeModuleLink.Blink = &module->node.Modules;
    module->enter_stage(Stage::Mapped);
    return module;
}

void Module::destroy(Module* module) {
    module->~Module();
    release(module);
}

} // namespace oriel::rtl::ldr
